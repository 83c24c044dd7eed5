/** tonweb, which the contract's own authors wrote, as the oracle: for any channel the same bytes, signatures and address. */
import { Address } from '@ton/core';
import fc from 'fast-check';
import nacl from 'tweetnacl';
import { toHex } from '../../../src/bytes.ts';
import { signerFromSeed } from '../../../src/keys/index.ts';
import { tonScheme } from '../../../src/streaming/ton.ts';
import { type Tonweb, tonweb } from '../../interop/streaming/tonweb.ts';
import { contractCode, installTimeout } from './chain.ts';

let oracle: Tonweb;
let code: Awaited<ReturnType<typeof contractCode>>;
beforeAll(async () => {
  [oracle, code] = await Promise.all([tonweb(), contractCode()]);
}, installTimeout);

const seconds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const coins = fc.bigInt({ min: 0n, max: 2n ** 64n });
const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
const cases = fc.record({
  id: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
  seeds: fc.tuple(seed, seed).filter(([one, other]) => toHex(one) !== toHex(other)),
  wallets: fc.tuple(seed, seed),
  quarantineDuration: seconds,
  conditionalCloseDuration: seconds,
  excessFee: coins,
  amounts: fc.tuple(coins, coins).map(([sent, rest]) => ({ sent, deposit: sent + rest })),
  sequence: fc.integer({ min: 1, max: 2 ** 32 - 2 }),
});

it('for states, refunds, closings and addresses', async () => {
  const { BN, PaymentChannel, keyPairFromSeed } = oracle;
  const number = (value: bigint | number) => new BN(value.toString(), 10);
  const never = new AbortController().signal;
  await fc.assert(
    fc.asyncProperty(cases, async ({ id, seeds, wallets, amounts, sequence, ...terms }) => {
      const scheme = tonScheme({ code, ...terms });
      const [payer, payee] = await Promise.all(seeds.map((each) => signerFromSeed(each)));
      if (payer === undefined || payee === undefined) throw new Error('There are two.');
      const [payerWallet, payeeWallet] = wallets.map((hash) => new Address(0, Buffer.from(hash)).toString());
      const channel = {
        id: id.toString(16).padStart(32, '0'),
        payer: { publicKey: toHex(payer.publicKey), wallet: payerWallet ?? '' },
        payee: { publicKey: toHex(payee.publicKey), wallet: payeeWallet ?? '' },
      };
      const { sent, deposit } = amounts;
      const standing = { deposit: `${deposit}`, sent: `${sent}`, sequence };
      const start = { ...standing, sent: '0', sequence: 0 };

      const common = {
        channelId: number(id),
        initBalanceA: number(deposit),
        initBalanceB: number(0),
        addressA: new oracle.Address(channel.payer.wallet),
        addressB: new oracle.Address(channel.payee.wallet),
        closingConfig: {
          quarantineDuration: terms.quarantineDuration,
          conditionalCloseDuration: terms.conditionalCloseDuration,
          misbehaviorFine: number(0),
        },
        excessFee: number(terms.excessFee),
      };
      const [keysA, keysB] = seeds.map((each) => keyPairFromSeed(each));
      if (keysA === undefined || keysB === undefined) throw new Error('There are two.');
      const a = new PaymentChannel(null, { ...common, isA: true, myKeyPair: keysA, hisPublicKey: keysB.publicKey });
      const b = new PaymentChannel(null, { ...common, isA: false, myKeyPair: keysB, hisPublicKey: keysA.publicKey });
      const balances = { balanceA: number(deposit - sent), balanceB: number(sent) };
      const atEnd = { ...balances, seqnoA: number(sequence), seqnoB: number(1) };
      const atStart = { balanceA: number(deposit), balanceB: number(0), seqnoA: number(0), seqnoB: number(0) };

      expect(scheme.address(channel)).toBe((await a.getAddress()).toString(true, true, true));
      const [state, close, refund] = (['state', 'close', 'refund'] as const).map((statement) =>
        scheme.bytes(statement, channel, statement === 'refund' ? start : standing),
      );
      if (state === undefined || close === undefined || refund === undefined) throw new Error('There are three.');
      const theirs = { state: await a.signState({ ...balances, seqnoA: number(sequence), seqnoB: number(0) }) };
      expect(toHex(await payer.sign(state, never))).toBe(toHex(theirs.state));
      expect(toHex(await payee.sign(refund, never))).toBe(toHex(await b.signState(atStart)));
      expect(toHex(await payer.sign(close, never))).toBe(toHex(await a.signClose(atEnd)));
      expect(toHex(await payee.sign(close, never))).toBe(toHex(await b.signClose(atEnd)));
      expect(nacl.sign.detached.verify(state, theirs.state, payer.publicKey)).toBe(true);
    }),
    { numRuns: 15 },
  );
});
