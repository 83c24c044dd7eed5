/** What is no multiaddr is called so, and the server is asked nothing; who a server has told of can be dialled, whatever its address is made of. */
import { usePeers } from '../peers.ts';

const { peer, script } = usePeers();
const exotic = '/onion/timaq4ygg2iegci7:80/p2p-websocket-star';

it.each(['garbage', '', '/', '/ip4/127.0.0.1/tcp', '/ip4/127.0.0.1/tcp/9090/ws/p2p-websocket-star/ipfs/none', exotic])(
  '%j',
  async (address) => {
    const { url, lines } = await script();
    const joining = peer(url);
    const line = await lines.take();
    await line.admit();
    const node = await joining;
    await expect(node.dial(address)).rejects.toMatchObject({ name: 'LocalMisuse', code: 'badAddress' });

    line.say({ event: 'peers', found: [exotic], left: [] });
    await node.peers.watch().next();
    void node.dial(exotic).catch(() => {});
    expect(await line.until('ss-dial')).toMatchObject({ to: exotic });
  },
);
