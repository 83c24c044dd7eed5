import fc from 'fast-check';
import { fromHex, toHex } from '../../../src/bytes.ts';
import { encode } from '../../../src/channel/encoding.ts';
import { blake2b256, stateHash } from '../../../src/channel/hashes.ts';
import { encodeRlp, type Item } from '../../../src/channel/rlp.ts';
import { rootHash } from '../../../src/channel/trie.ts';
import { initiator, keyOf, record, responder, said } from './vectors.ts';

/** The parties of the recorded sessions. */
const [one, other] = [
  keyOf('ak_mLjWgLbapr5CiVD2Q248aS2TQj9itXnoPv5tteXvZaJ8tdD2C'),
  keyOf('ak_26jAbCjYM16ppbhFG6PCQhv6HkwRAri7QNJfoEtb1R8amLscpt'),
];

const today = (balances: readonly [bigint, bigint]) =>
  stateHash(
    [
      { account: one, balance: balances[0] },
      { account: other, balance: balances[1] },
    ],
    'today',
  );

it("the text's first state: 7 and 4, of which nothing was pushed", () => {
  const balances = [
    { account: initiator, balance: 7n },
    { account: responder, balance: 4n },
  ];
  const hash = '47f4928df9032ac4d6dd7fbd71501aacb245dc27d064f3fd246badcba2357192';
  expect(toHex(stateHash(balances, '2018'))).toBe(hash);
  expect(toHex(stateHash(balances.toReversed(), '2018'))).toBe(hash);
  expect(toHex(stateHash(balances, 'today'))).not.toBe(hash);
});

it("today's first state, with 1 pushed, and the next, with 1 paid", () => {
  const first = '64ff081cd36c4f1698a7f19a906cba3135e6f0c9ce9e03e479ba8c2e09f5b846';
  expect(toHex(today([69999999999999n, 40000000000001n]))).toBe(first);
  expect(said(record('sc_ws_slash', 'create, signed'))).toMatchObject({ stateHash: fromHex(first) });
  const next = today([69999999999998n, 40000000000002n]);
  expect(encode('st', 'modern', next)).toBe('st_pmJq1CPFri4Tx6sjPeMkKVJP5uTXrnGSB3mrLt0HQsodl+Ud');
});

it('a nonce is part of the state', () => {
  const balance = { account: initiator, balance: 7n };
  expect(stateHash([{ ...balance, nonce: 1n }], '2018')).not.toEqual(stateHash([balance], '2018'));
  expect(stateHash([{ ...balance, nonce: 0n }], '2018')).toEqual(stateHash([balance], '2018'));
});

const path = (digits: string) => fromHex(digits);
const text = (value: string) => new TextEncoder().encode(value);
const long = text('a value that is longer than a hash of 32 bytes');
const entry = (digits: string, value: Uint8Array) => ({ key: path(digits), value });
const none = new Uint8Array(0);
const root = (...entries: { key: Uint8Array; value: Uint8Array }[]) => toHex(rootHash(entries, blake2b256));

it('no entry has a root of zeros, one is a leaf with its whole path', () => {
  expect(root()).toBe('00'.repeat(32));
  expect(root(entry('1234', long))).toBe(toHex(blake2b256(encodeRlp([path('201234'), long]))));
});

it('entries that differ at once hang on a branch: long ones by their hash, short ones as they are', () => {
  const ways = Array.from({ length: 17 }, (): Item => none);
  const leaf = [path('3234'), long];
  const branch = ways.with(1, blake2b256(encodeRlp(leaf)));
  const embedded = [...branch.slice(0, 9), [path('3abc'), text('short')], ...branch.slice(10)];
  expect(root(entry('1234', long), entry('9abc', text('short')))).toBe(toHex(blake2b256(encodeRlp(embedded))));
});

it('what all have in common stands before the branch, which is held by its hash however short it is', () => {
  const branch = Array.from({ length: 17 }, (_, at) => (at === 3 || at === 4 ? [path('3f'), text('x')] : none));
  const [three, four] = [entry('123f', text('x')), entry('124f', text('x'))];
  expect(root(three, four)).toBe(toHex(blake2b256(encodeRlp([path('0012'), blake2b256(encodeRlp(branch))]))));
});

it('a root tells its entries apart, whatever their order', () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const balances = fc.uniqueArray(fc.record({ account: key, balance: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }) }), {
    minLength: 1,
    maxLength: 12,
    selector: ({ account }) => toHex(account),
  });
  fc.assert(
    fc.property(balances, (some) => {
      const hash = toHex(stateHash(some, 'today'));
      expect(toHex(stateHash(some.toReversed(), 'today'))).toBe(hash);
      expect(toHex(stateHash(some.slice(1), 'today'))).not.toBe(hash);
      const [first, ...rest] = some;
      const more = first === undefined ? [] : [{ ...first, balance: (first.balance + 1n) % 2n ** 256n }, ...rest];
      expect(toHex(stateHash(more, 'today'))).not.toBe(hash);
    }),
  );
});

it('a state that cannot be is refused', () => {
  const badKey = expect.objectContaining({ name: 'LocalMisuse', code: 'badKey' });
  const balance = { account: initiator, balance: 7n };
  expect(() => stateHash([balance, balance], '2018')).toThrow(badKey);
  expect(() => stateHash([{ ...balance, account: initiator.subarray(1) }], '2018')).toThrow(badKey);
  expect(() => stateHash([{ ...balance, balance: -1n }], '2018')).toThrow(
    expect.objectContaining({ name: 'LocalMisuse', code: 'wrongField' }),
  );
});

it('the root is the one that recorded proofs of inclusion begin with', () => {
  const proof = (file: string, kind: string) => {
    const transaction = said(record(file, kind));
    return 'poi' in transaction ? toHex(transaction.poi) : '';
  };
  const accounts = (balances: readonly [bigint, bigint]) =>
    root(
      ...[one, other].map((key, at) => ({
        key,
        value: encodeRlp([
          Uint8Array.of(10),
          Uint8Array.of(1),
          Uint8Array.of(0),
          fromHex((balances[at] ?? 0n).toString(16)),
        ]),
      })),
    );
  expect(proof('sc_ws_optional_params_close_solo', 'close solo, signed')).toContain(
    accounts([69999999999999n, 40000000000001n]),
  );
  expect(proof('sc_ws_slash', 'slash, signed')).toContain(accounts([69999999999998n, 40000000000002n]));
});
