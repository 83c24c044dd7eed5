/**
 * Alice is ours, with a watch over her channel; Bob has a WebSocket and a key, and does as he likes: he takes what he is to sign, keeps it, and says that he
 * does not want it.
 */
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import {
  type ChainAccess,
  type Channel,
  type ChannelNotice,
  chainAt,
  type OpenChannelOptions,
  openChannel,
} from '../../../src/channel/index.ts';
import { type Caller, call } from '../node/today.ts';
import { alice, bob, World } from '../node/world.ts';

const each = 10n ** 15n;
export const half = each / 2n;
export const price = 400_000_000_000_000n;
const pushed = 3n;
/** What both have in the beginning. */
export const first = each - pushed;
export const firstOfOther = each + pushed;

/** Bob takes what he is to sign, keeps it, and says that he does not want it. @returns what he keeps */
export async function refuses(cheat: Caller, tag: string): Promise<string> {
  await cheat.hears(1);
  const { method, data } = await cheat.next();
  expect(method).toBe(`sign.${tag}`);
  cheat.says(tag, { error: 4 });
  await cheat.hears(1);
  return String(data['signed_tx']);
}

/** He begins to pay, so that she gives him something for it. */
export async function beginsToPay(cheat: Caller): Promise<void> {
  cheat.says('update.new', { from: bob.modern, to: alice.modern, amount: Number(price) });
  await cheat.signs('update');
}

export async function pays(cheat: Caller): Promise<void> {
  await beginsToPay(cheat);
  await cheat.hears(1);
}

/** A node for every test of the file, and a channel between the two. */
export function useCheat() {
  let world: World;
  let leave: () => Promise<void> = async () => {};
  beforeEach(async () => {
    leave = async () => {};
    world = await World.open({ blockMs: 20 });
  });
  afterEach(async () => {
    await leave();
    await world.close();
  });

  /** A chain that hears nothing of our posts until it may. */
  const deaf = () => {
    const chain = chainAt(world.server.url);
    let hears = false;
    const post = async (tx: string) => {
      if (!hears) throw new Error('Not now.');
      return chain.post(tx);
    };
    const hear = () => {
      hears = true;
    };
    return { chain: { ...chain, post }, hear };
  };

  const scene = async (chain: ChainAccess = chainAt(world.server.url), changes: Partial<OpenChannelOptions> = {}) => {
    const told: ChannelNotice[] = [];
    let wake = () => {};
    const options: OpenChannelOptions = {
      url: world.server.url,
      role: 'initiator',
      initiator: alice.modern,
      responder: bob.modern,
      initiatorAmount: each,
      responderAmount: each,
      pushAmount: pushed,
      channelReserve: 2n,
      lockPeriod: 10,
      ttl: 1000,
      host: 'localhost',
      port: 1234,
      minimumDepth: 0,
      dialect: 'rpc',
      signer: alice.signer,
      watch: { chain, every: 5 },
      settleTimeout: 20,
      store: new MemoryStore(),
      notify: (notice) => {
        told.push(notice);
        wake();
      },
      ...changes,
    };
    const opening = openChannel(options);
    const cheat = await call(world, 'responder', { channel_reserve: '2' });
    await cheat.hears(3);
    await cheat.signs('responder_sign');
    const channel = await opening;
    leave = () => channel.disconnect();
    await cheat.hears(6);
    /** The next notice of this type. */
    const hears = async (type: ChannelNotice['type']) => {
      for (;;) {
        const at = told.findIndex((notice) => notice.type === type);
        if (at >= 0) return told.splice(at, 1)[0];
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    /** The next process of Alice's. */
    const again = async (others: Partial<OpenChannelOptions> = {}): Promise<Channel> => {
      await leave();
      const next = await openChannel({ ...options, ...others });
      leave = () => next.disconnect();
      return next;
    };
    return { channel, cheat, told, hears, again };
  };
  return { scene, deaf, world: () => world };
}
