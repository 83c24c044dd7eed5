import fc from 'fast-check';
import { toHex } from '../../../src/bytes.ts';
import type { Signed, Unsigned } from '../../../src/channel/transactions.ts';

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const oldKey = fc.uint8Array({ minLength: 65, maxLength: 65 });
const data = fc.uint8Array({ maxLength: 300 });
const largest = 2n ** 256n - 1n;
/** Small ones, those at the edges of doubles and words, and any. */
const int = fc.oneof(
  fc.bigInt({ min: 0n, max: 300n }),
  fc.constantFrom(
    0n,
    127n,
    128n,
    255n,
    256n,
    2n ** 53n,
    2n ** 53n + 1n,
    2n ** 64n - 1n,
    2n ** 64n,
    10n ** 18n + 1n,
    largest,
  ),
  fc.bigInt({ min: 0n, max: largest }),
);
const delegates = fc.array(key, { maxLength: 3 });

const terms = {
  type: fc.constant('channelCreate' as const),
  initiator: key,
  initiatorAmount: int,
  responder: key,
  responderAmount: int,
  channelReserve: int,
  lockPeriod: int,
  ttl: int,
  fee: int,
  nonce: int,
};
const offchain = { type: fc.constant('channelOffchain' as const), channelId: key, round: int };
const closing = { channelId: key, initiatorAmount: int, responderAmount: int, ttl: int, fee: int, nonce: int };
const mutual = { type: fc.constant('channelCloseMutual' as const), ...closing };
const funding = { channelId: key, amount: int, ttl: int, fee: int, stateHash: key, round: int, nonce: int };
const dispute = { channelId: key, from: key, payload: data, poi: data, ttl: int, fee: int, nonce: int };
const op = fc.constantFrom('transfer' as const, 'withdraw' as const, 'deposit' as const);
const era = <const E extends string>(name: E) => fc.constant(name);

/** One arbitrary for each form. */
export const forms = {
  'create, old': fc.record({ ...terms, era: era('old') }),
  'create, 2018': fc.record({ ...terms, era: era('2018'), stateHash: key }),
  'create, delegates': fc.record({ ...terms, era: era('delegates'), delegates, stateHash: key }),
  'create, today': fc.record({
    ...terms,
    era: era('today'),
    initiatorDelegates: delegates,
    responderDelegates: delegates,
    stateHash: key,
  }),
  'off-chain, old': fc.record({
    ...offchain,
    era: era('old'),
    previousRound: int,
    initiator: oldKey,
    responder: oldKey,
    initiatorAmount: int,
    responderAmount: int,
    updates: fc.array(fc.record({ from: oldKey, to: oldKey, amount: int }), { maxLength: 3 }),
    state: data,
  }),
  'off-chain, 2018': fc.record({
    ...offchain,
    era: era('2018'),
    updates: fc.array(fc.record({ op, from: key, to: key, amount: int }), { maxLength: 3 }),
    stateHash: key,
  }),
  'off-chain, today': fc.record({ ...offchain, era: era('today'), stateHash: key }),
  'close mutual, 2018': fc.record({ ...mutual, era: era('2018') }),
  'close mutual, today': fc.record({ ...mutual, era: era('today'), from: key }),
  deposit: fc.record({ type: era('channelDeposit'), ...funding, from: key }),
  withdraw: fc.record({ type: era('channelWithdraw'), ...funding, to: key }),
  'close solo': fc.record({ type: era('channelCloseSolo'), ...dispute }),
  slash: fc.record({ type: era('channelSlash'), ...dispute }),
  settle: fc.record({ type: era('channelSettle'), ...closing, from: key }),
} satisfies Record<string, fc.Arbitrary<Unsigned>>;

export const unsigned: fc.Arbitrary<Unsigned> = fc.oneof(...Object.values(forms));

const signatures = fc.uniqueArray(fc.uint8Array({ minLength: 64, maxLength: 64 }), { maxLength: 4, selector: toHex });

export const signed: fc.Arbitrary<Signed> = fc.record({ type: era('signed'), signatures, transaction: unsigned });
