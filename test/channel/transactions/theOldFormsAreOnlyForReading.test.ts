import { secp256k1 } from '@noble/curves/secp256k1.js';
import { decodeTransaction, encodeTransaction } from '../../../src/channel/serialization.ts';
import { sign, signedBy } from '../../../src/channel/signing.ts';
import { signerFromSeed } from '../../../src/keys/index.ts';
import { example, read, readSigned, said } from './vectors.ts';

const never = new AbortController().signal;

it("the text's on-chain example is a create with raw keys, signed by both", async () => {
  const signed = readSigned(example('tx$9mmqY8QR'));
  const { transaction } = signed;
  expect(transaction).toMatchObject({
    type: 'channelCreate',
    era: 'old',
    initiatorAmount: 7n,
    responderAmount: 4n,
    channelReserve: 2n,
    lockPeriod: 10n,
    ttl: 1000n,
    fee: 1n,
    nonce: 1n,
  });
  expect(transaction).not.toHaveProperty('stateHash');
  if (transaction.type !== 'channelCreate') throw new Error('No create.');
  expect(await signedBy(signed, transaction.initiator)).toBe('raw');
  expect(await signedBy(signed, transaction.responder)).toBe('raw');
});

const update = example('tx$21uV5so7');
const byInitiator = example('tx$xCHADUvUikbjGRcBmio');
const byResponder = example('tx$xCHADUvUikbjGRcBmj4');

it("the text's update has keys of secp256k1 and the balances in it", () => {
  expect(read(update)).toMatchObject({
    type: 'channelOffchain',
    era: 'old',
    previousRound: 1n,
    round: 2n,
    initiatorAmount: 5n,
    responderAmount: 5n,
    updates: [{ amount: 2n }],
    state: new Uint8Array(0),
  });
  expect(said(byInitiator)).toEqual(read(update));
  expect(said(byResponder)).toEqual(read(update));
});

it.each([
  ['initiator', byInitiator],
  ['responder', byResponder],
] as const)('the %s has signed it with ECDSA over SHA-256, in DER', (party, tx) => {
  const { transaction, signatures } = readSigned(tx);
  if (transaction.type !== 'channelOffchain' || transaction.era !== 'old') throw new Error('Not the old update.');
  const other = party === 'initiator' ? 'responder' : 'initiator';
  const message = encodeTransaction(transaction);
  const options = { format: 'der', prehash: true, lowS: false } as const;
  expect(signatures).toHaveLength(1);
  for (const signature of signatures) {
    expect(secp256k1.verify(signature, message, transaction[party], options)).toBe(true);
    expect(secp256k1.verify(signature, message, transaction[other], options)).toBe(false);
  }
});

it('a DER signature is nobody’s Ed25519 signature', async () => {
  const signed = readSigned(byInitiator);
  if (signed.transaction.type !== 'channelOffchain' || signed.transaction.era !== 'old') throw new Error('Not old.');
  expect(await signedBy(signed, signed.transaction.initiator, 'ae_mainnet')).toBeUndefined();
});

it('nothing old is signed any more', async () => {
  const signer = await signerFromSeed(new Uint8Array(32).fill(7));
  for (const tx of [update, byInitiator, example('tx$9mmqY8QR')])
    await expect(sign(read(tx), signer, { form: 'raw' }, never)).rejects.toMatchObject({
      name: 'LocalMisuse',
      code: 'onlyForReading',
    });
});

it('a DER signature does not stand under anything else', () => {
  const { signatures } = readSigned(byInitiator);
  const { transaction } = readSigned(example('tx$ERkuTBJf'));
  const bytes = encodeTransaction({ type: 'signed', signatures, transaction });
  expect(() => decodeTransaction(bytes)).toThrow(expect.objectContaining({ name: 'Undecodable', code: 'wrongField' }));
});
