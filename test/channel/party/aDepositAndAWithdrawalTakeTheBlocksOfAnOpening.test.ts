/** What changes the channel's total is co-signed as an update is, and counts once the chain has it: for who begins it and for the other. */
import { dealtWith, fate, other, settings, useNode } from './world.ts';

const { opened } = useNode();

describe.each(settings)('dialect %s, %s keys, as the %s', (speaks, era, role) => {
  it.each(['deposit', 'withdraw'] as const)('its own %s', async (kind) => {
    const evidence: unknown[] = [];
    const { channel, hears, node, peer, notary } = await opened({
      speaks,
      era,
      role,
      onAgreed: (_, { kind: last, round, isCoSigned }) => evidence.push([last, round, isCoSigned]),
    });
    const changing = channel[kind](3n);
    expect(await peer.hears()).toEqual({ action: kind, tag: 'new', payload: { amount: 3 } });
    const next = node.funding(kind, role, 3n);
    peer.asks(`${kind}_tx`, next.tx);
    expect(await notary.signersOf(await peer.reply(`${kind}_tx`))).toEqual([role]);
    const whole = await node.puts(kind, next);
    const state = await changing;
    expect(state).toMatchObject({ kind, round: 2, initiatorAmount: next.shares[0], responderAmount: next.shares[1] });
    expect(state).toMatchObject({ tx: whole, isCoSigned: true });
    expect(channel.state).toEqual(state);
    expect(await hears(kind === 'deposit' ? 'deposited' : 'withdrawn')).toMatchObject({ isOwn: true, state });
    expect(evidence.at(-1)).toEqual([kind, 2, true]);
    const paying = channel.pay(1n);
    const own = await node.takesUpdate(role, 1n);
    await node.finishes(own);
    expect(await paying).toMatchObject({ round: 3, initiatorAmount: own.shares[0] });
  });

  it.each(['deposit', 'withdraw'] as const)("the other's %s", async (kind) => {
    const { channel, hears, node, peer } = await opened({ speaks, era, role });
    const next = node.funding(kind, other(role), 3n);
    peer.info(`${kind}_created`);
    peer.asks(`${kind}_ack`, next.tx);
    await peer.reply(`${kind}_ack`);
    expect(channel.state).toMatchObject({ round: 1 });
    await node.puts(kind, next);
    expect(await hears(kind === 'deposit' ? 'deposited' : 'withdrawn')).toMatchObject({ isOwn: false });
    expect(channel.state).toMatchObject({ kind, round: 2, initiatorAmount: next.shares[0] });
  });
});

it('tells its steps and its confirmations, and nothing counts before them', async () => {
  const asked: string[] = [];
  const { channel, told, node, peer, notary, hears } = await opened({
    countConfirmations: (hash) => {
      if (!asked.includes(hash)) asked.push(hash);
      return Promise.resolve(asked.indexOf(hash));
    },
  });
  const depositing = channel.deposit(5n);
  await peer.hears();
  const next = node.funding('deposit', 'initiator', 5n);
  peer.asks('deposit_tx', next.tx);
  await peer.reply('deposit_tx');
  peer.onChain(await notary.cosigned(next.tx));
  // The create transaction is the first that is asked about.
  while ((await hears('confirmed')).confirmations !== 1);
  expect(channel.machineState).toBe('open.awaitingLocks');
  expect(channel.state).toMatchObject({ round: 1 });
  await node.puts('deposit', next);
  await depositing;
  const steps = told.flatMap((notice) => (notice.type === 'progress' ? [notice.step] : []));
  expect(steps.slice(-3)).toEqual(['on_chain_tx', 'own_deposit_locked', 'deposit_locked']);
});

it('is void where the chain does not take it: the state is as before, and the reason is told', async () => {
  const { channel, node, peer, notary } = await opened();
  const depositing = fate(channel.deposit(5n));
  await peer.hears();
  const next = node.funding('deposit', 'initiator', 5n);
  peer.asks('deposit_tx', next.tx);
  await peer.reply('deposit_tx');
  peer.onChain(await notary.cosigned(next.tx));
  peer.say({ action: 'conflict', payload: { channel_id: 'ch', round: 1, error_code: 5, error_msg: 'rejected' } });
  expect(await depositing).toMatchObject({ code: 'aborted', errorCode: 5 });
  expect(channel.state).toMatchObject({ round: 1, initiatorAmount: 7n });
});

it("is rejected with the node's reason", async () => {
  const { channel, node, peer } = await opened();
  const withdrawing = fate(channel.withdraw(6n));
  const request = await peer.hears();
  peer.say({ action: 'error', payload: { reason: 'insufficient_balance', request } });
  expect(await withdrawing).toMatchObject({ code: 'rejected', reason: 'insufficient_balance', errorCode: 1001 });
  expect(node.round).toBe(1);
});

describe('wrong, and not signed:', () => {
  it.each([
    ['of the account of the other', { party: 'responder' }, 'account'],
    ['of another amount', { amount: 4n }, 'that we started'],
    ['of another round', { round: 3 }, 'round'],
    ['of another channel', { channelId: new Uint8Array(32) }, 'another channel'],
    ['with a fee beyond all measure', { fee: 6n }, 'fee'],
    ['with the hash of other amounts', { shares: [9n, 13n] }, 'state hash'],
  ] as const)('a deposit %s', async (_, changes, detail) => {
    const { channel, hears, node, peer, notary } = await opened({ maxFee: 5n });
    const depositing = fate(channel.deposit(5n));
    await peer.hears();
    const right = { round: 2, party: 'initiator', amount: 5n, shares: [12n, 13n] } as const;
    const { round, party, amount, shares, ...others } = { ...right, ...changes };
    peer.asks('deposit_tx', notary.funding('deposit', round, party, amount, shares, others));
    expect(await depositing).toMatchObject({ code: 'wrongTransaction', message: expect.stringContaining(detail) });
    await dealtWith(peer, hears);
    expect(peer.unread()).toEqual([]);
    expect(node.round).toBe(1);
  });

  it.each([
    ['a deposit out of our own account', 'deposit', 'initiator', 5n],
    ['a withdrawal into our own account', 'withdraw', 'initiator', 1n],
    ['a withdrawal of the reserve', 'withdraw', 'responder', 12n],
    ['a withdrawal of more than there is', 'withdraw', 'responder', 14n],
  ] as const)('%s, as the other would have it', async (_, kind, party, amount) => {
    const { hears, node, peer, channel } = await opened();
    const [initiator, responder] = node.shares;
    const left = responder - amount;
    const shares =
      party === 'responder' && left < 0n ? ([initiator, 0n] as const) : node.funding(kind, party, amount).shares;
    peer.asks(`${kind}_ack`, node.notary.funding(kind, 2, party, amount, shares));
    expect(await hears('declined')).toMatchObject({ tag: `${kind}_ack` });
    await dealtWith(peer, hears);
    expect(peer.unread()).toEqual([]);
    expect(channel.machineState).toBe('open.refusing');
  });
});
