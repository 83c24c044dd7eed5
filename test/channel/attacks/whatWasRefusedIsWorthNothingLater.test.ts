/**
 * A signature that the other party refuses stays with it. It signs too, later: shows the payment instead of another state of its round, posts the deposit
 * or withdrawal when more has been agreed on. Nobody who was told that a state is certain loses by it.
 */
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { toHex } from '../../../src/bytes.ts';
import { decode } from '../../../src/channel/encoding.ts';
import {
  type ChainAccess,
  type ChannelNotice,
  chainAt,
  type OpenChannelOptions,
  openChannel,
} from '../../../src/channel/index.ts';
import { closeSoloTx, proofOf, text } from '../chain/dispute.ts';
import { type Caller, call } from '../node/today.ts';
import { alice, bob, signed, World } from '../node/world.ts';
import { fate } from '../party/world.ts';

const each = 10n ** 15n;
const half = each / 2n;
const price = 400_000_000_000_000n;
const pushed = 3n;
const first = each - pushed;

let world: World;
let leave: () => Promise<void> = async () => {};

beforeEach(async () => {
  world = await World.open({ blockMs: 20 });
});
afterEach(async () => {
  await leave();
  await world.close();
});

/** Alice is ours, with a watch that asks `chain`; Bob is whoever he is. */
async function scene(chain: ChainAccess = chainAt(world.server.url), settleTimeout = 20) {
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
    settleTimeout,
    store: new MemoryStore(),
    notify: (notice) => {
      told.push(notice);
      wake();
    },
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
  const again = async () => {
    await leave();
    const next = await openChannel(options);
    leave = () => next.disconnect();
  };
  return { channel, cheat, told, hears, again };
}

/** Bob takes what he is to sign, keeps it, and says that he does not want it. */
async function refuses(cheat: Caller, tag: string): Promise<string> {
  await cheat.hears(1);
  const { method, data } = await cheat.next();
  expect(method).toBe(`sign.${tag}`);
  cheat.says(tag, { error: 4 });
  await cheat.hears(1);
  return String(data['signed_tx']);
}

/** He pays, so that she gives him something for it. */
async function pays(cheat: Caller): Promise<void> {
  cheat.says('update.new', { from: bob.modern, to: alice.modern, amount: Number(price) });
  await cheat.signs('update');
  await cheat.hears(1);
}

/** A chain that hears nothing of our posts until it may. */
function deaf(): { readonly chain: ChainAccess; readonly hear: () => void } {
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
}

describe.each(['withdraw', 'deposit'] as const)('a %s', (kind) => {
  it('cannot be posted once another state is told as certain', async () => {
    const { channel, cheat, hears } = await scene(undefined, 60_000);
    const refused = fate(channel[kind](half));
    const kept = await refuses(cheat, `${kind}_ack`);
    expect(await refused).toMatchObject({ code: 'aborted' });
    await pays(cheat);
    expect(await hears('contested')).toMatchObject({ state: { round: 2, initiatorAmount: first + price } });
    expect(await hears('updated')).toMatchObject({ state: { round: 2, initiatorAmount: first + price } });
    expect(await world.server.chain.post(await signed(kept, bob))).toContain('too old');
    await pays(cheat);
    expect(await hears('updated')).toMatchObject({ state: { round: 3, initiatorAmount: first + 2n * price } });
    expect(await channel.closeAlone()).toMatchObject({ initiatorAmount: first + 2n * price });
  });

  it('is made worthless by nothing but a round, where the other pays nothing', async () => {
    const { channel, cheat, hears } = await scene();
    const refused = fate(channel[kind](half));
    const kept = await refuses(cheat, `${kind}_ack`);
    expect(await refused).toMatchObject({ code: 'aborted' });
    await cheat.hears(1);
    await cheat.signs('update_ack');
    await hears('contested');
    expect(await hears('updated')).toMatchObject({ state: { round: 2, initiatorAmount: first } });
    expect(await world.server.chain.post(await signed(kept, bob))).toContain('too old');
  });

  it('is not forgotten by the process that comes after', async () => {
    const { channel, cheat, hears, again } = await scene();
    const refused = fate(channel[kind](half));
    const kept = await refuses(cheat, `${kind}_ack`);
    await refused;
    await again();
    await cheat.hears(1);
    await cheat.signs('update_ack');
    await hears('contested');
    await again();
    expect(await hears('updated')).toMatchObject({ state: { round: 2, initiatorAmount: first } });
    expect(await world.server.chain.post(await signed(kept, bob))).toContain('too old');
  });

  it('is what counts where it is posted before: then nothing that came later was told as certain', async () => {
    const { chain, hear } = deaf();
    const { channel, cheat, hears, told } = await scene(chain, 60_000);
    const refused = fate(channel[kind](half));
    const kept = await refuses(cheat, `${kind}_ack`);
    await refused;
    await pays(cheat);
    await hears('contested');
    // Nothing is signed on top of what is not certain.
    cheat.says('update.new', { from: bob.modern, to: alice.modern, amount: Number(price) });
    await cheat.signs('update');
    expect(await hears('declined')).toMatchObject({ tag: 'update_ack' });
    expect(await world.server.chain.post(await signed(kept, bob))).toBeUndefined();
    expect(await hears('overtaken')).toMatchObject({ round: 2 });
    hear();
    const paid = await channel.closeAlone();
    expect(paid?.initiatorAmount).toBe(kind === 'deposit' ? first + half : first - half);
    expect(told.filter(({ type }) => type === 'updated')).toEqual([]);
  });
});

describe('a payment', () => {
  const closesWith = async (id: string, kept: string) => {
    const whole = await signed(kept, bob);
    const proof = proofOf([first - half, each + pushed + half]);
    const channel = decode(id, 'ch').bytes;
    const nonce = world.server.chain.nextNonce(toHex(bob.signer.publicKey));
    const close = closeSoloTx(decode(whole, 'tx').bytes, proof, { from: bob, nonce, channel, fee: 1n });
    expect(await world.server.chain.post(await text(close, 'modern', bob))).toBeUndefined();
  };

  it('is answered with a later state, once another is told as certain', async () => {
    const { channel, cheat, hears } = await scene();
    const refused = fate(channel.pay(half));
    const kept = await refuses(cheat, 'update_ack');
    expect(await refused).toMatchObject({ code: 'aborted' });
    await pays(cheat);
    expect(await hears('contested')).toMatchObject({ state: { round: 2, initiatorAmount: first + price } });
    await cheat.hears(1);
    await cheat.signs('update_ack');
    expect(await hears('updated')).toMatchObject({ state: { round: 2 } });
    expect(await hears('updated')).toMatchObject({ state: { round: 3, initiatorAmount: first + price } });
    await closesWith(channel.id, kept);
    expect(await hears('slashed')).toMatchObject({ round: 3, stale: 2 });
    expect(await hears('paidOut')).toMatchObject({ paid: { initiatorAmount: first + price } });
  });

  it('is what counts as long as no other is told as certain', async () => {
    const { channel, cheat, hears, told } = await scene();
    const refused = fate(channel.pay(half));
    const kept = await refuses(cheat, 'update_ack');
    await refused;
    await pays(cheat);
    await hears('contested');
    await refuses(cheat, 'update_ack');
    await closesWith(channel.id, kept);
    expect(await hears('paidOut')).toMatchObject({ paid: { initiatorAmount: first - half } });
    expect(told.filter(({ type }) => type === 'updated')).toEqual([]);
  });

  it('is no matter where the next one leaves us no more', async () => {
    const { channel, cheat, hears, told } = await scene();
    const refused = fate(channel.pay(half));
    await refuses(cheat, 'update_ack');
    await refused;
    const paying = channel.pay(half);
    await cheat.hears(1);
    await cheat.signs('update_ack');
    expect(await paying).toMatchObject({ round: 2, initiatorAmount: first - half });
    expect(await hears('updated')).toMatchObject({ state: { round: 2 } });
    expect(told.filter(({ type }) => type === 'contested')).toEqual([]);
  });
});
