/** A dial that is none is answered, so that nobody waits for it: the original drops it in silence. */
import { usePeers } from '../peers.ts';

const { peer, script } = usePeers();
const from = '/ip4/127.0.0.1/tcp/9090/ws/p2p-websocket-star/ipfs/12D3KooWSiU8kURPUAKd4SgMPFwp7KWELQXnSVgJUGVb9bNDsG7x';

it.each([
  ['with an endless id', 'x'.repeat(129), from],
  ['without an id', '', from],
  ['from an endless address', 'd1', `/${'x'.repeat(1_024)}`],
])('%s', async (_, dialId, dialler) => {
  const { url, lines } = await script();
  const joining = peer(url);
  const line = await lines.take();
  await line.admit();
  const node = await joining;
  line.say({ event: 'ss-incomming', dialId, from: dialler, callback: 'none' });
  expect(await line.until('ss-incomming.reply')).toEqual({
    event: 'ss-incomming.reply',
    replyTo: 'none',
    error: 'Invalid dial',
  });
  line.say({ event: 'ss-incomming', dialId: 'd2', from, callback: 'one' });
  expect(await line.until('ss-incomming.reply')).toEqual({ event: 'ss-incomming.reply', replyTo: 'one' });
  expect(node.servers).toMatchObject([{ state: 'open.joined' }]);
});
