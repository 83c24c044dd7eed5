/** A deposit, a withdrawal and leaving take their time, and anything may go wrong meanwhile: each ends, and says what is certain. */
import type { Signer } from '../../../src/signer.ts';
import { SimulatedClock } from '../../../src/testing/index.ts';
import { dealtWith, fate, pairOf, useNode } from './world.ts';

const { opened, stop } = useNode();

const kinds = ['deposit', 'withdraw'] as const;
const timeouts = { answerTimeout: 1_000, signTimeout: 2_000, finishTimeout: 5_000, openTimeout: 60_000 };
/** How far it has come: told; shown to us, signed by us, posted. */
const steps = ['begun', 'signed', 'posted'] as const;

/** Which of the promise's ends it comes to, whatever ends it. */
async function at(step: (typeof steps)[number], kind: (typeof kinds)[number]) {
  const clock = new SimulatedClock();
  const made = await opened({ ...timeouts, clock });
  const { channel, node, peer, notary, hears } = made;
  const changing = fate(channel[kind](3n));
  await peer.hears();
  const next = node.funding(kind, 'initiator', 3n);
  if (step !== 'begun') {
    peer.asks(`${kind}_tx`, next.tx);
    await peer.reply(`${kind}_tx`);
  }
  if (step === 'posted') peer.onChain(await notary.cosigned(next.tx));
  await dealtWith(peer, hears);
  return { ...made, clock, changing, next };
}

const cases = kinds.flatMap((kind) => steps.map((step) => [kind, step] as const));

describe.each(cases)('a %s that is %s', (kind, step) => {
  it('ends in time when nobody answers', async () => {
    const { clock, changing, channel } = await at(step, kind);
    clock.advance(timeouts.answerTimeout + timeouts.signTimeout + timeouts.finishTimeout + timeouts.openTimeout);
    expect(await changing).toMatchObject({ name: 'DeadlinePassed' });
    expect(channel.state?.round).toBe(1);
  });

  it('ends when the node ends the channel', async () => {
    const { changing, channel, peer } = await at(step, kind);
    peer.info('died');
    expect(await changing).toMatchObject({ name: 'ConnectionLost', code: 'died' });
    expect(channel.state?.round).toBe(1);
  });

  it('ends when the node has gone for good', async () => {
    const { changing, clock, channel } = await at(step, kind);
    await stop();
    let isOver = false;
    void channel.ended.then(() => {
      isOver = true;
    });
    while (!isOver) {
      clock.next();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await changing).toMatchObject({ name: expect.stringMatching(/ConnectionLost|DeadlinePassed/) });
  });

  it('ends when the app goes away', async () => {
    const { changing, channel } = await at(step, kind);
    await channel.disconnect();
    expect(await changing).toMatchObject({ name: 'ConnectionLost', code: 'left' });
  });

  it('ends when it is void, and the next one is as good as any', async () => {
    const { changing, channel, node, peer } = await at(step, kind);
    peer.say({ action: 'conflict', payload: { channel_id: 'ch', round: 1, error_code: 5 } });
    expect(await changing).toMatchObject({ name: 'NotAgreed', code: 'aborted', errorCode: 5 });
    const paying = channel.pay(1n);
    await node.finishes(await node.takesUpdate('initiator', 1n));
    expect(await paying).toMatchObject({ round: 2 });
  });

  it('ends when somebody closes the channel alone', async () => {
    const { changing, peer, notary } = await at(step, kind);
    peer.onChain(await notary.signed(notary.closeSolo(), notary.pair.signers.responder));
    expect(await changing).toMatchObject({ name: 'NotAgreed', code: 'disputed' });
  });
});

const moods: readonly (readonly [string, Signer['sign'], object])[] = [
  [
    'throws',
    () => {
      throw new Error('The device is broken.');
    },
    { code: 'refused' },
  ],
  ['refuses', () => Promise.reject(new Error('The person said no.')), { code: 'refused' }],
  ['never answers', () => new Promise(() => {}), { name: 'DeadlinePassed' }],
];

describe.each(moods)('a signer that %s', (_, sign, outcome) => {
  it.each(kinds)('ends a %s', async (kind) => {
    const clock = new SimulatedClock();
    const { initiator } = (await pairOf('legacy')).signers;
    let isMoody = false;
    const signer: Signer = {
      publicKey: initiator.publicKey,
      sign: (bytes, signal) => (isMoody ? sign(bytes, signal) : initiator.sign(bytes, signal)),
    };
    const { channel, node, peer, hears } = await opened({ ...timeouts, clock, signer });
    isMoody = true;
    const changing = fate(channel[kind](3n));
    await peer.hears();
    peer.asks(`${kind}_tx`, node.funding(kind, 'initiator', 3n).tx);
    await dealtWith(peer, hears);
    clock.advance(timeouts.signTimeout);
    expect(await changing).toMatchObject(outcome);
    expect(channel.state?.round).toBe(1);
  });
});

describe('leaving', () => {
  const leaving = async () => {
    const clock = new SimulatedClock();
    const made = await opened({ ...timeouts, clock });
    const ends = fate(made.channel.leave());
    await made.peer.hears();
    return { ...made, clock, ends };
  };

  it('ends in time', async () => {
    const { clock, ends } = await leaving();
    clock.advance(timeouts.answerTimeout + timeouts.signTimeout + timeouts.finishTimeout);
    expect(await ends).toMatchObject({ name: 'DeadlinePassed' });
  });

  it('ends with the channel', async () => {
    const { peer, ends } = await leaving();
    peer.info('died');
    expect(await ends).toMatchObject({ name: 'ConnectionLost', code: 'died' });
  });

  it('ends when the app goes away', async () => {
    const { channel, ends } = await leaving();
    await channel.disconnect();
    expect(await ends).toMatchObject({ name: 'ConnectionLost', code: 'left' });
  });

  it('ends when the node does not want it', async () => {
    const { peer, ends } = await leaving();
    peer.say({ action: 'error', payload: { reason: 'not_allowed_now', request: { action: 'leave' } } });
    expect(await ends).toMatchObject({ name: 'NotAgreed', code: 'rejected' });
  });
});
