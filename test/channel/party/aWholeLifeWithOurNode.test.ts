/** Two parties of ours and our node, in every dialect and in mixed pairs: everything that can happen to a channel whose parties behave. */
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { connect } from '../../../adapters/ws.ts';
import { Channel } from '../../../src/channel/channel.ts';
import type { ChannelNotice, ChannelOptions } from '../../../src/channel/options.ts';
import type { Policy } from '../../../src/channel/policy.ts';
import { type ChannelServer, channelServer } from '../../../src/channel/serve.ts';
import { fate, pairOf, type Role, terms } from './world.ts';

let server: ChannelServer;
const open: Channel[] = [];
beforeEach(async () => {
  server = await channelServer({ port: 0, blockMs: 20 });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((channel) => channel.disconnect()));
  await server.close();
});

/** Enough for the fees of today. */
const much = 10n ** 15n;

type Dialect = NonNullable<ChannelOptions['dialect']>;

/** Both parties, and what they tell. */
async function pair(dialects: Readonly<Record<Role, Dialect>>) {
  const { accounts, signers } = await pairOf('modern');
  const stores = { initiator: new MemoryStore(), responder: new MemoryStore() };
  const told: Record<Role, ChannelNotice[]> = { initiator: [], responder: [] };
  const policies: Partial<Record<Role, Policy>> = {};
  const party = (role: Role, changes: Partial<ChannelOptions> = {}) => {
    const channel = new Channel(connect, {
      url: server.url,
      role,
      ...accounts,
      ...terms,
      initiatorAmount: much,
      responderAmount: much,
      minimumDepth: 1,
      host: 'localhost',
      port: 1234,
      signer: signers[role],
      store: stores[role],
      dialect: dialects[role],
      backoff: { first: 1, most: 20 },
      policy: (question, signal) =>
        (policies[role] ?? (({ objection }) => objection === '' || objection))(question, signal),
      notify: (notice) => told[role].push(notice),
      ...changes,
    });
    open.push(channel);
    return channel;
  };
  const both = async (changes: Partial<ChannelOptions> = {}) => {
    const [initiator, responder] = [party('initiator', changes), party('responder', changes)];
    await Promise.all([initiator.open(), responder.open()]);
    return { initiator, responder };
  };
  return { both, told, policies, party };
}

describe.each([
  { initiator: 'rpc', responder: 'rpc' },
  { initiator: 'text', responder: 'rpc' },
  { initiator: 'rpc', responder: 'epoch' },
  { initiator: 'text', responder: 'text' },
] as const)('$initiator and $responder', (dialects) => {
  it('open, pay, put in, take out, refuse, leave, come back and close', async () => {
    const { both, told, policies } = await pair(dialects);
    const { initiator, responder } = await both();
    expect(await initiator.pay(5n)).toMatchObject({ round: 2, initiatorAmount: much - 8n, isCoSigned: true });
    expect(await responder.pay(1n)).toMatchObject({ round: 3, responderAmount: much + 7n, isCoSigned: true });
    expect(await initiator.deposit(7n)).toMatchObject({ round: 4, kind: 'deposit', initiatorAmount: much });
    expect(await responder.withdraw(7n)).toMatchObject({ round: 5, kind: 'withdraw', responderAmount: much });
    policies.responder = () => ({ abort: 200 });
    expect(await fate(initiator.pay(1n))).toMatchObject({ code: 'aborted', errorCode: 200 });
    delete policies.responder;
    expect(await initiator.pay(1n)).toMatchObject({ round: 6, initiatorAmount: much - 1n });
    expect(await fate(initiator.pay(2n * much))).toMatchObject({ reason: 'insufficient_balance', errorCode: 1001 });
    const { id } = initiator;
    const left = await initiator.leave();
    await responder.ended;
    const last = initiator.state;
    expect(left.state).toBe(last?.tx);

    const again = await both();
    expect(again.initiator.id).toBe(id);
    expect(again.initiator.state).toEqual(last);
    expect(await again.responder.pay(1n)).toMatchObject({ round: 7 });
    await again.initiator.shutdown();
    await Promise.all([again.initiator.ended, again.responder.ended]);
    expect(again.initiator.machineState).toBe('closed');
    const seen = (role: Role, type: ChannelNotice['type']) => told[role].filter((notice) => notice.type === type);
    for (const role of ['initiator', 'responder'] as const) {
      expect([role, seen(role, 'error').filter(({ type }) => type === 'error')]).toEqual([
        role,
        role === 'initiator' ? [expect.objectContaining({ reason: 'insufficient_balance' })] : [],
      ]);
      for (const type of ['deposited', 'withdrawn', 'left', 'reestablished'] as const)
        expect([role, type, seen(role, type).length]).toEqual([role, type, 1]);
    }
  });
});

it('a party with an old store, or none, learns the last state from the node', async () => {
  const { both, party } = await pair({ initiator: 'rpc', responder: 'text' });
  const first = await both();
  const old = await first.initiator.pay(1n);
  const last = await first.initiator.pay(2n);
  const { id } = first.initiator;
  await first.initiator.leave();
  await first.responder.ended;
  const again = party('initiator', { store: new MemoryStore(), existing: { id, state: last.tx } });
  const other = party('responder');
  await Promise.all([again.open(), other.open()]);
  expect(again.state).toMatchObject({ round: 3, initiatorAmount: last.initiatorAmount });
  expect(await again.pay(1n)).toMatchObject({ round: 4 });
  expect(old.round).toBe(2);
});
