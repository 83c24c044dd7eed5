/**
 * "Addresses are held only in memory": an address lives as long as its connection, however that ends. In the original the address of a peer that died stays for
 * ever, and the next sender to it is hung up on («poisoned address»).
 */
import { deliver, MALFORMED, NOT_FOUND, type Peer, route, useRelay } from '../peer.ts';
import type { RawPeer } from '../rawPeer.ts';

const relay = useRelay({ limits: { violations: 3 } });

const sayAll = (peer: Peer, frames: readonly string[]) => {
  for (const frame of frames) peer.send(frame);
};

describe('answers a ROUTE to an address whose owner is gone with ERR 404, and the sender is unharmed, when the owner', () => {
  it.each<[string, (owner: Peer) => void]>([
    ['closed with 1000', (owner) => owner.socket.close(1000)],
    ['closed with 1001', (owner) => owner.socket.close(1001)],
    ['closed without a code', (owner) => owner.socket.close()],
    ['closed with a code of its own', (owner) => owner.socket.close(4000, 'my battery is empty')],
    ['was cut off', (owner) => owner.socket.terminate()],
    ['sent what is not UTF-8', (owner) => owner.sendAsText(Uint8Array.of(0xff))],
    ['sent garbage until it was hung up on', (owner) => sayAll(owner, ['{', '{', '{', '{'])],
  ])('%s', async (_, leave) => {
    const [alice, bob, carol] = [await relay.settled(), await relay.settled(), await relay.settled()];
    leave(bob);
    await bob.closed;
    await alice.noticesThatNobodyIsAt(bob.address);
    expect(await alice.answers(route(bob.address, '1'), route(bob.address, '2'))).toEqual([NOT_FOUND, NOT_FOUND]);
    expect(await carol.answers(route(bob.address, '3'), route(alice.address, '4'))).toEqual([NOT_FOUND]);
    expect(await alice.answers()).toEqual([deliver('4')]);
    expect(relay.stats()).toMatchObject({ connections: 2, addresses: 2 });
  });

  it.each<[string, (owner: RawPeer) => void]>([
    [
      'closed and half-closed TCP, as the original client does',
      (owner) => owner.write(8, Uint8Array.of(3, 232)) ?? owner.socket.end(),
    ],
    ['half-closed TCP without a close frame', (owner) => owner.socket.end()],
    ['sent a frame without a mask', (owner) => owner.write(1, '{"type":"INIT"}', { masked: false })],
    ['sent a frame of no known kind', (owner) => owner.write(3, 'what?')],
    ['set a reserved bit', (owner) => owner.write(1, '{"type":"INIT"}', { rsv: 4 })],
    ['sent bytes that are no frame', (owner) => owner.socket.write('GET / HTTP/1.1\r\n\r\n')],
    ['continued what it had not begun', (owner) => owner.write(0, 'and so on')],
    [
      'was reset in the middle of a frame',
      (owner) => owner.socket.write(Uint8Array.of(0x81, 0xfe)) && owner.socket.resetAndDestroy(),
    ],
  ])('%s', async (_, leave) => {
    const alice = await relay.settled();
    const bob = await relay.raw();
    bob.text('{"type":"INIT"}');
    const [address] = /[0-9a-f]{32}/.exec(`${(await bob.frame()).payload}`) ?? [''];
    leave(bob);
    await alice.noticesThatNobodyIsAt(address);
    expect(await alice.answers(route(address, '1'), route(alice.address, '2'))).toEqual([NOT_FOUND, deliver('2')]);
  });
});

it('keeps the address of an owner that sent garbage once: it was told so, and stays', async () => {
  const [alice, bob] = [await relay.settled(), await relay.settled()];
  expect(await bob.answers('garbage')).toEqual([expect.stringMatching(MALFORMED)]);
  expect(await alice.answers(route(bob.address, '1'))).toEqual([]);
  expect(await bob.answers()).toEqual([deliver('1')]);
});

it('lets go of both addresses of a connection with two INITs when it closes', async () => {
  const [alice, bob] = [await relay.settled(), await relay.connect()];
  const addresses = [await bob.init(), await bob.init()];
  bob.socket.close(1000);
  await bob.closed;
  for (const address of addresses) await alice.noticesThatNobodyIsAt(address);
  expect(await alice.answers(...addresses.map((address) => route(address, '1')))).toEqual([NOT_FOUND, NOT_FOUND]);
  expect(relay.stats()).toMatchObject({ connections: 1, addresses: 1 });
});

it('gives whoever comes back a new address, and the old one stays unknown', async () => {
  const [alice, bob] = [await relay.settled(), await relay.settled()];
  bob.socket.close(1000);
  await alice.noticesThatNobodyIsAt(bob.address);
  const again = await relay.settled();
  expect(again.address).not.toBe(bob.address);
  expect(await alice.answers(route(bob.address, '1'), route(again.address, '2'))).toEqual([NOT_FOUND]);
  expect(await again.answers()).toEqual([deliver('2')]);
});

it('answers a ROUTE that arrives together with the close of its sender', async () => {
  const [alice, bob] = [await relay.settled(), await relay.settled()];
  alice.send(route(bob.address, '"my last words"'));
  alice.socket.close(1000);
  expect(await bob.frame()).toBe(deliver('"my last words"'));
  expect(await alice.closed).toBe(1000);
});
