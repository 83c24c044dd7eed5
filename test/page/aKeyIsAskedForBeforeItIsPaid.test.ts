/** What stands between the picture and the payer: nothing is paid that nobody waits for, no key is paid twice, and no deposit is made without a word. */
import { Trust } from '../../src/streaming/trust.ts';
import { Keyring } from '../../visualizations/page/keyring.ts';
import { Wallet } from '../../visualizations/page/wallet.ts';

/** Whether a promise has been settled by the time that all that was ready is done. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let isSettled = false;
  const settle = () => {
    isSettled = true;
  };
  promise.then(settle, settle);
  await new Promise(setImmediate);
  return isSettled;
}

describe('the keyring', () => {
  const key = Uint8Array.of(1, 2, 3);

  it('says that a part is wanted when somebody waits for its key, and not before', async () => {
    const keys = new Keyring();
    const [first, second] = [keys.wanted(0), keys.wanted(1)];
    expect(await isDone(first)).toBe(false);
    void keys.keyFor(0);
    expect(await isDone(first)).toBe(true);
    expect(await isDone(second)).toBe(false);
  });

  it('gives a key to all who wait, and to all who come later', async () => {
    const keys = new Keyring();
    const waiting = [keys.keyFor(2), keys.keyFor(2)];
    keys.give(2, key);
    expect(await Promise.all([...waiting, keys.keyFor(2)])).toEqual([key, key, key]);
    expect(await isDone(keys.wanted(2))).toBe(false);
  });

  it('forgets who has left', async () => {
    const keys = new Keyring();
    const leaving = new AbortController();
    const left = keys.keyFor(0, leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await expect(keys.keyFor(0, leaving.signal)).rejects.toThrow('gone');
    expect(await isDone(keys.wanted(0))).toBe(false);
  });
});

describe('the wallet', () => {
  const channel = (id: string) => ({
    id,
    payer: { publicKey: 'payer', wallet: '' },
    payee: { publicKey: 'payee', wallet: '' },
  });

  it('lets a deposit wait until it is allowed', async () => {
    const asked: bigint[] = [];
    const wallet: Wallet = new Wallet(new Trust('0'), () => asked.push(wallet.asks));
    const funding = wallet.fund(channel('a'), '8');
    expect(wallet.asks).toBe(8n);
    wallet.allow(7n);
    expect(await isDone(funding)).toBe(false);
    wallet.allow(1n);
    await funding;
    expect(asked.at(-1)).toBe(0n);
  });

  it('asks only for what a channel does not hold yet, and never twice for the same', async () => {
    const wallet = new Wallet(new Trust('0'), () => {});
    wallet.allow(8n);
    await wallet.fund(channel('a'), '8');
    await wallet.fund(channel('a'), '8');
    const [more, again] = [wallet.fund(channel('a'), '12'), wallet.fund(channel('a'), '12')];
    expect(wallet.asks).toBe(4n);
    wallet.allow(4n);
    await Promise.all([more, again]);
    expect(await isDone(wallet.fund(channel('b'), '1'))).toBe(false);
  });
});
