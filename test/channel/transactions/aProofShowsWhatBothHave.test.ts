/** Proofs of inclusion, against those of real nodes. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { decode, encode } from '../../../src/channel/encoding.ts';
import { type Balance, stateHash } from '../../../src/channel/hashes.ts';
import { proofOfBalances, readProof } from '../../../src/channel/poi.ts';
import { decodeTransaction, decodeUnsigned, encodeTransaction } from '../../../src/channel/serialization.ts';
import type { Unsigned } from '../../../src/channel/transactions.ts';
import { Undecodable } from '../../../src/channel/undecodable.ts';

interface Vector {
  readonly file: string;
  readonly kind: string;
  readonly tx: string;
}

const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../vectors/aeternity-solo.json', import.meta.url), 'utf8'),
);

function unsigned(file: string, kind: string): Unsigned {
  const found = vectors.find((vector) => vector.file === file && vector.kind === kind);
  if (found === undefined) throw new Error(`There is no ${kind} in ${file}.`);
  const read = decodeTransaction(decode(found.tx, 'tx').bytes);
  return read.type === 'signed' ? read.transaction : read;
}

const create = unsigned('sc_ws_slash', 'create, signed');
const slash = unsigned('sc_ws_slash', 'slash, unsigned');
const settle = unsigned('sc_ws_slash', 'settle, unsigned');
const closeSolo = unsigned('sc_ws_optional_params_close_solo', 'close solo, unsigned');

function parties() {
  if (create.type !== 'channelCreate' || slash.type !== 'channelSlash' || settle.type !== 'channelSettle')
    throw new Error('The recorded session is another.');
  const { initiator, responder } = create;
  const state: Balance[] = [
    { account: initiator, balance: settle.initiatorAmount },
    { account: responder, balance: settle.responderAmount },
  ];
  return { state, slash, initiator };
}

describe('a proof of inclusion', () => {
  it('is, byte for byte, what a real node makes of the balances', () => {
    const { state, slash: recorded } = parties();
    expect(encode('pi', 'modern', proofOfBalances(state))).toBe(encode('pi', 'modern', recorded.poi));
  });

  it('is one of the state that was signed, and shows what was settled', () => {
    const { state, slash: recorded } = parties();
    const proof = readProof(recorded.poi);
    const payload = decodeTransaction(recorded.payload);
    if (
      payload.type !== 'signed' ||
      payload.transaction.type !== 'channelOffchain' ||
      payload.transaction.era === 'old'
    )
      throw new Error('There is no state in it.');
    expect(proof.isOf(payload.transaction.stateHash)).toBe(true);
    for (const { account, balance } of state) expect(proof.balance(account)).toBe(balance);
    expect(proof.balance(new Uint8Array(32))).toBeUndefined();
  });

  it('of a closing is read too', () => {
    if (closeSolo.type !== 'channelCloseSolo') throw new Error('It is no closing.');
    const { state } = parties();
    expect(readProof(closeSolo.poi).balance(state[0]?.account ?? new Uint8Array())).toBe(69_999_999_999_999n);
  });

  it.each(vectors.map(({ file, kind, tx }) => [kind, file, tx]))('%s of %s is written as it was read', (_, __, tx) => {
    const { bytes } = decode(tx, 'tx');
    expect(encode('tx', 'modern', encodeTransaction(decodeTransaction(bytes)))).toBe(tx);
  });

  it('of one account shows no other', () => {
    const { state, initiator } = parties();
    const proof = readProof(proofOfBalances(state, [initiator]));
    expect(proof.isOf(stateHash(state, 'today'))).toBe(true);
    expect(proof.balance(initiator)).toBe(state[0]?.balance);
    expect(proof.balance(state[1]?.account ?? new Uint8Array())).toBeUndefined();
  });

  it('is read again whatever the accounts have, in both eras', () => {
    const balance = fc.record({
      account: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      balance: fc.bigInt(0n, 2n ** 128n),
      nonce: fc.bigInt(0n, 300n),
    });
    const state = fc.uniqueArray(balance, { minLength: 1, maxLength: 5, selector: ({ account }) => account.join() });
    fc.assert(
      fc.property(state, (balances) => {
        const proof = readProof(proofOfBalances(balances));
        expect([proof.isOf(stateHash(balances, '2018')), proof.isOf(stateHash(balances, 'today'))]).toEqual([
          true,
          true,
        ]);
        for (const each of balances) expect(proof.balance(each.account)).toBe(each.balance);
      }),
      { numRuns: 60 },
    );
  });

  it('shows nothing that was not in the state, however it is altered', () => {
    const { state, slash: recorded } = parties();
    const hash = stateHash(state, 'today');
    fc.assert(
      fc.property(fc.nat(recorded.poi.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const altered = Uint8Array.from(recorded.poi, (byte, index) => (index === at ? byte ^ by : byte));
        try {
          const proof = readProof(altered);
          if (proof.isOf(hash))
            for (const { account, balance } of state) expect([balance, undefined]).toContain(proof.balance(account));
        } catch (error) {
          expect(error).toBeInstanceOf(Undecodable);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('that is none is refused as such', () => {
    for (const bytes of [new Uint8Array(0), Uint8Array.of(0xc0), Uint8Array.of(0x80), new Uint8Array(70_000)])
      expect(() => readProof(bytes)).toThrow(Undecodable);
    expect(() => decodeUnsigned(proofOfBalances(parties().state))).toThrow(Undecodable);
  });
});
