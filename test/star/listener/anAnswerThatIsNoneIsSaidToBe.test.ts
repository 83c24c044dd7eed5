/** A server that answers a join with what is no answer is blamed for that at once, and not for its silence. */
import { usePeers } from '../peers.ts';

const { peer, script } = usePeers();

it.each([
  ['too many peers', Array.from({ length: 50_001 }, () => '/a'), 'ss-join.reply with more than 50000 in peers.'],
  ['a peer without an address', ['/a', ''], 'ss-join.reply with a wrong or missing peers.1.'],
])('%s', async (_, peers, reason) => {
  const { url, lines } = await script();
  const joining = peer(url);
  const line = await lines.take();
  const { callback } = await line.until('ss-join');
  line.say({ event: 'ss-join.reply', replyTo: callback, peers });
  await expect(joining).rejects.toMatchObject({
    name: 'PeerMisbehaved',
    code: 'misanswered',
    message: `The server's answer to the join is none: ${reason}`,
  });
});
