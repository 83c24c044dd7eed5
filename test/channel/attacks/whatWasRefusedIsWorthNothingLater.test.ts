/**
 * A signature that the other party refuses stays with it. It signs too, later: shows the payment instead of another state of its round, posts the deposit
 * or withdrawal when more has been agreed on. Nobody who was told that a state is certain loses by it.
 */
import { toHex } from '../../../src/bytes.ts';
import { decode } from '../../../src/channel/encoding.ts';
import { closeSoloTx, proofOf, text } from '../chain/dispute.ts';
import { bob, signed } from '../node/world.ts';
import { fate } from '../party/world.ts';
import { beginsToPay, first, firstOfOther, half, pays, price, refuses, useCheat } from './cheat.ts';

const { scene, deaf, world } = useCheat();

/** It takes so long until nothing is begun for it that the test is over. */
const patient = { settleTimeout: 60_000 };

describe.each(['withdraw', 'deposit'] as const)('a %s', (kind) => {
  it('cannot be posted once another state is told as certain', async () => {
    const { channel, cheat, hears } = await scene(undefined, patient);
    const refused = fate(channel[kind](half));
    const kept = await refuses(cheat, `${kind}_ack`);
    expect(await refused).toMatchObject({ code: 'aborted' });
    await pays(cheat);
    expect(await hears('contested')).toMatchObject({ state: { round: 2, initiatorAmount: first + price } });
    expect(await hears('updated')).toMatchObject({ state: { round: 2, initiatorAmount: first + price } });
    expect(await world().server.chain.post(await signed(kept, bob))).toContain('too old');
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
    expect(await world().server.chain.post(await signed(kept, bob))).toContain('too old');
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
    expect(await world().server.chain.post(await signed(kept, bob))).toContain('too old');
  });

  it('is what counts where it is posted before: then nothing that came later was told as certain', async () => {
    const { chain, hear } = deaf();
    const { channel, cheat, hears, told } = await scene(chain, patient);
    const refused = fate(channel[kind](half));
    const kept = await refuses(cheat, `${kind}_ack`);
    await refused;
    await pays(cheat);
    await hears('contested');
    // Nothing is signed on top of what is not certain.
    await beginsToPay(cheat);
    expect(await hears('declined')).toMatchObject({ tag: 'update_ack' });
    expect(await world().server.chain.post(await signed(kept, bob))).toBeUndefined();
    expect(await hears('overtaken')).toMatchObject({ round: 2 });
    hear();
    const paid = await channel.closeAlone();
    expect(paid?.initiatorAmount).toBe(kind === 'deposit' ? first + half : first - half);
    expect(told.filter(({ type }) => type === 'updated')).toEqual([]);
  });
});

describe('two deposits of different amounts, both refused', () => {
  const refused = async (chain?: ReturnType<typeof deaf>['chain']) => {
    const scenery = await scene(chain, patient);
    const kept: string[] = [];
    for (const amount of [half, half / 2n]) {
      const depositing = fate(scenery.channel.deposit(amount));
      kept.push(await signed(await refuses(scenery.cheat, 'deposit_ack'), bob));
      expect(await depositing).toMatchObject({ code: 'aborted' });
    }
    await pays(scenery.cheat);
    await scenery.hears('contested');
    return { ...scenery, kept };
  };

  it('are both worth nothing once another state is told as certain', async () => {
    const { channel, hears, kept } = await refused();
    await hears('updated');
    for (const each of kept) expect(await world().server.chain.post(each)).toContain('too old');
    expect(await channel.closeAlone()).toMatchObject({ initiatorAmount: first + price });
  });

  it.each([
    ['the first', 0, half],
    ['the second', 1, half / 2n],
  ] as const)('are what counts where %s is posted before', async (_, which, amount) => {
    const { chain, hear } = deaf();
    const { channel, hears, kept } = await refused(chain);
    expect(await world().server.chain.post(kept[which] ?? '')).toBeUndefined();
    await hears('overtaken');
    hear();
    expect(await channel.closeAlone()).toMatchObject({ initiatorAmount: first + amount });
  });
});

describe('a payment', () => {
  const closesWith = async (id: string, kept: string) => {
    const whole = await signed(kept, bob);
    const proof = proofOf([first - half, firstOfOther + half]);
    const channel = decode(id, 'ch').bytes;
    const nonce = world().server.chain.nextNonce(toHex(bob.signer.publicKey));
    const close = closeSoloTx(decode(whole, 'tx').bytes, proof, { from: bob, nonce, channel, fee: 1n });
    expect(await world().server.chain.post(await text(close, 'modern', bob))).toBeUndefined();
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
