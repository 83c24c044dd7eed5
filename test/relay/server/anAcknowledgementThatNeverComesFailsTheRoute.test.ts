/** A route whose receiver does not acknowledge in time, or goes, ends with ERR 410 and its id: no route waits for ever. */
import { SimulatedClock } from '../../../src/testing/clock.ts';
import { NOBODY } from '../transcripts/peer.ts';
import { ack, namedDelivery, namedError, namedRoute, useServer } from './attack.ts';

const clock = new SimulatedClock();
const relay = useServer({ clock, limits: { ackTimeout: 30_000, messagesPerSecond: 0 } });

it('tells the sender after the time for an acknowledgement, once, and an acknowledgement that comes later changes nothing', async () => {
  const [sender, receiver] = [await relay.acknowledging(), await relay.acknowledging()];
  sender.send(namedRoute('a', receiver.address, '1'));
  sender.send(namedRoute('b', receiver.address, '2'));
  const late = [namedDelivery(await receiver.frame()), namedDelivery(await receiver.frame())];
  clock.advance(29_999);
  expect(sender.unread()).toEqual([]);
  clock.advance(1);
  expect(await sender.frames(2)).toEqual([namedError(410, 'a'), namedError(410, 'b')]);
  for (const { id } of late) receiver.send(ack(id));
  sender.send(namedRoute('c', receiver.address, '3'));
  receiver.send(ack(namedDelivery(await receiver.frame()).id));
  expect(await sender.frame()).toBe(ack('c'));
});

it('tells the sender at once when the receiver goes', async () => {
  const [sender, receiver] = [await relay.acknowledging(), await relay.acknowledging()];
  sender.send(namedRoute('a', receiver.address, '1'));
  await receiver.frame();
  receiver.socket.terminate();
  expect(await sender.frame()).toEqual(namedError(410, 'a'));
});

it('settles the route also when more keeps coming for the receiver', async () => {
  const [sender, other, receiver] = [
    await relay.acknowledging(),
    await relay.acknowledging(),
    await relay.acknowledging(),
  ];
  sender.send(namedRoute('never', receiver.address, '"never acknowledged"'));
  await receiver.frame();
  for (let n = 0; n < 10; n += 1) {
    clock.advance(20_000);
    other.send(namedRoute(`${n}`, receiver.address, `${n}`));
    await receiver.frame();
  }
  sender.send(namedRoute('nobody', NOBODY, '1'));
  expect(await sender.frame()).toEqual(namedError(410, 'never'));
});

it('settles the route also when the receiver keeps acknowledging others', async () => {
  const [sender, receiver] = [await relay.acknowledging(), await relay.acknowledging()];
  sender.send(namedRoute('never', receiver.address, '"never acknowledged"'));
  await receiver.frame();
  for (let n = 0; n < 10; n += 1) {
    clock.advance(20_000);
    receiver.send(namedRoute(`${n}`, receiver.address, `${n}`));
    receiver.send(ack(namedDelivery(await receiver.frame()).id));
    expect(await receiver.frame()).toBe(ack(`${n}`));
  }
  // Two hundred seconds have passed; what the relay has to say comes before this.
  sender.send(namedRoute('nobody', NOBODY, '1'));
  expect(await sender.frame()).toEqual(namedError(410, 'never'));
});

it('ignores acknowledgements of what was never delivered', async () => {
  const [sender, receiver, stranger] = [
    await relay.acknowledging(),
    await relay.acknowledging(),
    await relay.acknowledging(),
  ];
  sender.send(namedRoute('a', receiver.address, '1'));
  const { id } = namedDelivery(await receiver.frame());
  // The id of somebody else's delivery, and of none.
  for (const guess of [id, '0', '2', '__proto__']) stranger.send(ack(guess));
  stranger.send(namedRoute('b', stranger.address, '2'));
  await stranger.frame();
  expect(sender.unread()).toEqual([]);
  receiver.send(ack(id));
  expect(await sender.frame()).toBe(ack('a'));
});
