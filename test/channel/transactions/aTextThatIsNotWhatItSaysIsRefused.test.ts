import { base58, base64 } from '@scure/base';
import { accountKey, decode, encode } from '../../../src/channel/encoding.ts';
import { bytesOf, example, initiator, record, text } from './vectors.ts';

const refused = (code: string) => expect.objectContaining({ name: 'Undecodable', code });

it('every text of the protocol text is read as its bytes, and written again', () => {
  for (const [tx, { bytes }] of text) {
    const decoded = decode(tx, 'tx', 'ak', 'th', 'ch');
    expect(decoded).toMatchObject({ kind: tx.slice(0, 2), era: 'legacy' });
    expect(decoded.bytes).toHaveLength(bytes);
    expect(encode(decoded.kind, 'legacy', decoded.bytes)).toBe(tx);
  }
});

it('one changed letter breaks the checksum', () => {
  for (const tx of [
    example('tx$SUBGDUaJ'),
    record('sc_ws_slash', 'settle, signed'),
    'th$2qkN973cNJiejXVJoXkXbttf1iKetWJCSY1W5VUBh3pnRS1kCC',
  ]) {
    for (const at of [3, 10, tx.length - 6]) {
      const changed = `${tx.slice(0, at)}${tx[at] === 'A' ? 'B' : 'A'}${tx.slice(at + 1)}`;
      expect(() => decode(changed, 'tx', 'th')).toThrow(refused('wrongChecksum'));
    }
  }
});

it('another kind than what is expected is refused, and one that is unknown', () => {
  const tx = example('tx$SUBGDUaJ');
  expect(() => decode(tx, 'ak')).toThrow(refused('wrongPrefix'));
  expect(() => decode(tx.replace('tx', 'zz'), 'tx')).toThrow(refused('wrongPrefix'));
  expect(() => decode(tx.replace('tx', 'ch'), 'ch')).toThrow(refused('wrongLength'));
});

it.each(['', 'tx', 'tx$0OIl', 'tx_*', 'tx:AAAA', 'tx_AAA', 'SUBGDUaJgWhDYs73', 'tx_AAAAAB=='])(
  '%j is no encoding',
  (text) => {
    expect(() => decode(text, 'tx')).toThrow(refused('notEncoded'));
  },
);

it('the eras do not mix: base64 is no base58', () => {
  const legacy = encode('tx', 'legacy', bytesOf(example('tx$ERkuTBJf')));
  const modern = encode('tx', 'modern', bytesOf(example('tx$ERkuTBJf')));
  expect(modern).not.toBe(legacy.replace('$', '_'));
  expect(() => decode(modern.replace('_', '$'), 'tx')).toThrow(refused('notEncoded'));
  expect(() => decode(legacy.replace('$', '_'), 'tx')).toThrow(expect.objectContaining({ name: 'Undecodable' }));
});

it('what is too short or too long for its kind is refused', () => {
  expect(() => decode(`tx$${base58.encode(Uint8Array.of(1, 2, 3))}`, 'tx')).toThrow(refused('wrongLength'));
  expect(() => decode(`tx_${base64.encode(new Uint8Array(0))}`, 'tx')).toThrow(refused('wrongLength'));
  const channel = encode('ba', 'legacy', new Uint8Array(31)).replace('ba', 'ch');
  expect(() => decode(channel, 'ch')).toThrow(refused('wrongLength'));
  expect(() => encode('ch', 'modern', new Uint8Array(31))).toThrow(
    expect.objectContaining({ name: 'LocalMisuse', code: 'wrongLength' }),
  );
});

it('the longest that can be written can be read, and nothing longer', () => {
  for (const [era, longest] of [
    ['legacy', 2_044],
    ['modern', 49_145],
  ] as const) {
    const bytes = new Uint8Array(longest).fill(0xff);
    expect(decode(encode('tx', era, bytes), 'tx').bytes).toEqual(bytes);
    expect(() => encode('tx', era, new Uint8Array(longest + 1).fill(0xff))).toThrow(
      expect.objectContaining({ name: 'LocalMisuse', code: 'wrongLength' }),
    );
  }
  expect(() => decode(`tx$${'z'.repeat(2_798)}`, 'tx')).toThrow(refused('wrongLength'));
  expect(() => decode(`tx$${'1'.repeat(2_797)}`, 'tx')).toThrow(refused('wrongLength'));
  expect(() => decode(`tx_${'A'.repeat(65_536)}`, 'tx')).toThrow(refused('wrongLength'));
});

it('an account is written with its tag, as in the text, or without', () => {
  const tagged = accountKey('ak$4Kr76woCtc3ehZ45K1sCrmgKX6gnh7qGhjSU1GZYqfLTTjtCgn');
  expect(tagged).toEqual(initiator);
  expect(accountKey(encode('ak', 'legacy', tagged))).toEqual(initiator);
  expect(accountKey(encode('ak', 'modern', tagged))).toEqual(initiator);
  const secp256k1 = [...text.keys()].filter((one) => one.startsWith('ak') && one.length > 60);
  expect(secp256k1).toHaveLength(2);
  for (const account of secp256k1) expect(() => accountKey(account)).toThrow(refused('wrongLength'));
  const contract = encode('ak', 'legacy', Uint8Array.of(5, ...initiator));
  expect(() => accountKey(contract)).toThrow(refused('wrongLength'));
});
