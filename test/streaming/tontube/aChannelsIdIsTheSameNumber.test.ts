/** The origin's own payers draw ids from 100,000 numbers; ours have 128 bits. Either is the number that is signed, and comes back as it went. */
import fc from 'fast-check';
import { idOf, tontube } from '../../../src/streaming/tontube.ts';

const shown = (channel_id: unknown) => {
  const state = {
    channel_id,
    channel_address: 'address',
    client_wallet_address: { wc: -1, hashPart: Object.fromEntries(new Uint8Array(32).entries()), isUserFriendly: true },
    // What JSON makes of bytes.
    client_public_key: Object.fromEntries(new Uint8Array(32).fill(7).entries()),
    client_balance: 0.05,
    server_balance: 0,
    client_sequence_number: 0,
  };
  const decoded = tontube.decode({ type: 'event', event: 'latestState', args: [state] });
  return decoded.ok && decoded.message.event === 'latestState' ? decoded.message.state : undefined;
};

it('as a number where one holds it, in decimal digits where not', () => {
  expect(idOf('0000000000000000000000000001605e')).toBe(90_206);
  expect(idOf('0000000000000000001fffffffffffff')).toBe(Number.MAX_SAFE_INTEGER);
  expect(idOf('00000000000000000020000000000000')).toBe('9007199254740992');
  expect(idOf('f'.repeat(32))).toBe('340282366920938463463374607431768211455');
  expect(shown(90_206)).toEqual({
    channel_id: '0000000000000000000000000001605e',
    channel_address: 'address',
    client_wallet_address: `-1:${'00'.repeat(32)}`,
    client_public_key: '07'.repeat(32),
    client_balance: '50000000',
    server_balance: '0',
    client_sequence_number: 0,
    client_signature: null,
  });
});

it('for all of them', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), (number) => {
      const id = number.toString(16).padStart(32, '0');
      expect(shown(idOf(id))?.channel_id).toBe(id);
    }),
  );
  for (const other of [-1, 0.5, '-1', '01', '1e3', `${2n ** 128n}`, 2 ** 53, null])
    expect(shown(other)).toBeUndefined();
});
