/** What the WebSocket underneath owes the clients of the original: any path, any origin, plain unfragmented text frames, pongs. */
import { deliver, MALFORMED, NOBODY, NOT_FOUND, route, useRelay } from '../peer.ts';
import type { RawFrame, RawPeer } from '../rawPeer.ts';

const relay = useRelay();

/** One whole text frame of a server: not fragmented, not compressed, not masked. */
const textFrame = (text: string): RawFrame => ({
  fin: true,
  rsv: 0,
  opcode: 1,
  masked: false,
  payload: Buffer.from(text),
});

it.each(['/', '/ws', '/any/path?and=query', '//', '/%ff'])('opens on any path: %s', async (path) => {
  const peer = await relay.raw({ path });
  expect(peer.handshake).toMatch(/^HTTP\/1\.1 101 /);
  peer.text(route(NOBODY, '1'));
  expect(await peer.frame()).toEqual(textFrame(NOT_FOUND));
});

it.each(['https://example.com', 'null', 'file://', ''])('opens for any origin: %s', async (origin) => {
  expect((await relay.raw({ headers: [`Origin: ${origin}`] })).handshake).toMatch(/^HTTP\/1\.1 101 /);
});

it('promises no subprotocol that it does not speak', async () => {
  const { handshake } = await relay.raw({ headers: ['Sec-WebSocket-Protocol: chat, compendium'] });
  expect(handshake).toMatch(/^HTTP\/1\.1 101 /);
  expect(handshake).not.toMatch(/sec-websocket-protocol/i);
});

it('promises no extension that was not offered', async () => {
  expect((await relay.raw()).handshake).not.toMatch(/sec-websocket-extensions/i);
});

it('works for a client that offers compression', async () => {
  const [peer, other] = [await relay.connect(true), await relay.settled()];
  await peer.init();
  expect(await other.answers(route(peer.address, `"${'ab'.repeat(5_000)}"`))).toEqual([]);
  expect(await peer.answers()).toEqual([deliver(`"${'ab'.repeat(5_000)}"`)]);
});

it('answers in unfragmented text frames, however large', async () => {
  const [peer, sender] = [await relay.raw(), await relay.settled()];
  peer.text('{"type":"INIT"}');
  const initresp = await peer.frame();
  expect(initresp).toEqual(textFrame(`${initresp.payload}`));
  const [address = ''] = /[0-9a-f]{32}/.exec(`${initresp.payload}`) ?? [];
  for (const length of [1, 130, 70_000, 1_000_000]) {
    const msg = `"${'x'.repeat(length)}"`;
    expect(await sender.answers(route(address, msg))).toEqual([]);
    const { payload, ...bits } = await peer.frame();
    expect(bits).toEqual({ fin: true, rsv: 0, opcode: 1, masked: false });
    expect(`${payload}` === deliver(msg)).toBe(true);
  }
  peer.text('garbage');
  const err = await peer.frame();
  expect(err).toEqual(textFrame(`${err.payload}`));
  expect(`${err.payload}`).toMatch(MALFORMED);
});

it('takes a message in fragments, with a ping between them and a letter cut in two, and delivers it in one', async () => {
  const [sender, receiver] = [await relay.raw(), await relay.settled()];
  const bytes = Buffer.from(route(receiver.address, '"é"'));
  const cut = bytes.indexOf(0xc3) + 1;
  sender.write(1, bytes.subarray(0, 10), { fin: false });
  sender.write(9, 'now?');
  sender.write(0, bytes.subarray(10, cut), { fin: false });
  sender.write(0, bytes.subarray(cut));
  expect(await receiver.frame()).toBe(deliver('"é"'));
  expect(await sender.frame()).toMatchObject({ opcode: 10, payload: Buffer.from('now?') });
});

it('answers a ping with a pong of the same bytes', async () => {
  const peer = await relay.raw();
  peer.write(9, 'are you there?');
  expect(await peer.frame()).toEqual({
    fin: true,
    rsv: 0,
    opcode: 10,
    masked: false,
    payload: Buffer.from('are you there?'),
  });
});

it('takes pongs that it did not ask for: the original client sends two for each ping', async () => {
  const peer = await relay.raw();
  peer.write(10, '');
  peer.write(10, 'unasked');
  peer.text(route(NOBODY, '1'));
  expect(await peer.frame()).toEqual(textFrame(NOT_FOUND));
});

it('answers a close with a close, and then hangs up', async () => {
  const peer = await relay.raw();
  peer.write(8, Uint8Array.of(3, 232));
  expect(await peer.closeCode()).toBe(1000);
  await expect(peer.frame()).rejects.toThrow('hung up');
});

it.each<[string, number, (peer: RawPeer) => void]>([
  ['a frame without a mask', 1002, (peer) => peer.write(1, '{}', { masked: false })],
  ['a frame of no known kind', 1002, (peer) => peer.write(3, '{}')],
  ['a reserved bit', 1002, (peer) => peer.write(1, '{}', { rsv: 2 })],
  ['a continuation of nothing', 1002, (peer) => peer.write(0, '{}')],
  ['a new message within another', 1002, (peer) => peer.write(1, '{', { fin: false }) ?? peer.write(1, '{}')],
  ['a text that is not UTF-8', 1007, (peer) => peer.write(1, Uint8Array.of(0xff))],
])('hangs up on %s with %i', async (_, code, breakTheRule) => {
  const [peer, other] = [await relay.raw(), await relay.settled()];
  breakTheRule(peer);
  expect(await peer.closeCode()).toBe(code);
  expect(await other.answers()).toEqual([]);
});
