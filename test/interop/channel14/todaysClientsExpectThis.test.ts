/** What the SDK's own tests expect of a node, beside what any two clients do: told by its own objects and errors. */
import { setImmediate as turn } from 'node:timers/promises';
import { alice, bob, World } from '../../channel/node/world.ts';
import { installTimeout } from '../install.ts';
import {
  type Answer,
  accountOf,
  type Changed,
  networkId,
  type Role,
  type Sdk,
  type SdkChannel,
  sdk,
  terms,
} from './client.ts';
import { Waits } from './ends.ts';

let loaded: Sdk;
beforeAll(async () => {
  loaded = await sdk();
}, installTimeout);

const [initiatorId, responderId] = [alice.modern, bob.modern];

interface Side {
  readonly channel: SdkChannel;
  readonly asked: { readonly tag: string; readonly tx: string; readonly updates: unknown }[];
  readonly errors: Error[];
  readonly waits: Waits;
  readonly signs: (tx: string) => Promise<string>;
  answer: Answer | undefined;
}

let world: World;
let initiator: Side;
let responder: Side;

async function side(role: Role, more: object = {}): Promise<Side> {
  const account = await accountOf(role === 'initiator' ? 1 : 2);
  const signs = (tx: string) => account.signTransaction(tx, { networkId });
  const waits = new Waits();
  const made: Omit<Side, 'channel'> = { asked: [], errors: [], waits, signs, answer: undefined };
  const channel = await loaded.Channel.initialize({
    ...terms,
    minimumDepthStrategy: 'plain',
    url: `${world.server.url}/channel`,
    role,
    initiatorId,
    responderId,
    ...(role === 'initiator' ? { host: 'localhost' } : {}),
    sign: async (tag, tx, details) => {
      made.asked.push({ tag, tx, updates: details?.updates });
      return made.answer === undefined ? signs(tx) : made.answer;
    },
    ...more,
  });
  channel.on('statusChanged', () => waits.told());
  channel.on('stateChanged', () => waits.told());
  channel.on('error', (error) => {
    made.errors.push(error);
    waits.told();
  });
  return Object.assign(made, { channel });
}

const isOpen = ({ channel, waits }: Side) => waits.until(() => channel.status() === 'open');
const reach = (round: number) =>
  Promise.all([initiator, responder].map(({ channel, waits }) => waits.until(() => channel.round() === round)));

beforeEach(async () => {
  world = await World.open({ blockMs: 30 });
  initiator = await side('initiator');
  responder = await side('responder');
  await Promise.all([isOpen(initiator), isOpen(responder)]);
});
afterEach(async () => {
  for (const { channel } of [initiator, responder]) channel.disconnect();
  await world.close();
  expect(world.reports).toEqual([]);
});

const pays = (amount: number | string, meta?: readonly string[]): Promise<Changed> =>
  initiator.channel.update(initiatorId, responderId, amount, initiator.signs, meta);

it('a channel is opened with a transaction of today', async () => {
  expect([initiator.channel.round(), responder.channel.round()]).toEqual([1, 1]);
  expect(initiator.asked.map(({ tag }) => tag)).toEqual(['initiator_sign']);
  expect(responder.asked.map(({ tag }) => tag)).toEqual(['responder_sign']);
  const { tag } = loaded.unpackTx(String(initiator.asked[0]?.tx));
  expect(tag).toBe(loaded.Tag['ChannelCreateTx']);
});

it('an update says what it changes, with its metadata', async () => {
  expect(await pays(1, ['meta 1'])).toMatchObject({ accepted: true });
  await reach(2);
  const transfer = { op: 'OffChainTransfer', from: initiatorId, to: responderId, amount: 1 };
  expect(responder.asked.at(-1)).toMatchObject({
    tag: 'update_ack',
    updates: [transfer, { op: 'OffChainMeta', data: 'meta 1' }],
  });
});

it('who is asked rejects, or aborts with a code; who asks aborts as well', async () => {
  responder.answer = null;
  expect(await pays(1)).toMatchObject({ accepted: false });
  responder.answer = 1_234;
  expect(await pays(100)).toEqual({ accepted: false, errorCode: 1_234, errorMessage: 'user-defined' });
  responder.answer = undefined;
  const aborted = initiator.channel.update(initiatorId, responderId, 100, async () => 12_345);
  expect(await aborted).toEqual({ accepted: false });
  expect(initiator.channel.round()).toBe(1);
  expect(await pays(100)).toMatchObject({ accepted: true });
});

it('a deposit and a withdrawal tell their way, and are aborted as an update is', async () => {
  const { channel, signs } = initiator;
  const told: string[] = [];
  const tells = (...names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, () => void told.push(name)]));
  const deposit = await channel.deposit('2000000', signs, tells('onOwnDepositLocked', 'onDepositLocked'));
  expect(deposit).toMatchObject({ accepted: true });
  await reach(2);
  const withdrawal = await channel.withdraw('1000000', signs, tells('onOwnWithdrawLocked', 'onWithdrawLocked'));
  expect(withdrawal).toMatchObject({ accepted: true });
  await reach(3);
  expect(told).toEqual(['onOwnDepositLocked', 'onDepositLocked', 'onOwnWithdrawLocked', 'onWithdrawLocked']);
  for (const change of [channel.deposit.bind(channel), channel.withdraw.bind(channel)]) {
    responder.answer = 1_234;
    expect(await change(100, signs)).toEqual({ accepted: false, errorCode: 1_234, errorMessage: 'user-defined' });
    responder.answer = null;
    expect(await change(100, signs)).toMatchObject({ accepted: false });
    responder.answer = undefined;
    expect(await change(100, async () => 12_345)).toEqual({ accepted: false });
  }
  expect(channel.round()).toBe(3);
});

it('balances and a proof of inclusion are the same for both', async () => {
  await pays(100);
  await reach(2);
  const accounts = [initiatorId, responderId];
  const [one, other] = [await initiator.channel.balances(accounts), await responder.channel.balances(accounts)];
  expect(one).toEqual(other);
  expect(String(one[initiatorId])).toBe(`${terms.initiatorAmount - terms.pushAmount - 100}`);
  const poi = await initiator.channel.poi({ accounts });
  expect(await responder.channel.poi({ accounts })).toEqual(poi);
});

it('a wrong update is refused by name', async () => {
  await expect(pays(-10)).rejects.toThrow(/negative/i);
  await expect(pays('999000000000000000000')).rejects.toThrow(/insufficient balance/i);
  const stranger = 'ak_QVSqoGrJ31CLxYjVPnsXfaRmPS6fDrBbj6rpb6KMnNVvRVvnf';
  await expect(initiator.channel.update(initiatorId, stranger, 1, initiator.signs)).rejects.toThrow();
  expect(await pays(1)).toMatchObject({ accepted: true });
});

it('who was cut comes back with the same fsm, and goes on', async () => {
  await pays(100);
  await reach(2);
  const [existingChannelId, existingFsmId] = [initiator.channel.id(), initiator.channel.fsmId()];
  initiator.channel.disconnect();
  await initiator.waits.until(() => initiator.channel.status() === 'disconnected');
  initiator = await side('initiator', { existingChannelId, existingFsmId });
  await isOpen(initiator);
  expect(initiator.channel.fsmId()).toBe(existingFsmId);
  expect(initiator.channel.round()).toBe(2);
  const { signedTx } = await initiator.channel.state();
  expect(signedTx?.encodedTx.tag).toBe(loaded.Tag['ChannelOffChainTx']);
  expect(await pays(100)).toMatchObject({ accepted: true });
  expect(initiator.channel.round()).toBe(3);
});

it('one leaves and comes back, and the other stays, as it does where it says nothing', async () => {
  await pays(100);
  await reach(2);
  const [existingChannelId, existingFsmId] = [initiator.channel.id(), initiator.channel.fsmId()];
  await initiator.channel.leave();
  initiator = await side('initiator', { existingChannelId, existingFsmId, reestablish: true });
  await isOpen(initiator);
  expect(initiator.channel.round()).toBe(2);
  expect(responder.channel.status()).toBe('open');
  expect([initiator.asked, responder.asked.length]).toEqual([[], 2]);
  expect(await pays(100)).toMatchObject({ accepted: true });
  await reach(3);
  expect(responder.errors).toEqual([]);
});

it('both leave, and come back with the state', async () => {
  await pays(100);
  await reach(2);
  const ids = [initiator, responder].map(({ channel }) => ({
    existingChannelId: channel.id(),
    existingFsmId: channel.fsmId(),
  }));
  // An initiator cannot stay.
  const left = await responder.channel.leave();
  expect(left).toMatchObject({ channelId: ids[0]?.existingChannelId });
  expect(left.signedTx).toMatch(/^tx_/);
  for (const { channel, waits } of [initiator, responder])
    await waits.until(() => /^(disconnected|died|left)$/.test(channel.status()));
  initiator = await side('initiator', { ...ids[0], reestablish: true });
  responder = await side('responder', { ...ids[1], reestablish: true });
  await Promise.all([isOpen(initiator), isOpen(responder)]);
  expect(initiator.channel.round()).toBe(2);
  expect(await pays(100)).toMatchObject({ accepted: true });
  await reach(3);
});

describe('alone, over HTTP', () => {
  const posts = async (role: Role, fields: Readonly<Record<string, unknown>>) => {
    const aeSdk = new loaded.AeSdk({
      nodes: [{ name: 'ours', instance: new loaded.Node(world.server.url.replace(/^ws/, 'http')) }],
      // Else it asks a node of what kind its chain is, and how fast.
      _expectedMineRate: 30,
      _microBlockCycle: 30,
    });
    const onAccount = await accountOf(role === 'initiator' ? 1 : 2);
    const tx = await aeSdk.buildTx({ fromId: onAccount.address, channelId: initiator.channel.id(), ...fields });
    return aeSdk.sendTransaction(tx, { onAccount });
  };
  const accounts = [initiatorId, responderId];

  it('closes, is slashed with a later state, and settles', async () => {
    const old = await pays(100);
    const oldPoi = await initiator.channel.poi({ accounts });
    await reach(2);
    const recent = await pays(100);
    await reach(3);
    const poi = await responder.channel.poi({ accounts });
    const balances = await responder.channel.balances(accounts);
    const { Tag } = loaded;
    await posts('initiator', { tag: Tag['ChannelCloseSoloTx'], poi: oldPoi, payload: old.signedTx });
    await posts('responder', { tag: Tag['ChannelSlashTx'], poi, payload: recent.signedTx });
    const before = world.server.chain.balance(initiatorId);
    await posts('responder', {
      tag: Tag['ChannelSettleTx'],
      initiatorAmountFinal: balances[initiatorId],
      responderAmountFinal: balances[responderId],
    });
    while (world.server.chain.locked > 0n) await turn();
    expect(world.server.chain.balance(initiatorId) - before).toBe(BigInt(balances[initiatorId] ?? 0));
  });
});
