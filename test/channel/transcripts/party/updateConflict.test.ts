/** "Update conflict", told to a party of ours: early, late, twice, and when there is none. */
import { info } from '../peer.ts';
import { write } from '../transactions.ts';
import { extremes, manners, outcome, type Role, roles, useScriptedNode } from './script.ts';

const node = useScriptedNode();

const cases = extremes.flatMap((manner) => roles.map((role) => ({ ...manner, role })));
const otherOf = (role: Role): Role => (role === 'initiator' ? 'responder' : 'initiator');

test.each(cases)(
  'before, during and after the sign request, once and twice: $role, dialect $dialect, $era keys',
  async ({ role, ...manner }) => {
    const { script, channel: opening, told } = await node.meet(role, manner);
    await script.opening();
    const channel = await opening;
    for (const isTwice of [false, true])
      for (const isSigned of [false, true]) {
        const refused = channel.pay(1n).catch((error: unknown) => error);
        await script.hearsNew(role, 1n);
        const { tx, beside } = script.next(role, 1n);
        if (isSigned) await script.asks('update', tx, beside);
        await script.tell(script.conflict());
        if (isTwice) await script.tell(script.conflict());
        expect(await refused).toMatchObject({ name: 'NotAgreed', reason: 'conflict' });
        expect(channel.state?.round).toBe(Number(script.round));
        const paid = channel.pay(1n);
        await script.ownUpdate(role, 1n);
        expect((await paid).round).toBe(Number(script.round));
        await script.otherUpdate(otherOf(role), 1n);
      }
    expect(told.filter(({ type }) => type === 'conflict').length).toBeGreaterThanOrEqual(4);
  },
);

test.each(cases)(
  'as acknowledger, asked and answered: $role, dialect $dialect, $era keys',
  async ({ role, ...manner }) => {
    const { script, channel: opening } = await node.meet(role, manner);
    await script.opening();
    const channel = await opening;
    await script.tell(script.conflict(), script.conflict());
    await script.tell(info('update'), script.conflict());
    for (let turn = 0; turn < 2; turn++) {
      const { tx, beside } = script.next(otherOf(role), 1n);
      await script.tell(info('update'));
      await script.asks('update_ack', tx, beside);
      await script.tell(script.conflict());
      expect((await channel).state?.round).toBe(Number(script.round));
    }
    // What has the reverted round again is another update.
    await script.otherUpdate(role, 1n);
    const paid = channel.pay(1n);
    await script.ownUpdate(role, 1n);
    expect((await paid).round).toBe(3);
  },
);

test('the early one: the node asks for the signature after it has told of the conflict', async () => {
  for (const manner of manners) {
    const { script, channel: opening } = await node.meet('initiator', manner);
    await script.opening();
    const channel = await opening;
    const refused = outcome(channel.pay(1n));
    await script.hearsNew('initiator', 1n);
    await script.tell(script.conflict());
    const { tx, beside } = script.next('initiator', 1n);
    await script.tell({ action: 'sign', tag: 'update', payload: { tx: write('tx', tx, manner.era), ...beside } });
    await script.tell(script.conflict());
    expect(await refused).toMatch(/^NotAgreed/);
    const paid = channel.pay(2n);
    // It may have signed what it was asked late: then that comes first.
    const first = await script.peer.message();
    if (JSON.stringify(first).includes('"tx"')) await script.hearsNew('initiator', 2n);
    const next = script.next('initiator', 2n);
    const state = await script.asks('update', next.tx, next.beside);
    await script.tell(...script.finish(state));
    expect((await paid).round).toBe(2);
  }
});

test('both start, and the other was first: our update is refused by the conflict, whatever is asked between', async () => {
  const { script, channel: opening } = await node.meet('responder', { dialect: 'epoch', era: 'legacy' });
  await script.opening();
  const channel = await opening;
  const refused = outcome(channel.pay(1n));
  await script.hearsNew('responder', 1n);
  await script.tell(info('update'));
  await script.tell(script.conflict());
  expect(await refused).toMatch(/^NotAgreed/);
  const updated = new Promise((resolve) => channel.on('updated', resolve));
  await script.otherUpdate('initiator', 1n);
  expect(await updated).toMatchObject({ state: { round: 2 }, isOwn: false });
});
