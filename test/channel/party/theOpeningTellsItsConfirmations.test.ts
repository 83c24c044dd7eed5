/** "Using its hash, participants can track its progress on the chain: entering the mempool, block inclusion and a number of confirmations." */
import { Confirmations, confirmationsAt } from '../../../src/channel/confirmations.ts';
import { encode, openChannel } from '../../../src/channel/index.ts';
import { channelServer } from '../../../src/channel/serve.ts';
import { freshSigner } from '../../../src/keys/index.ts';
import { SimulatedClock } from '../../../src/testing/index.ts';

const tx =
  'tx$ERkuTBJfEHtrmDkFz7BaigSKsnqmsCc8MorKFUwAW5VmpSoatcN3Njy2Vda8asojeshjb7SoXsqevaDLzXj78GSPwTTfYJmJtwrewTwK3LSFBe5BEYMA8rxNAWSahW1ecp1wbkBgpdiUQn1Q1UFLcYVpWYGpTWFH5DXn69iz6kFWX8sa7c5PSTaLenjVZEkbV9pEgKHKbjfovvd15Jc821y3zhQvtfhcYKS89r7gnhi81LWsjnSghmjANgjiC';

/** Lets what was answered be told. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('each number is told once, under the hash that the text gives, until nobody wants to know', async () => {
  const clock = new SimulatedClock();
  const asked: string[] = [];
  const told: number[] = [];
  const answers = [0, undefined, 0, 1, 1, 4, 5];
  const confirmations = new Confirmations(
    async (hash) => {
      asked.push(hash);
      return answers.shift();
    },
    clock,
    (count) => told.push(count),
  );
  confirmations.watch(tx);
  await turn();
  for (let looks = 0; looks < 5; looks += 1) {
    clock.next();
    await turn();
  }
  confirmations.stop();
  expect(clock.next()).toBe(false);
  expect(told).toEqual([0, 1, 4]);
  expect(new Set(asked)).toEqual(new Set(['th$2qkN973cNJiejXVJoXkXbttf1iKetWJCSY1W5VUBh3pnRS1kCC']));
});

it('a node that does not answer is asked again', async () => {
  const clock = new SimulatedClock();
  let looks = 0;
  const confirmations = new Confirmations(
    () => {
      looks += 1;
      return Promise.reject(new Error('nobody there'));
    },
    clock,
    () => {
      throw new Error('Nothing is known.');
    },
  );
  confirmations.watch(tx);
  await turn();
  clock.next();
  await turn();
  expect(looks).toBe(2);
});

it('a node of ours says how far it is, and an app is told while the channel opens', async () => {
  const node = await channelServer({ blockMs: 0 });
  const [one, other] = [await freshSigner(), await freshSigner()];
  const leaving = new AbortController();
  const terms = {
    signal: leaving.signal,
    url: node.url,
    initiator: encode('ak', 'modern', one.publicKey),
    responder: encode('ak', 'modern', other.publicKey),
    initiatorAmount: 10n,
    responderAmount: 10n,
    pushAmount: 0n,
    channelReserve: 2n,
    lockPeriod: 10,
  };
  const opening: Promise<unknown>[] = [];
  const firstLook = new Promise<number>((resolve) => {
    const notify = (notice: { readonly type: string; readonly confirmations?: number }) => {
      if (notice.confirmations !== undefined) resolve(notice.confirmations);
    };
    opening.push(openChannel({ ...terms, role: 'initiator', signer: one, notify }));
    opening.push(openChannel({ ...terms, role: 'responder', signer: other }));
  });
  expect(await firstLook).toBe(0);
  expect(await confirmationsAt(node.url)('th_2qkN973cNJiejXVJoXkXbttf1iKetWJCSY1W5VUBh3pnRS1kCC')).toBeUndefined();
  leaving.abort();
  await Promise.allSettled(opening);
  await node.close();
});
