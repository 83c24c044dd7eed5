/** "Update error", told to a party of ours: in both shapes, at each point where an update can be. */
import { alice, bob } from '../keys.ts';
import { manners, outcome, roles, useScriptedNode } from './script.ts';

const node = useScriptedNode();

const reasons = ['insufficient_balance', 'negative_amount', 'invalid_pubkeys', 'something_new'];

test.each(manners.flatMap((manner) => roles.map((role) => ({ ...manner, role }))))(
  'each reason, and then it works: $role, dialect $dialect, $era keys',
  async ({ role, ...manner }) => {
    const { script, channel: opening } = await node.meet(role, manner);
    await script.opening();
    const channel = await opening;
    const [payer, payee] = role === 'initiator' ? [alice, bob] : [bob, alice];
    for (const reason of reasons) {
      const update = { from: payer.text(manner.era), to: payee.text(manner.era), amount: 1 };
      const refused = channel.pay(1n).catch((error: unknown) => error);
      await script.hearsNew(role, 1n);
      const request = { action: 'update', payload: update, tag: 'new' };
      await script.tell({ action: 'error', payload: { reason, request } });
      expect(await refused).toMatchObject({ name: 'NotAgreed', reason });
    }
    const refused = outcome(channel.pay(1n));
    await script.hearsNew(role, 1n);
    await script.tell({ action: 'error', payload: { message: 'chain_hash_mismatch' } });
    expect(await refused).toMatch(/^NotAgreed/);
    const paid = channel.pay(1n);
    await script.ownUpdate(role, 1n);
    expect((await paid).round).toBe(2);
  },
);

test.each(['reason', 'message'])(
  'an error with a %s when nothing was asked is told, and harms nothing',
  async (shape) => {
    const { script, channel: opening, told } = await node.meet('responder', { dialect: 'text', era: 'legacy' });
    const payload = shape === 'reason' ? { reason: 'odd', request: { action: 'odd' } } : { message: 'odd' };
    await script.opening();
    const channel = await opening;
    await script.tell({ action: 'error', payload });
    await script.otherUpdate('initiator', 1n);
    const paid = channel.pay(1n);
    await script.ownUpdate('responder', 1n);
    await paid;
    expect(told.filter(({ type }) => type === 'error').length).toBe(1);
  },
);

test('an error after the signature was sent is told, and what has become of the update is waited for', async () => {
  const { script, channel: opening, told } = await node.meet('initiator', { dialect: 'text', era: 'legacy' });
  await script.opening();
  const channel = await opening;
  const refused = outcome(channel.pay(1n));
  await script.hearsNew('initiator', 1n);
  await script.asks('update', script.next('initiator', 1n).tx);
  await script.tell({ action: 'error', payload: { reason: 'conflict', request: { action: 'update' } } });
  await script.tell({ action: 'error', payload: { message: 'chain_hash_mismatch' } }, script.conflict());
  expect(await refused).toMatch(/^NotAgreed/);
  const paid = channel.pay(1n);
  await script.ownUpdate('initiator', 1n);
  expect((await paid).round).toBe(2);
  expect(told.filter(({ type }) => type === 'error').length).toBe(2);
});
