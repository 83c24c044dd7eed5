import fc from 'fast-check';
import { accountKey, decode } from '../../../src/channel/encoding.ts';
import { encodeRlp, type Item } from '../../../src/channel/rlp.ts';
import { decodeTransaction, encodeTransaction } from '../../../src/channel/serialization.ts';
import { Undecodable } from '../../../src/channel/undecodable.ts';
import { bytesOf, every } from './vectors.ts';

/** Reads, and expects one of two things: what was read is written as the same bytes, or it could not be read. */
function survives(bytes: Uint8Array): void {
  try {
    expect(encodeTransaction(decodeTransaction(bytes))).toEqual(bytes);
  } catch (error) {
    if (!(error instanceof Undecodable)) throw error;
  }
}

function survivesText(text: string): void {
  for (const read of [() => decode(text, 'tx', 'ak', 'ch', 'sg'), () => accountKey(text)]) {
    try {
      read();
    } catch (error) {
      if (!(error instanceof Undecodable)) throw error;
    }
  }
}

const item: fc.Arbitrary<Item> = fc.letrec<{ item: Item; bytes: Uint8Array; list: Item[] }>((tie) => ({
  item: fc.oneof({ depthSize: 'small' }, tie('bytes'), tie('list')),
  bytes: fc.uint8Array({ maxLength: 70 }),
  list: fc.array(tie('item'), { maxLength: 12 }),
})).item;

it('any bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), survives), { numRuns: 2_000 });
});

it('any lists that begin as a transaction does', () => {
  const tag = fc.constantFrom(11, 50, 51, 52, 53, 54, 55, 56, 57, 58);
  const version = fc.constantFrom(0, 1, 2, 3);
  const some = fc.tuple(tag, version, fc.array(item, { maxLength: 13 }));
  fc.assert(
    fc.property(some, ([tag, version, fields]) =>
      survives(encodeRlp([Uint8Array.of(tag), Uint8Array.of(version), ...fields])),
    ),
    { numRuns: 2_000 },
  );
});

it('any known transaction with bytes changed, left out or put in', () => {
  const place = fc.nat({ max: 700 });
  const change = fc.tuple(place, fc.nat({ max: 2 }), fc.uint8Array({ maxLength: 3 }));
  const changes = fc.array(change, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.constantFrom(...every.map(bytesOf)), changes, (bytes, changes) => {
      const changed = [...bytes];
      for (const [at, gone, added] of changes) changed.splice(at % changed.length, gone, ...added);
      survives(Uint8Array.from(changed));
    }),
    { numRuns: 5_000 },
  );
});

it('any text, with or without a prefix', () => {
  const prefix = fc.constantFrom(
    '',
    'tx$',
    'tx_',
    'ak$',
    'ak_',
    'ch_',
    'sg$',
    'sg_',
    'xx_',
    '__proto__$',
    'to_',
    'tx-',
  );
  const letters = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.base64String(),
    fc.stringMatching(/^[1-9A-HJ-NP-Za-km-z]*$/),
  );
  fc.assert(
    fc.property(prefix, letters, (prefix, letters) => survivesText(prefix + letters)),
    { numRuns: 3_000 },
  );
});

it('lists in lists as deep as they go, and a great many small items', () => {
  let deep: Uint8Array = Uint8Array.of(0xc0);
  for (let depth = 0; depth < 2_000; depth += 1) deep = encodeRlp([deep.subarray(0, 0), deep]);
  survives(deep);
  survives(new Uint8Array(65_536).fill(0xc1));
  const small = encodeRlp(Array.from({ length: 65_000 }, () => Uint8Array.of(1)));
  expect(() => decodeTransaction(small)).toThrow(expect.objectContaining({ name: 'Undecodable', code: 'unknownTag' }));
});

it('bytes that are none', () => {
  for (const none of [undefined, null, 'tx_', 5, {}, []]) {
    expect(() => Reflect.apply(decodeTransaction, undefined, [none])).toThrow(Undecodable);
    expect(() => Reflect.apply(decode, undefined, [none === 'tx_' ? 5 : none, 'tx'])).toThrow(Undecodable);
  }
});
