/** A receiver that does not read costs the relay the queue that it is granted and no more, however much is sent to it. */
import { Peer, route } from '../transcripts/peer.ts';
import { Bystanders } from './attack.ts';
import { useRelayProcess } from './relayProcess.ts';

const QUEUE = 1_048_576;
const report = useRelayProcess({ limits: { queue: QUEUE, messagesPerSecond: 0 } });

const COUNT = 1_000;
const PADDING = 'x'.repeat(65_536);

it('keeps a queue of 1 MiB for each of two stuck receivers that are sent 64 MiB each', async () => {
  const { url } = await report();
  const bystanders = await Bystanders.meet(url);
  const [sender, first, second] = [await Peer.open(url), await Peer.open(url), await Peer.open(url)];
  for (const peer of [sender, first, second]) await peer.init();
  const before = await report();
  for (const stuck of [first, second]) {
    stuck.socket.pause();
    const answers = await sender.answers(...Array.from({ length: COUNT }, () => route(stuck.address, `"${PADDING}"`)));
    expect(answers.length).toBeGreaterThan(COUNT / 2);
    await bystanders.talk();
  }
  const after = await report();
  const grown = after.heapUsed + after.external - before.heapUsed - before.external;
  // Two queues, the message that filled each, and what the bookkeeping of the process takes.
  expect(grown).toBeLessThan(2 * (QUEUE + PADDING.length) + 2_097_152);
  for (const { socket } of [sender, first, second]) socket.terminate();
  bystanders.leave();
});
