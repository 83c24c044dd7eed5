/** Dials that have ended leave nothing, and a socket that is connected is small. */
import { rendezvous } from '../../../machines/star/rendezvous.ts';
import { Kernel } from '../../../src/kernel.ts';
import { address, useStar } from '../world.ts';

const world = useStar();
const [alices, bobs] = [address('alice'), address('bob')];

it('300 dials that were ended on both sides are gone, with their streams and timers', async () => {
  const set = new Set<unknown>();
  const clock = {
    now: () => Date.now(),
    set: (fire: () => void, delay: number) => {
      const handle = setTimeout(() => {
        set.delete(handle);
        fire();
      }, delay);
      set.add(handle);
      return handle;
    },
    clear: (handle: Parameters<typeof clearTimeout>[0]) => {
      set.delete(handle);
      clearTimeout(handle);
    },
  };
  const { url, star } = await world.serve({
    challenge: false,
    clock,
    refreshMs: 0,
    limits: { dialsPerSecond: 0, dialsPerSecondPerIp: 0 },
  });
  const [alice, bob] = [await world.old(url), await world.old(url)];
  await alice.join(alices);
  await bob.join(bobs);
  await alice.until('ws-peer');
  const dial = async (id: string) => {
    expect(await alice.dial(alices, bobs, id)).toEqual([]);
    alice.accept(`${id}.listener`);
    alice.end(`${id}.dialer`);
    await bob.until('accept', `${id}.listener`);
    bob.end(`${id}.listener`);
    await alice.until('error', `${id}.listener`);
  };
  for (let n = 0; n < 15; n += 1) await Promise.all(Array.from({ length: 20 }, (_, at) => dial(`d${n}/${at}`)));
  await bob.settled();
  expect({ dials: star.stats.dials, cut: star.stats.cut, open: star.openDials, timers: set.size }).toEqual({
    dials: { success: 300, failure: 0 },
    cut: 0,
    open: 0,
    timers: 0,
  });
});

it('a snapshot of a socket that has joined is less than 1 KB', () => {
  const kernel = new Kernel(rendezvous);
  const { snapshot } = kernel.start({
    name: '20000',
    challenge: true,
    strict: true,
    maxAddresses: 16,
    maxDials: 64,
    maxViolations: 50,
    nonceTimeout: 30_000,
    closeTimeout: 5_000,
  });
  const joining = kernel.step(snapshot, {
    type: 'received.ss-join',
    message: { event: 'ss-join', address: alices, data: `08011220${'22'.repeat(32)}`, callback: '0' },
    fresh: 'a nonce',
    at: 0,
    granted: true,
  });
  expect(JSON.stringify(kernel.save(joining.snapshot)).length).toBeLessThan(1_024);
});
