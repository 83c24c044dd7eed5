/** What happens to a channel on the chain without its node is told to both parties, and is so. */
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import {
  closeMutualTx,
  closeSoloTx,
  depositTx,
  none,
  proofOf,
  settleTx,
  slashTx,
  state,
  text,
  withdrawTx,
} from '../chain/dispute.ts';
import { alice, bob, fields, World, type Wscat } from './world.ts';

let world: World;
let store: MemoryStore;
let parties: readonly [Wscat, Wscat];

const states = { era: 'modern', more: { states: 'true' } } as const;

beforeEach(async () => {
  store = new MemoryStore();
  world = await World.open({ store });
  const initiator = await world.connect('initiator', states);
  const responder = await world.connect('responder', states);
  parties = [initiator, responder];
  await Promise.all([initiator.shows(2), responder.shows(2)]);
  await initiator.signs();
  await responder.next();
  await responder.signs();
  await Promise.all([initiator.shows(2), responder.next()]);
  await world.server.chain.mine(5);
  for (const party of parties) await party.shows(4);
});
afterEach(() => world.close());

/** What one who takes more than the text is told, in short. */
async function hears(party: Wscat, count: number): Promise<unknown[]> {
  const messages = await party.shows(count);
  return messages.map(({ action, payload }) => {
    const { event, info } = fields(payload);
    return event ?? info ?? action;
  });
}

async function post(tx: string): Promise<void> {
  expect(await world.server.chain.post(tx)).toBeUndefined();
  await world.server.chain.mine();
}

test('a deposit that both have signed elsewhere and posted is the last state', async () => {
  const deposit = depositTx('modern', 5n, 2n, [12n, 13n], { nonce: 2n });
  await post(await text(deposit, 'modern', alice, bob));
  for (const party of parties) expect(await hears(party, 2)).toEqual(['channel_changed', 'update']);
  const [initiator, responder] = parties;
  await world.updated(initiator, responder, 10);
});

/** Anybody who has the transaction can. */
async function postOverHttp(tx: string): Promise<void> {
  const url = `${world.server.url.replace('ws', 'http')}/v2/tx`;
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify({ tx }) });
  expect(answer.status).toBe(200);
  await world.server.chain.mine();
}

test('a withdrawal that both have signed elsewhere and posted over HTTP is the last state, and what was under way is void', async () => {
  const [initiator, responder] = parties;
  initiator.type({
    action: 'update',
    tag: 'new',
    payload: { from: alice.modern, to: bob.modern, amount: 1 },
  });
  await initiator.next();
  await postOverHttp(
    await text(withdrawTx('modern', 5n, 2n, [7n, 8n], { from: bob, nonce: 1n }), 'modern', alice, bob),
  );
  for (const party of parties) expect(await hears(party, 3)).toEqual(['conflict', 'channel_changed', 'update']);
  await world.updated(responder, initiator, 6);
});

test('a closing that both have signed and somebody else has posted ends the channel', async () => {
  await postOverHttp(await text(closeMutualTx('modern', [7n, 12n], { nonce: 2n }), 'modern', alice, bob));
  for (const party of parties) {
    expect(await hears(party, 2)).toEqual(['channel_closed', 'died']);
    expect(await party.closed).toEqual([1000, '']);
  }
  expect(world.server.chain.locked).toBe(0n);
});

test('a node that is started again in the middle of a dispute goes on with it', async () => {
  const [initiator, responder] = parties;
  await world.updated(initiator, responder, 1);
  await post(await text(closeSoloTx(none, proofOf([7n, 13n]), { nonce: 2n }), 'modern', alice));
  for (const party of parties) expect(await hears(party, 2)).toEqual(['solo_closing', 'can_slash']);
  await world.close();
  world = await World.open({ store });
  const back = await world.connect('responder', states);
  expect(await hears(back, 5)).toEqual(['fsm_up', 'open', 'update', 'solo_closing', 'can_slash']);
  back.type({ action: 'shutdown' });
  expect(await back.next()).toMatchObject({ action: 'error', payload: { reason: 'not_allowed_now' } });
  const newer = await state('modern', 3n, [4n, 16n]);
  await post(await text(slashTx(newer, proofOf([4n, 16n]), { from: bob, nonce: 1n }), 'modern', bob));
  expect(await hears(back, 1)).toEqual(['solo_closing']);
  await world.server.chain.mine(10);
  await post(await text(settleTx([4n, 16n], { from: bob, nonce: 2n }), 'modern', bob));
  expect(await hears(back, 2)).toEqual(['channel_closed', 'died']);
  const late = await world.connect('initiator', states);
  expect(await hears(late, 3)).toEqual(['fsm_up', 'channel_closed', 'died']);
});

test('who closes alone with an old state is told of as one that can be answered, and nothing is signed any more', async () => {
  const [initiator, responder] = parties;
  await world.updated(initiator, responder, 1);
  const close = closeSoloTx(none, proofOf([7n, 13n]), { nonce: 2n });
  await post(await text(close, 'modern', alice));
  for (const party of parties) expect(await hears(party, 2)).toEqual(['solo_closing', 'can_slash']);
  initiator.type({ action: 'deposit', tag: 'new', payload: { amount: 1 } });
  expect(await initiator.next()).toMatchObject({ action: 'error', payload: { reason: 'not_allowed_now' } });

  const newer = await state('modern', 3n, [4n, 16n]);
  const slash = slashTx(newer, proofOf([4n, 16n]), { from: bob, nonce: 1n });
  await post(await text(slash, 'modern', bob));
  for (const party of parties) expect(await hears(party, 1)).toEqual(['solo_closing']);
  await world.server.chain.mine(10);
  const settle = settleTx([4n, 16n], { from: bob, nonce: 2n });
  await post(await text(settle, 'modern', bob));
  for (const party of parties) {
    expect(await hears(party, 2)).toEqual(['channel_closed', 'died']);
    expect(await party.closed).toEqual([1000, '']);
  }
  expect(world.server.chain.locked).toBe(0n);
});
