/** A client that sends too much that is no message is hung up on with 1008, and cut off when it does not hang up itself. */
import { SimulatedClock } from '../../../src/testing/clock.ts';
import { NOT_FOUND, route } from '../transcripts/peer.ts';
import { initRaw, until, useServer } from './attack.ts';

const clock = new SimulatedClock();
const relay = useServer({ clock, limits: { violations: 3, closeTimeout: 5_000, messagesPerSecond: 0 } });

it('counts those that are no message and those that are not a client’s, answers each, and closes at the third', async () => {
  const bystanders = await relay.bystanders();
  const peer = await relay.settled();
  for (const frame of ['garbage', '{"type":"DELIVER","msg":1}', new Uint8Array(3), 'garbage']) peer.send(frame);
  expect(await peer.closed).toBe(1008);
  expect(peer.unread().map((frame) => /"errCode":(\d+)/.exec(frame)?.[1])).toEqual(['400', '405', '400']);
  expect(await bystanders.left.answers(route(peer.address, '1'))).toEqual([NOT_FOUND]);
  await bystanders.talk();
});

it('cuts off after the time for closing who was told 1008, stays, and goes on', async () => {
  const bystanders = await relay.bystanders();
  const offender = await relay.raw();
  const address = await initRaw(offender);
  for (let n = 0; n < 3; n += 1) offender.text('garbage');
  await until(() => relay.stats().violations === 3);
  expect(await bystanders.left.answers(route(address, '1'))).toEqual([NOT_FOUND]);

  clock.advance(4_000);
  offender.text('garbage');
  // Long enough for the relay to have read it, and then to have noticed that the line is cut.
  for (let n = 0; n < 50; n += 1) await bystanders.talk();
  clock.advance(2_000);
  for (let n = 0; n < 50; n += 1) await bystanders.talk();
  expect(relay.stats()).toMatchObject({ connections: 2, addresses: 2 });
});
