/** A frame of 1,048,576 bytes is taken, a larger one closes its connection with 1009: the limit of the original. */
import { deliver, NOT_FOUND, route, useRelay } from '../peer.ts';

const relay = useRelay();
const LIMIT = 1_048_576;

/** A msg that makes the frame just so many bytes long. */
const fill = (address: string, bytes: number, letter = 'x') => {
  const room = bytes - route(address, '""').length;
  const letters = letter.repeat(Math.floor(room / Buffer.byteLength(letter)));
  return `"${letters}${'-'.repeat(room - Buffer.byteLength(letters))}"`;
};

it.each(['x', 'é', '€', '😀'])('takes a frame of 1,048,576 bytes of «%s», and delivers it whole', async (letter) => {
  const [alice, bob] = [await relay.settled(), await relay.settled()];
  const msg = fill(bob.address, LIMIT, letter);
  expect(Buffer.byteLength(route(bob.address, msg))).toBe(LIMIT);
  expect(await alice.answers(route(bob.address, msg))).toEqual([]);
  const frame = await bob.frame();
  expect(frame === deliver(msg)).toBe(true);
});

it.each(['x', 'é'])('hangs up with 1009 on a frame of one byte more of «%s», and on nobody else', async (letter) => {
  const [alice, bob, carol] = [await relay.settled(), await relay.settled(), await relay.settled()];
  alice.send(route(bob.address, fill(bob.address, LIMIT + 1, letter)));
  expect(await alice.closed).toBe(1009);
  expect(alice.unread()).toEqual([]);
  expect(await bob.answers()).toEqual([]);
  await carol.noticesThatNobodyIsAt(alice.address);
  expect(await carol.answers(route(alice.address, '1'))).toEqual([NOT_FOUND]);
});

it('counts a message in several frames as one', async () => {
  const alice = await relay.settled();
  alice.sendInTwo(route(alice.address, fill(alice.address, LIMIT + 1)));
  expect(await alice.closed).toBe(1009);
});
