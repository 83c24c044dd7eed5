/** "Channel open", told to a party of ours by a node that follows the text, the node of its time, or something in between. */
import { alice, bob } from '../keys.ts';
import { info } from '../peer.ts';
import { readCreate, write, writeCreate } from '../transactions.ts';
import { manners, outcome, roles, useScriptedNode } from './script.ts';

const node = useScriptedNode();

const cases = manners.flatMap((manner) => roles.map((role) => ({ ...manner, role })));

test.each(cases)(
  'the $role comes with the query of the text and opens, dialect $dialect, $era keys',
  async ({ role, ...manner }) => {
    const { script, channel, query } = await node.meet(role, manner);
    const suffix = manner.dialect === 'text' ? '' : '_id';
    const expected: Record<string, string> = {
      [`initiator${suffix}`]: alice.text(manner.era),
      [`responder${suffix}`]: bob.text(manner.era),
      lock_period: '10',
      push_amount: '3',
      initiator_amount: '10',
      responder_amount: '10',
      channel_reserve: '2',
      ttl: '1000',
      port: '1234',
      role,
    };
    expect(Object.fromEntries(query)).toMatchObject(
      role === 'initiator' ? { ...expected, host: 'localhost' } : expected,
    );
    await script.opening();
    const { state, id } = await channel;
    expect(id).toBe(script.channelText);
    expect(state).toMatchObject({ round: 1, initiatorAmount: script.amounts[0], responderAmount: script.amounts[1] });
  },
);

test.each(cases)(
  'the $role in dialect $dialect understands the other dialect too, $era keys',
  async ({ role, era, dialect }) => {
    const manner = { era, dialect: dialect === 'text' ? 'epoch' : 'text' } as const;
    const { script, channel } = await node.meet(role, manner, { dialect });
    await script.opening();
    const { state } = await channel;
    expect(state).toMatchObject({ round: 1, initiatorAmount: script.amounts[0], responderAmount: script.amounts[1] });
  },
);

test.each(roles)('the %s takes the infos of the funding in any order, with others between', async (role) => {
  const { script, channel } = await node.meet(role, { dialect: 'text', era: 'legacy' });
  const create = await script.signing();
  const between = info('something_new');
  await script.tell(
    between,
    info('funding_locked'),
    between,
    info('funding_locked'),
    info('own_funding_locked'),
    between,
  );
  await script.tell({ action: 'update', payload: { state: create } }, info('open'), between, info('open'));
  await script.tell({ action: 'update', payload: { state: create } }, info('update_finalized'));
  const opened = await channel;
  const paid = opened.pay(1n);
  await script.ownUpdate(role, 1n);
  expect(await paid).toMatchObject({ round: 2 });
});

test.each(roles)('the %s opens with nothing but what cannot be left out', async (role) => {
  const { script, channel } = await node.meet(role, { dialect: 'text', era: 'legacy' });
  const create = await script.asks(`${role}_signed`, script.createTx());
  await script.tell({ action: 'on_chain_tx', payload: { tx: create } }, info('open'));
  await channel;
});

test.each(['pushed', 'not pushed'])('what is %s by the state hash is so in the state', async (how) => {
  for (const manner of manners) {
    const { script, channel } = await node.meet('initiator', { ...manner, isPushed: how === 'pushed' });
    await script.opening();
    expect((await channel).state?.initiatorAmount).toBe(how === 'pushed' ? 7n : 10n);
  }
});

const foreign = [
  { lockPeriod: 11n },
  { initiatorAmount: 11n },
  { responderAmount: 9n },
  { channelReserve: 0n },
  { ttl: 5n },
  { stateHash: '00'.repeat(32) },
  { responder: '00'.repeat(32) },
  { fee: 10n ** 30n },
];

test.each(foreign.flatMap((change) => roles.map((role) => ({ role, change }))))(
  'the $role does not sign what was not agreed: $change',
  async ({ role, change }) => {
    const { script, channel } = await node.meet(role, { dialect: 'text', era: 'legacy' });
    const tx = writeCreate({ ...readCreate(script.createTx(), 'legacy'), ...change }, 'legacy');
    await script.tell({ action: 'sign', tag: `${role}_signed`, payload: { tx: write('tx', tx, 'legacy') } });
    expect(await outcome(channel)).toBe('PeerMisbehaved: wrongTransaction');
  },
);
