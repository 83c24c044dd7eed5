/** "Channel off-chain update", told to a party of ours. */
import { alice, bob } from '../keys.ts';
import { info } from '../peer.ts';
import { write } from '../transactions.ts';
import { extremes, manners, outcome, type Role, roles, type Script, samples, useScriptedNode } from './script.ts';

const node = useScriptedNode();

const cases = manners.flatMap((manner) => roles.map((role) => ({ ...manner, role })));
const otherOf = (role: Role): Role => (role === 'initiator' ? 'responder' : 'initiator');

test.each(cases)(
  'the $role pays, asks, is paid and is asked, dialect $dialect, $era keys',
  async ({ role, ...manner }) => {
    const { script, channel: opening, told } = await node.meet(role, manner);
    await script.opening();
    const channel = await opening;
    const paid = channel.pay(2n);
    await script.ownUpdate(role, 2n);
    const expectState = (state: unknown) =>
      expect(state).toMatchObject({
        round: Number(script.round),
        initiatorAmount: script.amounts[0],
        responderAmount: script.amounts[1],
      });
    expectState(await paid);
    const asked = channel.request(3n);
    await script.ownUpdate(otherOf(role), 3n);
    expectState(await asked);
    await script.otherUpdate(otherOf(role), 1n);
    await script.otherUpdate(role, 1n);
    const last = channel.update({ from: alice.text(manner.era), to: bob.text(manner.era), amount: 1n });
    await script.ownUpdate('initiator', 1n);
    expectState(await last);
    expectState(channel.state);
    expect(told.filter(({ type }) => type === 'updated').length).toBe(5);
    expect(told.filter(({ type }) => type === 'error')).toEqual([]);
  },
);

test.each(cases)(
  'payments as the node of that time counted them, $role, dialect $dialect, $era keys',
  async ({ role, ...manner }) => {
    const { script, channel: opening } = await node.meet(role, { ...manner, isCounted: manner.era === 'legacy' });
    await script.opening();
    const channel = await opening;
    for (let turn = 0; turn < 2; turn++) {
      const paid = channel.pay(1n);
      await script.ownUpdate(role, 1n);
      await paid;
      await script.otherUpdate(otherOf(role), 1n);
    }
  },
);

const finishes: readonly (readonly [string, (state: string) => readonly unknown[]])[] = [
  ['the state, then the info', (state) => [{ action: 'update', payload: { state } }, info('update_finalized')]],
  ['the info, then the state', (state) => [info('update_finalized'), { action: 'update', payload: { state } }]],
  ['the info twice', () => [info('update_finalized'), info('update_finalized')]],
  [
    'the state twice, and something unknown',
    (state) => [
      info('new'),
      { action: 'update', payload: { state } },
      info('new'),
      { action: 'update', payload: { state } },
    ],
  ],
];

test.each(finishes)('finished by %s', async (_, finish) => {
  for (const { role, ...manner } of samples) {
    const { script, channel: opening, told } = await node.meet(role, manner);
    script.finish = finish;
    await script.opening();
    const channel = await opening;
    for (let turn = 0; turn < 2; turn++) {
      const paid = channel.pay(1n);
      await script.ownUpdate(role, 1n);
      expect((await paid).round).toBe(Number(script.round));
      await script.otherUpdate(otherOf(role), 1n);
    }
    const paid = channel.pay(1n);
    await script.ownUpdate(role, 1n);
    expect((await paid).round).toBe(6);
    expect(told.filter(({ type }) => type === 'updated').length).toBe(5);
  }
});

test('three at once come one after the other', async () => {
  const { script, channel: opening } = await node.meet('initiator', { dialect: 'text', era: 'legacy' });
  await script.opening();
  const channel = await opening;
  const all = Promise.all([channel.pay(1n), channel.pay(2n), channel.request(1n)]);
  await script.ownUpdate('initiator', 1n);
  await script.ownUpdate('initiator', 2n);
  await script.ownUpdate('responder', 1n);
  expect((await all).map(({ round }) => round)).toEqual([2, 3, 4]);
});

test('an amount beyond every double is written to the last digit', async () => {
  const { script, channel: opening } = await node.meet('initiator', { dialect: 'text', era: 'legacy' });
  await script.opening();
  const channel = await opening;
  const tried = outcome(
    channel.update({ from: alice.text('legacy'), to: bob.text('legacy'), amount: 10n ** 18n + 1n }),
  );
  // Whether our party asks the node, or says itself that it cannot be: one of the two.
  const heard = await Promise.race([tried, script.peer.frame()]);
  expect(heard).toMatch(/^NotAgreed|"amount":1000000000000000001\}\}$/);
});

/** Puts something wrong to the party, which is in an update of its own or of the other. */
type Wrong = (script: Script, role: Role) => Uint8Array;

const wrongs: readonly (readonly [string, Wrong])[] = [
  ['another amount', (script, role) => script.next(role, 2n).tx],
  ['the other direction', (script, role) => script.next(otherOf(role), 1n).tx],
  [
    'the same round again',
    (script, role) => {
      script.round -= 1n;
      const { tx } = script.next(role, 1n);
      script.round += 1n;
      return tx;
    },
  ],
  [
    'a round too far',
    (script, role) => {
      script.round += 1n;
      const { tx } = script.next(role, 1n);
      script.round -= 1n;
      return tx;
    },
  ],
  ['the closing', (script) => script.closeTx()],
  ['the opening', (script) => script.createTx()],
  ['rubbish', () => new Uint8Array([1, 2, 3])],
];

test.each(wrongs)('%s is not signed in an own update', async (_, wrong) => {
  for (const { role, ...manner } of samples) {
    const { script, channel: opening } = await node.meet(role, manner);
    await script.opening();
    const channel = await opening;
    const paid = outcome(channel.pay(1n));
    await script.hearsNew(role, 1n);
    const { beside } = script.next(role, 1n);
    const tx = write('tx', wrong(script, role), manner.era);
    await script.tell({ action: 'sign', tag: 'update', payload: { tx, ...beside } });
    expect(await paid).toBe('PeerMisbehaved: wrongTransaction');
    expect(channel.state?.round).toBe(1);
  }
});

test('the acknowledger signs nothing that is not right', async () => {
  for (const manner of extremes) {
    const { script, channel: opening, told } = await node.meet('responder', manner);
    await script.opening();
    const channel = await opening;
    const declined = () => new Promise((resolve) => channel.on('declined', resolve));
    const puts = async (tx: Uint8Array, beside: object) => {
      const waiting = declined();
      await script.tell(info('update'), {
        action: 'sign',
        tag: 'update_ack',
        payload: { tx: write('tx', tx, manner.era), ...beside },
      });
      await waiting;
      await script.tell(script.conflict());
    };
    const right = script.next('initiator', 1n);
    // Below the reserve, for either.
    for (const [from, amount] of [
      ['initiator', script.amounts[0] - 1n],
      ['responder', script.amounts[1] - 1n],
    ] as const) {
      const { tx, beside } = script.next(from, amount);
      await puts(tx, beside);
    }
    await puts(script.closeTx(), right.beside);
    script.round += 1n;
    const far = script.next('initiator', 1n);
    script.round -= 1n;
    await puts(far.tx, far.beside);
    expect(told.filter(({ type }) => type === 'declined').length).toBe(4);
    await script.otherUpdate('initiator', 1n);
  }
});
