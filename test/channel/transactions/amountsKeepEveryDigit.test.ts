import { toHex } from '../../../src/bytes.ts';
import { decodeTransaction, encodeTransaction } from '../../../src/channel/serialization.ts';
import type { ChannelCloseMutual2018 } from '../../../src/channel/transactions.ts';
import { initiator } from './vectors.ts';

const close: ChannelCloseMutual2018 = {
  type: 'channelCloseMutual',
  era: '2018',
  channelId: initiator,
  initiatorAmount: 0n,
  responderAmount: 0n,
  ttl: 0n,
  fee: 0n,
  nonce: 0n,
};

it.each([
  ['2^53 + 1', 2n ** 53n + 1n, '8720000000000001'],
  ['2^64 - 1', 2n ** 64n - 1n, '88ffffffffffffffff'],
  ['2^64', 2n ** 64n, '89010000000000000000'],
  ['10^18 + 1', 10n ** 18n + 1n, '880de0b6b3a7640001'],
  ['2^256 - 1', 2n ** 256n - 1n, `a0${'ff'.repeat(32)}`],
  ['127', 127n, '7f'],
  ['128', 128n, '8180'],
  ['256', 256n, '820100'],
  ['0', 0n, '00'],
])('%s', (_, amount, hex) => {
  const transaction = { ...close, initiatorAmount: amount, responderAmount: amount };
  const bytes = encodeTransaction(transaction);
  expect(toHex(bytes)).toContain(`${toHex(initiator)}${hex}${hex}000000`);
  expect(decodeTransaction(bytes)).toEqual(transaction);
});

it.each([
  ['less than nothing', { fee: -1n }],
  ['more than 256 bits', { fee: 2n ** 256n }],
  ['a number that is no bigint', { fee: 5 }],
  ['a decimal', { fee: '5' }],
  ['nothing at all', { fee: undefined }],
  ['an id that is too short', { channelId: initiator.subarray(1) }],
  ['an id that is text', { channelId: 'ch_2cobu19u5X3rVgT2vVmnwpYgdzYtDMZekD1cHRLpwxZyk6BVVM' }],
])('%s is not written', (_, field) => {
  expect(() => Reflect.apply(encodeTransaction, undefined, [{ ...close, ...field }])).toThrow(
    expect.objectContaining({ name: 'LocalMisuse', code: 'wrongField' }),
  );
});

it('an update that means nothing, or a list that is none, is not written', () => {
  const update = { op: 'transfer', from: initiator, to: initiator, amount: 1n };
  const offchain = { type: 'channelOffchain', era: '2018', channelId: initiator, round: 2n, stateHash: initiator };
  for (const updates of [[{ ...update, op: 'burn' }], [{ ...update, from: initiator.subarray(1) }], update, undefined])
    expect(() => Reflect.apply(encodeTransaction, undefined, [{ ...offchain, updates }])).toThrow(
      expect.objectContaining({ name: 'LocalMisuse', code: 'wrongField' }),
    );
});
