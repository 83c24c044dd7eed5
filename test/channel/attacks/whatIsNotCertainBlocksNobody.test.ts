/**
 * A state that is not certain yet, since a refused signature could take its place: what is begun meanwhile waits, and every command ends, whether the state
 * becomes certain or never does.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { toHex } from '../../../src/bytes.ts';
import { decode } from '../../../src/channel/encoding.ts';
import { SimulatedClock } from '../../../src/testing/index.ts';
import { closeSoloTx, none, proofOf, snapshotTx, text } from '../chain/dispute.ts';
import { bob, signed } from '../node/world.ts';
import { fate } from '../party/world.ts';
import { beginsToPay, first, firstOfOther, half, pays, price, refuses, useCheat } from './cheat.ts';

const { scene, deaf, world } = useCheat();

/** Nothing is begun for it before the test is over. */
const patient = { settleTimeout: 60_000 };

/** Nobody hears of Alice's state; what she has signed before may still be posted. */
async function frozen() {
  const { chain, hear } = deaf();
  const scenery = await scene(chain, patient);
  const refused = fate(scenery.channel.withdraw(half));
  const kept = await refuses(scenery.cheat, 'withdraw_ack');
  await refused;
  await pays(scenery.cheat);
  await scenery.hears('contested');
  return { ...scenery, hear, kept };
}

it('what our app begins waits until the chain knows the last state', async () => {
  const { channel, cheat, hear } = await frozen();
  const paying = fate(channel.pay(1n));
  hear();
  await cheat.hears(1);
  await cheat.signs('update_ack');
  expect(await paying).toMatchObject({ round: 3, initiatorAmount: first + price - 1n });
});

it('what the other begins is not called wrong', async () => {
  const { cheat, hears } = await frozen();
  await beginsToPay(cheat);
  await hears('declined');
  expect(await cheat.next()).toMatchObject({ data: { error_code: 4 } });
});

it('once the other has posted what it had refused, every command ends', async () => {
  const { channel, hears, kept } = await frozen();
  const waiting = fate(channel.pay(1n));
  await world().server.chain.post(await signed(kept, bob));
  await hears('overtaken');
  expect(await waiting).toMatchObject({ name: 'NotAgreed', code: 'overtaken' });
  expect(await fate(channel.deposit(1n))).toMatchObject({ name: 'NotAgreed', code: 'overtaken' });
});

it('a process that does not watch over its channel waits for nobody who does', async () => {
  const { cheat, again } = await frozen();
  const channel = await again({ watch: false });
  const paying = channel.pay(1n);
  await cheat.hears(1);
  await cheat.signs('update_ack');
  expect(await paying).toMatchObject({ round: 3 });
});

it('a payment that is not certain ends with the dispute', async () => {
  const { channel, cheat, hears } = await scene(undefined, patient);
  const refused = fate(channel.pay(half));
  await refuses(cheat, 'update_ack');
  await refused;
  const paying = fate(channel.pay(1n));
  await cheat.hears(1);
  await cheat.signs('update_ack');
  await hears('contested');
  const id = decode(channel.id, 'ch').bytes;
  const nonce = world().server.chain.nextNonce(toHex(bob.signer.publicKey));
  const close = closeSoloTx(none, proofOf([first, firstOfOther]), { from: bob, nonce, channel: id, fee: 1n });
  expect(await world().server.chain.post(await text(close, 'modern', bob))).toBeUndefined();
  expect(await paying).toMatchObject({ name: 'NotAgreed', code: 'disputed' });
});

/** A withdrawal and a payment that were refused in one round, and a state that both could take the place of; time is turned by hand. */
async function twiceContested() {
  const clock = new SimulatedClock();
  const { chain, hear } = deaf();
  const scenery = await scene(chain, { clock, settleTimeout: 1_000 });
  const { channel, cheat, told } = scenery;
  const refused = async (kind: 'withdraw' | 'pay', tag: string) => {
    const changing = fate(channel[kind](half));
    const kept = await refuses(cheat, tag);
    await changing;
    return kept;
  };
  await refused('withdraw', 'withdraw_ack');
  const payment = await refused('pay', 'update_ack');
  await pays(cheat);
  /** Lets time pass until then. */
  const until = async (isSo: () => boolean) => {
    while (!isSo()) {
      clock.advance(10);
      await turn();
    }
  };
  const isTold = (type: string) => told.some((notice) => notice.type === type);
  await until(() => isTold('hindered'));
  clock.advance(5_000);
  /** Bob is asked for an update of nothing, and signs it. */
  const signsNothing = async () => {
    let isAsked = false;
    const asked = cheat.hears(1).then(() => {
      isAsked = true;
    });
    await until(() => isAsked);
    await asked;
    await cheat.signs('update_ack');
    await until(() => isTold('updated'));
    expect(told.filter(({ type }) => type === 'updated')).toMatchObject([
      { state: { round: 2, initiatorAmount: first + price } },
      { state: { round: 3, initiatorAmount: first + price } },
    ]);
  };
  return { ...scenery, clock, hear, payment, until, signsNothing };
}

it('a round is begun for it however long the chain has taken', async () => {
  const { hear, signsNothing } = await twiceContested();
  hear();
  await signsNothing();
});

it('a round is begun for it also where the other has shown the chain what it had refused', async () => {
  const { channel, hear, payment, clock, signsNothing } = await twiceContested();
  const { chain } = world().server;
  const id = decode(channel.id, 'ch').bytes;
  const nonce = chain.nextNonce(toHex(bob.signer.publicKey));
  const whole = decode(await signed(payment, bob), 'tx').bytes;
  const snapshot = snapshotTx(whole, { from: bob, nonce, channel: id, fee: 1n });
  expect(await chain.post(await text(snapshot, 'modern', bob))).toBeUndefined();
  await signsNothing();
  hear();
  const closing = channel.closeAlone();
  let isPaid = false;
  void closing.then(() => {
    isPaid = true;
  });
  while (!isPaid) {
    clock.advance(10);
    await turn();
  }
  expect(await closing).toMatchObject({ initiatorAmount: first + price });
});
