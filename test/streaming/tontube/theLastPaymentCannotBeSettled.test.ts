/** Why the dialect is unsafe, shown by the real contract: the last payment is a close that it never takes; the state before it is one like any other. */
import { Blockchain } from '@ton/sandbox';
import { TonSettlement } from '../../../adapters/ton.ts';
import { toHex } from '../../../src/bytes.ts';
import { freshSigner } from '../../../src/keys/index.ts';
import type { Standing, Statement } from '../../../src/streaming/scheme.ts';
import { unsafeTontubeScheme } from '../../../src/streaming/tontube.ts';
import { SimulatedClock } from '../../../src/testing/clock.ts';
import { contractCode, installTimeout } from '../ton/chain.ts';

it(
  'exit code 108, for ever',
  async () => {
    const clock = new SimulatedClock(1_700_000_000_000);
    const blockchain = await Blockchain.create();
    blockchain.now = Math.floor(clock.now() / 1_000);
    const all = blockchain.getTransactions.bind(blockchain);
    blockchain.getTransactions = async (address) =>
      (await all(address)).sort((one, other) => Number(other.lt - one.lt));
    const scheme = unsafeTontubeScheme(await contractCode());
    const side = async (name: string) => {
      const [signer, wallet] = [await freshSigner(), await blockchain.treasury(name)];
      const open = blockchain.openContract.bind(blockchain);
      const settlement = new TonSettlement({ scheme, open, sender: wallet.getSender(), signer, clock });
      return { signer, settlement, party: { publicKey: toHex(signer.publicKey), wallet: wallet.address.toString() } };
    };
    const [payer, payee] = [await side('payer'), await side('payee')];
    const channel = { id: '0000000000000000000000000001605e', payer: payer.party, payee: payee.party };
    const sign = async ({ signer }: typeof payer, statement: Statement, standing: Standing) =>
      toHex(await signer.sign(scheme.bytes(statement, channel, standing), new AbortController().signal));
    const settled = async <T>(promise: Promise<T>): Promise<T> => {
      let isSettled = false;
      promise
        .catch(() => {})
        .finally(() => {
          isSettled = true;
        });
      while (!isSettled) {
        for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
        clock.next();
        blockchain.now = Math.floor(clock.now() / 1_000);
      }
      return promise;
    };

    const deposit = '1000000000';
    await settled(payer.settlement.fund(channel, deposit));
    const last = { deposit, sent: deposit, sequence: 100 };
    const proof = {
      standing: last,
      payerSignature: await sign(payer, 'close', last),
      payeeSignature: await sign(payee, 'close', last),
    };
    await expect(settled(payee.settlement.close(channel, proof))).rejects.toMatchObject({ exitCode: 108 });
    expect(await payee.settlement.deposit(channel)).toBe(deposit);
  },
  installTimeout,
);
