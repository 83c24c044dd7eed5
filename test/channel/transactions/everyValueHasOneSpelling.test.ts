import fc from 'fast-check';
import rlp from 'rlp';
import { fromHex } from '../../../src/bytes.ts';
import { decodeRlp, encodeRlp, type Item } from '../../../src/channel/rlp.ts';
import { decodeTransaction } from '../../../src/channel/serialization.ts';
import { initiator } from './vectors.ts';

const refused = (code: string) => expect.objectContaining({ name: 'Undecodable', code });

type Nested = Uint8Array | Nested[];

const { nested } = fc.letrec<{ nested: Nested; bytes: Uint8Array; list: Nested[] }>((tie) => ({
  nested: fc.oneof({ maxDepth: 6 }, tie('bytes'), tie('list')),
  bytes: fc.oneof(fc.uint8Array({ maxLength: 3 }), fc.uint8Array({ minLength: 54, maxLength: 60 })),
  list: fc.array(tie('nested'), { maxLength: 5 }),
}));

it('lists are written as another library writes them, and read again', () => {
  fc.assert(
    fc.property(nested, (item) => {
      const bytes = encodeRlp(item);
      expect(bytes).toEqual(rlp.encode(item));
      expect(decodeRlp(bytes)).toEqual(item);
    }),
    { numRuns: 300 },
  );
});

it('long bytes have their length before them', () => {
  for (const length of [55, 56, 255, 256, 65_535, 65_536]) {
    const item = new Uint8Array(length).fill(7);
    expect(Buffer.from(encodeRlp(item)).equals(rlp.encode(item))).toBe(true);
    expect(Buffer.from(encodeRlp([item])).equals(rlp.encode([item]))).toBe(true);
    expect(decodeRlp(encodeRlp([item]))).toEqual([item]);
  }
});

it('whatever is read is written as the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
      let item: Item;
      try {
        item = decodeRlp(bytes);
      } catch (error) {
        expect(error).toMatchObject({ name: 'Undecodable', code: 'notCanonical' });
        return;
      }
      expect(encodeRlp(item)).toEqual(bytes);
    }),
    { numRuns: 3_000 },
  );
});

it.each([
  ['nothing', ''],
  ['a small byte with a prefix', '8105'],
  ['a short length spelt long', `b801ff`],
  ['a length with a zero before it', `b90038${'ff'.repeat(56)}`],
  ['a short list spelt long', 'f801c0'],
  ['an end in the middle of bytes', '83ffff'],
  ['an end in the middle of a list', 'c3c0'],
  ['an end in the middle of a length', 'b9ff'],
  ['an item that is longer than its list', 'c283ffff'],
  ['more bytes than there can be', 'bfffffffffffffffff'],
  ['something after the item', 'c000'],
  ['lists deeper than in any transaction', 'c9c8c7c6c5c4c3c2c1c0'],
])('%s is refused', (_, hex) => {
  expect(() => decodeRlp(fromHex(hex))).toThrow(refused('notCanonical'));
});

const one = Uint8Array.of(1);
const zero = Uint8Array.of(0);
const none = new Uint8Array(0);
const channel = Uint8Array.of(6, ...initiator);
const transaction = (tag: number, version: number, ...fields: Item[]) =>
  encodeRlp([Uint8Array.of(tag), Uint8Array.of(version), ...fields]);
/** A mutual close of 2018 with `field` as its fee. */
const withFee = (field: Item) => transaction(53, 1, channel, one, one, zero, field, one);

it('a number has no spare zeros, is never empty, and has at most 32 bytes', () => {
  expect(decodeTransaction(withFee(zero))).toMatchObject({ fee: 0n });
  expect(decodeTransaction(withFee(new Uint8Array(32).fill(0xff)))).toMatchObject({ fee: 2n ** 256n - 1n });
  for (const field of [none, Uint8Array.of(0, 1), Uint8Array.of(0, 0), new Uint8Array(33).fill(1), [], [one]])
    expect(() => decodeTransaction(withFee(field))).toThrow(refused('wrongField'));
});

it('an id has its tag and 32 bytes', () => {
  const close = (id: Item) => transaction(53, 1, id, one, one, zero, one, one);
  expect(decodeTransaction(close(channel))).toMatchObject({ channelId: initiator });
  for (const id of [initiator, channel.with(0, 1), Uint8Array.of(...channel, 0), none, [channel]])
    expect(() => decodeTransaction(close(id))).toThrow(refused('wrongField'));
});

it('a hash has 32 bytes, and an update one of three meanings', () => {
  const key = new Uint8Array(32);
  expect(decodeTransaction(transaction(57, 1, channel, one, [[Uint8Array.of(2), key, key, one]], key))).toMatchObject({
    updates: [{ op: 'deposit', amount: 1n }],
  });
  for (const [updates, hash] of [
    [[[Uint8Array.of(3), key, key, one]], key],
    [[[new Uint8Array(32).fill(0xff), key, key, one]], key],
    [[[zero, key, key]], key],
    [[[zero, key, key, one, one]], key],
    [[[zero, channel, key, one]], key],
    [[zero], key],
    [zero, key],
    [[], none],
    [[], [key]],
  ] satisfies [Item, Item][])
    expect(() => decodeTransaction(transaction(57, 1, channel, one, updates, hash))).toThrow(refused('wrongField'));
});

it('what is not known is refused with its reason', () => {
  expect(() => decodeTransaction(transaction(61, 1))).toThrow(refused('unknownTag'));
  expect(() => decodeTransaction(transaction(53, 2))).toThrow(refused('unknownVersion'));
  expect(() => decodeTransaction(transaction(53, 1, channel))).toThrow(refused('wrongFields'));
  expect(() => decodeTransaction(Uint8Array.of(53))).toThrow(refused('wrongFields'));
  expect(() => decodeTransaction(encodeRlp([Uint8Array.of(53)]))).toThrow(refused('wrongFields'));
  expect(() => decodeTransaction(encodeRlp([[], one]))).toThrow(refused('wrongField'));
  expect(() => decodeTransaction(new Uint8Array(65_537))).toThrow(refused('wrongLength'));
});

it('a signed transaction holds the bytes of one, and 64 bytes for each signature', () => {
  const close = withFee(one);
  const signature = new Uint8Array(64);
  expect(decodeTransaction(transaction(11, 1, [signature], close))).toMatchObject({ signatures: [signature] });
  for (const [signatures, inner] of [
    [[signature.subarray(1)], close],
    [[Uint8Array.of(...signature, 0)], close],
    [[[signature]], close],
    [signature, close],
    [Array.from({ length: 17 }, (_, at) => signature.with(0, at)), close],
    [[signature], []],
  ] satisfies [Item, Item][])
    expect(() => decodeTransaction(transaction(11, 1, signatures, inner))).toThrow(refused('wrongField'));
  expect(() => decodeTransaction(transaction(11, 1, [], none))).toThrow(refused('notCanonical'));
  expect(() => decodeTransaction(transaction(11, 1, [], transaction(11, 1, [], close)))).toThrow(refused('unknownTag'));
});
