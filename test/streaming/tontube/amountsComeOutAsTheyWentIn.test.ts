/** The origin reads floats with `parseInt(x * 10000)`, which is one too low for some. What we send it reads right, and what it sends we read right. */
import fc from 'fast-check';
import type { State } from '../../../machines/streaming/messages.ts';
import { LocalMisuse } from '../../../src/errors.ts';
import { tonsOf, tontube } from '../../../src/streaming/tontube.ts';

/** As the origin has it, after a journey as JSON. */
const origins = (tons: number) => Number.parseInt(`${Number.parseFloat(JSON.stringify(tons)) * 10_000}`, 10);
const nanos = (units: number) => `${BigInt(units) * 100_000n}`;

/** What the origin shows, read by us. */
function shown(client: number, server: number): State | null | undefined {
  const state = {
    channel_id: 90_210,
    channel_address: 'address',
    client_wallet_address: 'wallet',
    client_public_key: new Uint8Array(32),
    client_balance: client,
    server_balance: server,
    client_sequence_number: 1,
    client_signature: new Uint8Array(64),
  };
  const decoded = tontube.decode({ type: 'event', event: 'latestState', args: [state] });
  return decoded.ok && decoded.message.event === 'latestState' ? decoded.message.state : undefined;
}

it('where the nearest float would not: 573 times below one TON', () => {
  const units = Array.from({ length: 10_000 }, (_, unit) => unit);
  expect(units.filter((unit) => origins(unit / 10_000) !== unit)).toHaveLength(573);
  expect(units.filter((unit) => origins(tonsOf(nanos(unit))) !== unit)).toEqual([]);
  expect(origins(0.57)).toBe(5_699);
  expect(tonsOf('570000000')).toBe(0.5700000000000001);
  expect(tonsOf('580000000')).toBe(0.58);
});

it('for any amount up to a hundred million TON, in both directions', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 ** 12 }), fc.integer({ min: 0, max: 10 ** 12 }), (left, sent) => {
      expect(origins(tonsOf(nanos(left)))).toBe(left);
      expect(shown(tonsOf(nanos(left)), sent / 10_000)).toMatchObject({
        client_balance: nanos(left),
        server_balance: nanos(sent),
      });
    }),
  );
});

it('and what it cannot count is refused', () => {
  for (const amount of ['1', '99999', '100001', `${10n ** 17n + 100_000n}`]) {
    expect(() => tonsOf(amount)).toThrow(LocalMisuse);
  }
  for (const float of [0.00001, -0.01, Number.NaN, Number.POSITIVE_INFINITY, 1e20]) {
    expect(shown(float, 0)).toBeUndefined();
  }
});
