/** "Client objects can be looked up by public address or by the client's unique socket id": three maps as one directory, which no late end can damage. */
import fc from 'fast-check';
import { Directory } from '../../../src/board/directory.ts';
import { first, useBoard } from '../world.ts';

const client = (id: string) => ({ id });

it('by itself, by its socket, by its address', () => {
  const directory = new Directory<{ readonly id: string }>('newest');
  const [one, two] = [client('1'), client('2')];
  directory.connect(one);
  directory.register('bob', one, false);
  for (const target of [{ byClient: one }, { bySockId: '1' }, { byAddress: 'bob' }])
    expect(directory.find(target)).toBe(one);
  for (const target of [{ byClient: two }, { bySockId: '2' }, { byAddress: '__proto__' }])
    expect(directory.find(target)).toBeUndefined();
});

it('the end of an old socket leaves the new one its address', () => {
  const directory = new Directory<{ readonly id: string }>('newest');
  const [old, again] = [client('1'), client('2')];
  for (const each of [old, again]) {
    directory.connect(each);
    directory.register('bob', each, false);
  }
  expect(directory.disconnect(old)).toBe(true);
  expect(directory.disconnect(old)).toBe(false);
  expect(directory.find({ byAddress: 'bob' })).toBe(again);
  expect(directory.release(old, ['bob'])).toEqual([]);
  expect(directory.disconnect(again)).toBe(true);
  expect([directory.size, directory.addresses]).toEqual([0, 0]);
});

it('the maps agree, whatever happens in whatever order', () => {
  const act = fc.record({
    act: fc.constantFrom('connect', 'disconnect', 'register', 'release'),
    who: fc.nat(3),
    address: fc.constantFrom('a', 'b', '__proto__'),
    proven: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(act), fc.constantFrom('newest' as const, 'oldest' as const), (acts, takeover) => {
      const directory = new Directory<{ readonly id: string }>(takeover);
      const clients = Array.from({ length: 4 }, (_, n) => client(`${n}`));
      for (const { act: verb, who, address, proven } of acts) {
        const each = clients[who];
        if (each === undefined) continue;
        const isThere = directory.find({ byClient: each }) === each;
        if (verb === 'connect') directory.connect(each);
        else if (verb === 'disconnect') directory.disconnect(each);
        else if (verb === 'register' && isThere) directory.register(address, each, proven);
        else if (verb === 'release') directory.release(each, [address]);
      }
      let addresses = 0;
      for (const each of clients) {
        for (const address of directory.addressesOf(each)) {
          addresses += 1;
          expect(directory.find({ byAddress: address })).toBe(each);
          expect(directory.find({ bySockId: each.id })).toBe(each);
        }
      }
      expect(directory.addresses).toBe(addresses);
    }),
  );
});

describe('one function sends anything to anybody', () => {
  const { serve, join, raw } = useBoard();

  it('who is there is told, and who is not is not', async () => {
    const { url, board } = await serve();
    const peer = await raw(url);
    peer.say('registerAddresses', { addresses: ['bob'] });
    await peer.settled();
    expect(board.sendMessage('anything', { at: 'all' }, { byAddress: 'bob' })).toBe(true);
    expect(await peer.next()).toEqual(['anything', { at: 'all' }]);
    expect(board.sendMessage('anything', 1, { bySockId: board.socketOf('bob') ?? '' })).toBe(true);
    expect(await peer.next()).toEqual(['anything', 1]);
    expect(board.sendMessage('anything', 1, { byAddress: 'nobody' })).toBe(false);
    expect(board.sendMessage('anything', 1, { bySockId: '99' })).toBe(false);
    // One of ours does not know it, and is told so; it stays.
    const ours = await join(url, { addresses: ['alice'] });
    const violated = first(ours, 'violated');
    board.sendMessage('anything', 1, { byAddress: 'alice' });
    expect(await violated).toMatchObject({ event: 'received.malformed', state: 'open.quiet' });
  });
});
