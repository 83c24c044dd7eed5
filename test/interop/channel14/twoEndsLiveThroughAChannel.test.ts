/** Two clients, whoever wrote them, from opening to closing over our node: whatever both can do comes to the same for both. */

import { World } from '../../channel/node/world.ts';
import { sdk as sdkOf2019 } from '../channel/sdk.ts';
import { installTimeout } from '../install.ts';
import { sdk, terms } from './client.ts';
import { type End, endOf, type Kind, type Outcome } from './ends.ts';

const pairs: readonly (readonly [Kind, Kind])[] = [
  ['sdk14', 'sdk14'],
  ['sdk14', 'rpc'],
  ['rpc', 'sdk14'],
  ['sdk14', 'epoch'],
  ['text', 'sdk14'],
  ['sdk14', 'sdk1'],
  ['sdk1', 'sdk14'],
  ['sdk1', 'rpc'],
  ['epoch', 'sdk1'],
  ['rpc', 'text'],
];

/** The client of 2019 knows nothing of what came after it. */
const knowsMore = ([one, other]: readonly Kind[]) => one !== 'sdk1' && other !== 'sdk1';

beforeAll(async () => {
  await sdk();
  await sdkOf2019();
}, installTimeout);

describe.each(pairs)('%s and %s', (...kinds) => {
  let world: World;
  let initiator: End;
  let responder: End;
  let ends: readonly End[];
  let round = 1;

  /** A change that both want, known to both: who begins before it knows of the last is a rival, and no successor. */
  const both = async (change: Promise<Outcome>) => {
    expect(await change).toMatchObject({ accepted: true });
    round += 1;
    await Promise.all(ends.map((end) => end.reaches(round)));
  };

  beforeAll(async () => {
    world = await World.open({ blockMs: 40 });
    initiator = await endOf(kinds[0], world.server.url, 'initiator');
    responder = await endOf(kinds[1], world.server.url, 'responder');
    ends = [initiator, responder];
    await Promise.all(ends.map(({ opened }) => opened));
  });
  afterAll(async () => {
    await Promise.all(ends.map((end) => end.gone()));
    await world.close();
    expect(world.reports).toEqual([]);
  });

  it('both update, either way', async () => {
    await both(initiator.pays(100));
    await both(responder.pays(50));
    await both(responder.asks(25));
    await both(initiator.asks(10));
  });

  it('a simultaneous update is void for both, and the next is not', async () => {
    const outcomes = await Promise.all([initiator.pays(1), responder.pays(1)]);
    expect(outcomes.map(({ accepted }) => accepted)).toEqual([false, false]);
    await both(initiator.pays(1));
  });

  it('both carry messages', async () => {
    await initiator.says('hejsan');
    await responder.hears(1);
    await responder.says('svejsan');
    await initiator.hears(1);
    expect([initiator.heard, responder.heard]).toEqual([['svejsan'], ['hejsan']]);
  });

  if (knowsMore(kinds)) {
    it('either aborts what the other wants, with a code', async () => {
      for (const [starter, acknowledger] of [
        [initiator, responder],
        [responder, initiator],
      ] as const) {
        acknowledger.decide = 12_345;
        expect(await starter.pays(7)).toEqual({ accepted: false, code: 12_345 });
        expect(await starter.deposits(7)).toEqual({ accepted: false, code: 12_345 });
        expect(await starter.withdraws(7)).toEqual({ accepted: false, code: 12_345 });
        acknowledger.decide = 'sign';
        await both(starter.pays(7));
      }
    });

    it('either deposits and withdraws', async () => {
      for (const end of ends) {
        await both(end.deposits(2_000));
        await both(end.withdraws(1_000));
      }
      expect(world.server.chain.locked).toBe(BigInt(terms.initiatorAmount + terms.responderAmount + 2_000));
      await both(responder.pays(1));
    });
  }

  it('either leaves, both with the last state, and both come back with it', async () => {
    for (const role of ['initiator', 'responder']) {
      const [leaver, left] = role === 'initiator' ? [initiator, responder] : [responder, initiator];
      await both(left.pays(3));
      const state = await leaver.leaves();
      await Promise.all(ends.map(({ over }) => over));
      expect(ends.map((end) => end.state())).toEqual([state, state]);
      [initiator, responder] = await Promise.all([initiator.back(), responder.back()]);
      ends = [initiator, responder];
      await Promise.all(ends.map(({ opened }) => opened));
      await both(initiator.pays(4));
      await both(responder.pays(2));
    }
  });

  it('one closes, and both know', async () => {
    const tx = await initiator.closes();
    expect(tx).toMatch(/^tx_/);
    await Promise.all(ends.map(({ over }) => over));
    while (world.server.chain.locked > 0n) await new Promise((resolve) => setImmediate(resolve));
  });
});
