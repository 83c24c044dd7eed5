import fc from 'fast-check';
import { toHex } from '../../../src/bytes.ts';
import { blake2b256 } from '../../../src/channel/hashes.ts';
import { encodeRlp } from '../../../src/channel/rlp.ts';
import { decodeSigned, encodeTransaction } from '../../../src/channel/serialization.ts';
import { inOrder, isSame, merged, unsigned, withSignature } from '../../../src/channel/signatures.ts';
import { type Signing, sign, signedBy, signingBytes } from '../../../src/channel/signing.ts';
import { signerFromSeed } from '../../../src/keys/index.ts';
import { forms } from './arbitraries.ts';
import { clients, example, initiator, keyOf, read, readSigned, record, responder, said } from './vectors.ts';

const never = new AbortController().signal;
const signerOf = (seed: number) => signerFromSeed(new Uint8Array(32).fill(seed));
const close = said(example('tx$SUBGDUaJ'));

it('the text: both have signed the bytes of the transaction', async () => {
  expect(await signedBy(readSigned(example('tx$7gq4gp1G')), initiator)).toBe('raw');
  expect(await signedBy(readSigned(example('tx$7gq4gp1G')), responder)).toBeUndefined();
  expect(await signedBy(readSigned(example('tx$8oWtHcfnWDSQ')), initiator)).toBe('raw');
  expect(await signedBy(readSigned(example('tx$8oWtHcfnWDSY')), responder)).toBe('raw');
  for (const key of [initiator, responder]) expect(await signedBy(readSigned(example('tx$ERkuTBJf')), key)).toBe('raw');
});

const recordedBy = [
  keyOf('ak_mLjWgLbapr5CiVD2Q248aS2TQj9itXnoPv5tteXvZaJ8tdD2C'),
  keyOf('ak_26jAbCjYM16ppbhFG6PCQhv6HkwRAri7QNJfoEtb1R8amLscpt'),
];

it.each([
  ['sc_ws_basic_open_close', '11(2 sig)>57v2'],
  ['sc_ws_close_mutual', '11(2 sig)>53v1'],
  ['continuous/sc_ws_deposit', '11(2 sig)>51v1'],
  ['continuous/sc_ws_withdraw', '11(2 sig)>52v1'],
  ['sc_ws_slash', 'create, signed'],
])('a recorded node: in %s both have signed the name of the network and the bytes', async (file, kind) => {
  const signed = readSigned(record(file, kind));
  for (const key of recordedBy) {
    expect(await signedBy(signed, key, 'local_iris_testnet')).toBe('network');
    expect(await signedBy(signed, key, 'ae_mainnet')).toBeUndefined();
    expect(await signedBy(signed, key)).toBeUndefined();
  }
});

it.each([
  ['sc_ws_slash', 'slash, signed', 0],
  ['sc_ws_slash', 'settle, signed', 1],
  ['sc_ws_optional_params_close_solo', 'close solo, signed', 0],
])('a recorded node: in %s, the %s is signed by one', async (file, kind, party) => {
  const signed = readSigned(record(file, kind));
  const forms = await Promise.all(recordedBy.map((key) => signedBy(signed, key, 'local_iris_testnet')));
  expect(forms).toEqual(recordedBy.map((_, at) => (at === party ? 'network' : undefined)));
});

it('what a slash shows is a state that both have signed', async () => {
  const slash = said(record('sc_ws_slash', 'slash, signed'));
  if (slash.type !== 'channelSlash') throw new Error('No slash.');
  const shown = decodeSigned(slash.payload);
  expect(shown.transaction).toMatchObject({ type: 'channelOffchain', round: 2n, channelId: slash.channelId });
  for (const key of recordedBy) expect(await signedBy(shown, key, 'local_iris_testnet')).toBe('network');
});

it.each([
  ['SDK 1.3.2', 'raw'],
  ['SDK 14.1.1', 'networkHash'],
])('a real client: %s signs %s', async (name, form) => {
  const sent = clients.filter(({ client }) => client === name).map(({ tx }) => read(tx));
  const signed = sent.flatMap((transaction) => (transaction.type === 'signed' ? [transaction] : []));
  const creates = signed.flatMap(({ transaction }) => (transaction.type === 'channelCreate' ? [transaction] : []));
  const keys = creates.slice(0, 1).flatMap((create) => [create.initiator, create.responder]);
  for (const one of signed) {
    const found = await Promise.all(keys.map((key) => signedBy(one, key, 'ae_uat')));
    expect(keys).toHaveLength(2);
    expect(found.filter((by) => by === form)).toHaveLength(one.signatures.length);
  }
});

it.each([
  { form: 'raw' },
  { form: 'network', networkId: 'ae_mainnet' },
  { form: 'networkHash', networkId: 'ae_mainnet' },
] as const)('signed as %j it is known as signed so, in any order of signing', async (signing: Signing) => {
  const [one, other, stranger] = await Promise.all([1, 2, 3].map(signerOf));
  if (one === undefined || other === undefined || stranger === undefined) throw new Error('Three signers.');
  const half = await sign(close, one, signing, never);
  const whole = await sign(half, other, signing, never);
  expect(await sign(await sign(close, other, signing, never), one, signing, never)).toEqual(whole);
  expect(merged(half, await sign(close, other, signing, never))).toEqual(whole);
  expect(await sign(whole, one, signing, never)).toEqual(whole);
  expect(decodeSigned(encodeTransaction(whole))).toEqual(whole);
  for (const { publicKey } of [one, other]) expect(await signedBy(whole, publicKey, 'ae_mainnet')).toBe(signing.form);
  expect(await signedBy(whole, stranger.publicKey, 'ae_mainnet')).toBeUndefined();
  expect(await signedBy(half, other.publicKey, 'ae_mainnet')).toBeUndefined();
});

it('exactly these bytes are signed', () => {
  const bytes = encodeTransaction(close);
  const network = new TextEncoder().encode('ae_uat');
  expect(signingBytes(close, { form: 'raw' })).toEqual(bytes);
  expect(signingBytes(close, { form: 'network', networkId: 'ae_uat' })).toEqual(Uint8Array.of(...network, ...bytes));
  expect(signingBytes(close, { form: 'networkHash', networkId: 'ae_uat' })).toEqual(
    Uint8Array.of(...network, ...blake2b256(bytes)),
  );
});

it('a signature of another transaction, another network or one that was changed is nobody’s', async () => {
  const signer = await signerOf(1);
  const signing: Signing = { form: 'network', networkId: 'ae_mainnet' };
  const signed = await sign(close, signer, signing, never);
  const [signature = new Uint8Array(64)] = signed.signatures;
  const key = signer.publicKey;
  expect(await signedBy(signed, key, 'ae_uat')).toBeUndefined();
  const other = said(example('tx$6GDUCeNU'));
  expect(await signedBy(withSignature(other, signature), key, 'ae_mainnet')).toBeUndefined();
  const changed = signature.with(0, (signature[0] ?? 0) ^ 1);
  expect(await signedBy(withSignature(close, changed), key, 'ae_mainnet')).toBeUndefined();
  expect(await signedBy(withSignature(withSignature(close, changed), signature), key, 'ae_mainnet')).toBe('network');
  expect(await signedBy(signed, key.subarray(1), 'ae_mainnet')).toBeUndefined();
});

it('signatures are in order, and none is there twice', () => {
  const signature = fc.uint8Array({ minLength: 64, maxLength: 64 });
  fc.assert(
    fc.property(forms['off-chain, 2018'], fc.array(signature, { maxLength: 5 }), (transaction, signatures) => {
      const twice = { type: 'signed', signatures: [...signatures, ...signatures], transaction } as const;
      const whole = inOrder(twice);
      const added = [...signatures].reverse().reduce(withSignature, whole);
      expect(added).toEqual(whole);
      expect(merged(transaction, twice)).toEqual(whole);
      expect(decodeSigned(encodeTransaction(whole))).toEqual(whole);
      const hex = whole.signatures.map((one) => toHex(one));
      expect(hex).toEqual([...new Set(hex)].sort());
    }),
    { numRuns: 50 },
  );
});

it('a signature that is there twice is neither read nor written', () => {
  const half = readSigned(example('tx$8oWtHcfnWDSQ'));
  const twice = { ...half, signatures: [...half.signatures, ...half.signatures] };
  const misuse = expect.objectContaining({ name: 'LocalMisuse', code: 'wrongField' });
  expect(() => encodeTransaction(twice)).toThrow(misuse);
  const fields = [half.signatures.concat(half.signatures), encodeTransaction(half.transaction)];
  const bytes = encodeRlp([Uint8Array.of(11), Uint8Array.of(1), ...fields]);
  expect(() => decodeSigned(bytes)).toThrow(expect.objectContaining({ name: 'Undecodable', code: 'wrongField' }));
});

it('two different transactions are not put together', () => {
  const create = readSigned(example('tx$7gq4gp1G'));
  const half = readSigned(example('tx$8oWtHcfnWDSQ'));
  expect(isSame(create, half)).toBe(false);
  expect(isSame(unsigned(half), readSigned(example('tx$8oWtHcfnWDSY')))).toBe(true);
  expect(() => merged(create, half)).toThrow(
    expect.objectContaining({ name: 'LocalMisuse', code: 'otherTransaction' }),
  );
});

it('a signer that refuses is heard, and one that gives something else is blamed', async () => {
  const refusal = new Error('Not this one.');
  const publicKey = initiator;
  const refusing = { publicKey, sign: () => Promise.reject(refusal) };
  await expect(sign(close, refusing, { form: 'raw' }, never)).rejects.toBe(refusal);
  const short = { publicKey, sign: () => Promise.resolve(new Uint8Array(63)) };
  await expect(sign(close, short, { form: 'raw' }, never)).rejects.toMatchObject({
    name: 'LocalMisuse',
    code: 'badSignature',
  });
});
