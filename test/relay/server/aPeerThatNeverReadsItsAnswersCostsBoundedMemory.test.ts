/** A peer that asks and asks and never reads the answers is hung up on, or no longer read, before they fill the relay's memory. */
import { NOBODY, NOT_FOUND, route } from '../transcripts/peer.ts';
import { initRaw, useServer } from './attack.ts';

const QUEUE = 1_048_576;
const relay = useServer({ limits: { queue: QUEUE, messagesPerSecond: 0 } });

const COUNT = 300_000;
/** What the sockets of both sides may hold, on any machine. */
const KERNEL = 12_582_912;

it('does not keep 19 MB of answers for a peer that reads none', async () => {
  const bystanders = await relay.bystanders();
  const offender = await relay.raw();
  await initRaw(offender);
  offender.socket.pause();
  for (let n = 0; n < COUNT; n += 1) offender.text(route(NOBODY, '1'));

  // Nothing of it happens any more when a hundred messages of others see no further answer.
  const answered = () => relay.stats().errors.unknownAddress;
  let before = -1;
  while (answered() !== before) {
    before = answered();
    for (let n = 0; n < 50; n += 1) await bystanders.talk();
  }
  expect(answered() * NOT_FOUND.length).toBeLessThan(QUEUE + KERNEL);
});
