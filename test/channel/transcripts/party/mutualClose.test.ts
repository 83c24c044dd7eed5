/** "Channel mutual close", told to a party of ours. */
import { info } from '../peer.ts';
import { write } from '../transactions.ts';
import { extremes, manners, outcome, roles, useScriptedNode } from './script.ts';

const node = useScriptedNode();

const cases = manners.flatMap((manner) =>
  roles.flatMap((role) => [true, false].map((isOwn) => ({ ...manner, role, isOwn, who: isOwn ? 'it' : 'the other' }))),
);

test.each(cases)('$who closes, $role, dialect $dialect, $era keys', async ({ role, isOwn, who: _, ...manner }) => {
  const { script, channel: opening, told } = await node.meet(role, manner);
  await script.opening();
  const channel = await opening;
  const closed = isOwn ? channel.shutdown() : channel.ended;
  const tx = await script.closing(isOwn);
  const end = await closed;
  if (isOwn) expect(end).toEqual({ tx });
  await channel.ended;
  expect(told).toContainEqual({ type: 'closing', tx });
  expect(told.at(-1)).toEqual({ type: 'closed' });
});

test.each([true, false])('nothing after the transaction but a closed socket (own: %s)', async (isOwn) => {
  for (const end of ['close', 'terminate'] as const) {
    const { script, channel: opening, told } = await node.meet('initiator', { dialect: 'text', era: 'legacy' });
    await script.opening();
    const channel = await opening;
    const closed = isOwn ? channel.shutdown() : channel.ended;
    if (isOwn) expect(await script.peer.message()).toStrictEqual({ action: 'shutdown' });
    const tx = await script.asks(isOwn ? 'shutdown_sign' : 'shutdown_sign_ack', script.closeTx());
    await script.tell({ action: 'on_chain_tx', payload: { tx } });
    script.peer.socket[end]();
    await closed;
    await channel.ended;
    expect(told.at(-1)).toEqual({ type: 'closed' });
  }
});

test.each([true, false])('an amount that is not its own is not signed (own: %s)', async (isOwn) => {
  for (const manner of extremes)
    for (const role of roles) {
      const { script, channel: opening, told } = await node.meet(role, manner);
      await script.opening();
      const channel = await opening;
      const closed = isOwn ? outcome(channel.shutdown()) : new Promise((resolve) => channel.on('declined', resolve));
      if (isOwn) expect(await script.peer.message()).toStrictEqual({ action: 'shutdown' });
      const [initiator, responder] = script.amounts;
      const wrong =
        role === 'initiator'
          ? ([initiator - 2n, responder + 1n] as const)
          : ([initiator + 1n, responder - 2n] as const);
      const tx = write('tx', script.closeTx(wrong), manner.era);
      await script.tell({ action: 'sign', tag: isOwn ? 'shutdown_sign' : 'shutdown_sign_ack', payload: { tx } });
      const end = await closed;
      if (isOwn) expect(end).toBe('PeerMisbehaved: wrongTransaction');
      expect(told.map(({ type }) => type)).toContain('declined');
    }
});

test('an error while it closes, and then it works', async () => {
  for (const payload of [
    { reason: 'insufficient_funds', request: { action: 'shutdown' } },
    { message: 'chain_hash_mismatch' },
  ]) {
    const { script, channel: opening } = await node.meet('initiator', { dialect: 'text', era: 'legacy' });
    await script.opening();
    const channel = await opening;
    const refused = outcome(channel.shutdown());
    expect(await script.peer.message()).toStrictEqual({ action: 'shutdown' });
    await script.tell({ action: 'error', payload });
    expect(await refused).toMatch(/^NotAgreed/);
    const closed = channel.shutdown();
    const tx = await script.closing(true);
    expect(await closed).toEqual({ tx });
  }
});

test('died is the last word, whatever comes after', async () => {
  const { script, channel: opening, told } = await node.meet('responder', { dialect: 'text', era: 'legacy' });
  await script.opening();
  const channel = await opening;
  await script.closing(false);
  await channel.ended;
  const count = told.length;
  expect(await outcome(channel.pay(1n))).not.toBe('done');
  expect(await outcome(channel.shutdown())).not.toBe('done');
  expect(told.length).toBe(count);
  await script.tell(info('died'));
});
