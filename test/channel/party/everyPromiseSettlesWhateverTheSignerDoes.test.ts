/** A signer that throws, refuses or never answers, and a policy that says no: every promise settles, and the channel is not deaf afterwards. */
import type { Policy, Question } from '../../../src/channel/policy.ts';
import { SimulatedClock } from '../../../src/testing/index.ts';
import { dealtWith, fate, pairOf, useNode } from './world.ts';

const { opened, meet } = useNode();

/** A signer that signs until it is told otherwise. */
async function moody() {
  const { signers } = await pairOf('legacy');
  const { initiator } = signers;
  let mood: 'signs' | 'throws' | 'refuses' | 'sleeps' = 'signs';
  const aborted: unknown[] = [];
  return {
    aborted,
    set: (next: typeof mood) => {
      mood = next;
    },
    signer: {
      publicKey: initiator.publicKey,
      sign(bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
        if (mood === 'throws') throw new Error('The device is broken.');
        if (mood === 'refuses') return Promise.reject(new Error('The person said no.'));
        if (mood === 'signs') return initiator.sign(bytes, signal);
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted.push(signal);
            reject(new Error('withdrawn'));
          });
        });
      },
    },
  };
}

const refusals = [
  ['throws', 'The device is broken.'],
  ['refuses', 'The person said no.'],
] as const;

describe.each(refusals)('a signer that %s', (mood, reason) => {
  it('ends our update as refused; what comes after the conflict works', async () => {
    const { signer, set } = await moody();
    const { channel, node, peer, notary, hears } = await opened({ signer });
    set(mood);
    const paying = fate(channel.pay(1n));
    await peer.hears();
    peer.asks('update', node.next('initiator', 1n).tx);
    expect(await paying).toMatchObject({
      name: 'LocalMisuse',
      code: 'refused',
      message: `It was not signed: ${reason}`,
    });
    expect(await hears('declined')).toMatchObject({ tag: 'update', reason });
    expect(channel.machineState).toBe('open.refusing');
    const again = channel.pay(2n);
    set('signs');
    peer.conflict(1);
    const next = await node.takesUpdate('initiator', 2n);
    expect(await notary.signersOf(next.reply)).toEqual(['initiator']);
    await node.finishes(next);
    expect(await again).toMatchObject({ round: 2 });
  });

  it("does not sign the other's update, and answers nothing", async () => {
    const { signer, set } = await moody();
    const { channel, node, peer, hears } = await opened({ signer });
    set(mood);
    peer.info('update');
    peer.asks('update_ack', node.next('responder', 1n).tx);
    expect(await hears('declined')).toMatchObject({ tag: 'update_ack', reason });
    await dealtWith(peer, hears);
    expect(peer.unread()).toEqual([]);
    set('signs');
    const its = await node.putsUpdate('responder', 1n);
    await node.finishes(its);
    expect((await hears('updated')).state.round).toBe(2);
    expect(channel.machineState).toBe('open.ready');
  });

  it('ends the closing as refused; the channel stays open', async () => {
    const { signer, set } = await moody();
    const { channel, node, peer } = await opened({ signer });
    set(mood);
    const closing = fate(channel.shutdown());
    await peer.hears();
    peer.asks('shutdown_sign', node.closing);
    expect(await closing).toMatchObject({ code: 'refused' });
    expect(channel.machineState).toBe('open.refusing');
  });

  it('ends the opening as refused', async () => {
    const { signer, set } = await moody();
    set(mood);
    const { opening, node, peer } = await meet({ signer });
    peer.info('channel_accept');
    peer.asks(node.createTag, notaryOf(node));
    expect(await opening).toMatchObject({ name: 'LocalMisuse', code: 'refused' });
    expect(await peer.closed).toBe(1000);
  });
});

const notaryOf = (node: {
  notary: { create(shares: readonly [bigint, bigint]): string };
  shares: readonly [bigint, bigint];
}) => node.notary.create(node.shares);

describe('a signer that never answers', () => {
  it('ends our update in time, and its prompt is closed', async () => {
    const clock = new SimulatedClock();
    const { signer, set, aborted } = await moody();
    const { channel, node, peer, hears } = await opened({ signer, clock, signTimeout: 1_000 });
    set('sleeps');
    const paying = fate(channel.pay(1n));
    await peer.hears();
    peer.asks('update', node.next('initiator', 1n).tx);
    await dealtWith(peer, hears);
    expect(channel.machineState).toBe('open.awaitingSignature');
    clock.advance(1_000);
    expect(await paying).toMatchObject({ name: 'DeadlinePassed', code: 'noAnswer' });
    expect(aborted).toHaveLength(1);
    expect(channel.machineState).toBe('open.refusing');
  });

  it('is not asked any more once a conflict has come', async () => {
    const { signer, set, aborted } = await moody();
    const { channel, node, peer, hears } = await opened({ signer });
    set('sleeps');
    const paying = fate(channel.pay(1n));
    await peer.hears();
    peer.asks('update', node.next('initiator', 1n).tx);
    await dealtWith(peer, hears);
    peer.conflict(1);
    expect(await paying).toMatchObject({ name: 'NotAgreed', code: 'conflict' });
    expect(aborted).toHaveLength(1);
    expect(peer.unread()).toEqual([]);
  });

  it("leaves the other's update unsigned", async () => {
    const clock = new SimulatedClock();
    const { signer, set, aborted } = await moody();
    const { channel, node, peer, hears } = await opened({ signer, clock, signTimeout: 1_000 });
    set('sleeps');
    peer.asks('update_ack', node.next('responder', 1n).tx);
    await dealtWith(peer, hears);
    clock.advance(1_000);
    await hears('declined');
    expect(aborted).toHaveLength(1);
    expect(channel.machineState).toBe('open.refusing');
  });

  it('ends the opening in time', async () => {
    const clock = new SimulatedClock();
    const { signer, set } = await moody();
    set('sleeps');
    const { opening, node, peer, hears } = await meet({ signer, clock, signTimeout: 1_000 });
    peer.info('channel_accept');
    peer.asks(node.createTag, notaryOf(node));
    await dealtWith(peer, hears);
    clock.advance(1_000);
    expect(await opening).toMatchObject({ name: 'DeadlinePassed' });
  });
});

describe('a policy', () => {
  const unwilling: readonly (readonly [string, Policy, string])[] = [
    ['says no', () => false, 'The policy does not want it.'],
    ['says why not', () => 'Too much.', 'Too much.'],
    ['rejects', () => Promise.reject(new Error('The policy is broken.')), 'The policy is broken.'],
  ];
  it.each(unwilling)('that %s is obeyed', async (_, verdict, reason) => {
    let isOpen = false;
    const { channel, node, peer } = await opened({ policy: (...asked) => (isOpen ? verdict(...asked) : true) });
    isOpen = true;
    const paying = fate(channel.pay(1n));
    await peer.hears();
    peer.asks('update', node.next('initiator', 1n).tx);
    expect(await paying).toMatchObject({ code: 'refused', message: `It was not signed: ${reason}` });
  });

  it('is shown what is to be signed', async () => {
    const questions: Question[] = [];
    const { channel, node, pair } = await opened({ policy: (question) => questions.push(question) > 0 });
    const paying = channel.pay(2n);
    await node.finishes(await node.takesUpdate('initiator', 2n));
    await paying;
    expect(questions).toMatchObject([
      { what: 'create', round: 1, initiatorAmount: 7n, responderAmount: 13n, fee: 1n, objection: '' },
      {
        what: 'update',
        round: 2,
        initiatorAmount: 5n,
        responderAmount: 15n,
        updates: [{ amount: 2n }],
        objection: '',
      },
    ]);
    expect(pair.era).toBe('legacy');
  });
});
