/**
 * A payment is begun, its line breaks, and it becomes void meanwhile. When the line is back the payment ends at once, with the reason why it is void, and
 * is not begun again: the other party may have refused it, and nobody is asked twice for one payment.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { connect } from '../../../adapters/ws.ts';
import { Channel } from '../../../src/channel/channel.ts';
import type { ChannelNotice } from '../../../src/channel/options.ts';
import type { Policy } from '../../../src/channel/policy.ts';
import { SimulatedClock } from '../../../src/testing/index.ts';
import type { Transport } from '../../../src/transport.ts';
import { alice, bob, textTerms, World, type Wscat } from '../node/world.ts';
import { fate } from './world.ts';

let world: World;
let clock: SimulatedClock;
let channel: Channel;
beforeEach(async () => {
  clock = new SimulatedClock(1_000_000);
  world = await World.open({ clock });
});
afterEach(async () => {
  await channel.disconnect();
  await world.close();
});

const wish = { action: 'update', tag: 'new', payload: { from: bob.modern, to: alice.modern, amount: 2 } };

/** Alice is ours, and her line is in our hand; Bob is a WebSocket. */
async function opened(dialect: 'text' | 'epoch' | 'rpc', policy: Policy) {
  const lines: Transport<string | Uint8Array>[] = [];
  const told: ChannelNotice[] = [];
  let gate = Promise.resolve();
  let opens = () => {};
  let heard = () => {};
  const amounts = { initiator_amount: '1000000000000000', responder_amount: '1000000000000000' };
  channel = new Channel(
    async (...target) => {
      await gate;
      const line = await connect(...target);
      lines.push(line);
      return line;
    },
    {
      url: world.server.url,
      role: 'initiator',
      initiator: alice.modern,
      responder: bob.modern,
      initiatorAmount: BigInt(amounts.initiator_amount),
      responderAmount: BigInt(amounts.responder_amount),
      pushAmount: BigInt(textTerms.push_amount),
      channelReserve: BigInt(textTerms.channel_reserve),
      lockPeriod: Number(textTerms.lock_period),
      ttl: Number(textTerms.ttl),
      host: 'localhost',
      port: 1234,
      dialect,
      signer: alice.signer,
      store: new MemoryStore(),
      policy,
      backoff: { first: 1, most: 1 },
      notify: (notice) => {
        told.push(notice);
        heard();
      },
    },
  );
  const opening = channel.open();
  const other = await world.connect('responder', { era: 'modern', more: { ...amounts, states: 'true' } });
  await other.shows(3);
  await other.signs();
  await other.next();
  await world.server.chain.mine(5);
  await opening;
  await other.shows(4);
  const hears = async (type: ChannelNotice['type']) => {
    while (!told.some((notice) => notice.type === type))
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
  };
  return {
    other,
    told,
    hears,
    cut: async () => {
      gate = new Promise((resolve) => {
        opens = resolve;
      });
      lines.at(-1)?.terminate();
      await hears('disconnected');
      while (world.server.nodes.stats.connections > 1) await turn();
    },
    back: () => opens(),
  };
}

/** Everything that was said to the node before has been read. */
const asked = (other: Wscat) => other.settled();

const dialects = ['text', 'epoch', 'rpc'] as const;

it.each(dialects)('%s: what nobody has signed yet, when the other has begun something else', async (dialect) => {
  let isAsked = () => {};
  const asking = new Promise<void>((resolve) => {
    isAsked = resolve;
  });
  const { other, told, cut, back } = await opened(dialect, ({ what }, signal) => {
    if (what !== 'update') return true;
    isAsked();
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(false)));
  });
  const paying = fate(channel.pay(1n));
  await asking;
  await cut();
  other.type(wish);
  expect(await other.next()).toMatchObject({ action: 'conflict' });
  other.type(wish);
  await other.signs();
  await asked(other);
  back();
  expect(await paying).toMatchObject({
    name: 'NotAgreed',
    code: 'conflict',
    message: expect.stringContaining('before the line broke'),
  });
  expect(await other.next()).toMatchObject({ payload: { event: 'update_finalized' } });
  while (channel.state?.round !== 2) await turn();
  expect(told.filter(({ type }) => type === 'error')).toEqual([]);
  await asked(other);
  expect(other.unread).toEqual([]);
});

const ends: readonly (readonly [string, number, (other: Wscat) => Promise<void>])[] = [
  ['nobody else has signed in time', 3, async () => clock.advance(120_000)],
  ['the other has refused', 200, async (other) => other.type({ action: 'update_ack', payload: { error: 200 } })],
];

describe.each(['text', 'rpc'] as const)('%s: what we have signed', (dialect) => {
  it.each(ends)('when %s', async (_, errorCode, voids) => {
    const { other, cut, back } = await opened(dialect, () => true);
    const paying = fate(channel.pay(1n));
    await other.shows(2);
    await cut();
    await asked(other);
    await voids(other);
    expect((await other.next())['action']).toMatch(/conflict|info/);
    back();
    expect(await paying).toMatchObject({ name: 'NotAgreed', code: 'aborted', errorCode });
    expect(channel.state).toMatchObject({ round: 1 });
    await asked(other);
    expect(other.unread).toEqual([]);
  });
});
