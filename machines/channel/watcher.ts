/**
 * Keeps a channel from being closed with an old state: looks at the chain from time to time, answers a stale solo close with the last state before the
 * lock period is over, settles after it, and closes alone when its app wants to. It needs no connection to a node: the chain is asked for all of it.
 *
 * What we have signed and was not wanted it keeps from being posted later: it tells the chain of the last state, once that is as late.
 *
 * What it must never do: forget the last state that both have signed; post an older one; give up on a deed that the chain may not have heard of.
 * Carries: "at any time the latest state can be used for unilaterally closing the channel".
 */
import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import type { RoleMeta } from '../../src/role.ts';
import {
  deedOf,
  fateOf,
  idOf,
  isNewer,
  isSigned,
  isStale,
  isUnexpected,
  latest,
  mayBury,
  payoutOf,
  settledKey,
  unseen,
  type WatcherContext,
  type WatcherEmitted,
  type WatcherEvent,
  type WatcherInput,
  type WatcherOutput,
  weighed,
} from './watcherRules.ts';

const clause = {
  watch: 'Channel off-chain update',
  close: 'Channel closing',
};

const look = 'look';

const watch = setup({
  types: {} as {
    context: WatcherContext;
    input: WatcherInput;
    output: WatcherOutput;
    events: WatcherEvent;
    emitted: WatcherEmitted;
    tags: 'usable' | 'waiting' | 'settled';
    meta: RoleMeta;
  },
  actions: {
    consultChannel: emit(() => ({ type: 'consultChannel', id: look })),
    keepView: assign(({ context, event }) => {
      assertEvent(event, 'found');
      const { height, channel } = event;
      return {
        ...weighed(context, channel),
        height,
        onChain: channel,
        hasSeen: context.hasSeen || channel !== null,
        ...(channel?.isClosing === true
          ? {
              payout: { initiatorAmount: channel.initiatorAmount, responderAmount: channel.responderAmount },
              payableFrom: channel.lockedUntil,
            }
          : {}),
      };
    }),
    weighSuspects: enqueueActions(({ context, event, enqueue }) => {
      assertEvent(event, 'found');
      const { channel } = event;
      if (channel === null) return;
      for (const suspect of context.suspects) {
        const fate = fateOf(context, suspect, channel);
        if (fate === 'buried') enqueue.emit({ type: 'buried', suspect: suspect.id });
        if (fate !== 'overtaken') continue;
        const { id, round } = suspect;
        const isNews = isUnexpected(context, suspect);
        enqueue.emit(isNews ? { type: 'overtaken', suspect: id, round } : { type: 'adopted', round });
      }
    }),
    keepSuspects: assign(({ event }) => {
      assertEvent(event, 'command.suspect');
      return 'suspects' in event ? { suspects: event.suspects } : {};
    }),
    /** Told once for each state that is closed with. */
    soloClosed: enqueueActions(({ context: { onChain }, event, enqueue }) => {
      assertEvent(event, 'found');
      const { channel } = event;
      if (channel?.isClosing !== true) return;
      if (onChain?.isClosing === true && onChain.round === channel.round) return;
      enqueue.emit({ type: 'soloClosed', round: channel.round });
    }),
    keepEvidence: assign(({ event }) => {
      assertEvent(event, 'command.adopt');
      if (!('evidence' in event)) return {};
      return event.evidence.isPosted ? { posted: event.evidence } : { shown: event.evidence };
    }),
    adopted: enqueueActions(({ event, enqueue }) => {
      assertEvent(event, 'command.adopt');
      if ('evidence' in event) enqueue.emit({ type: 'adopted', round: event.evidence.round });
    }),
    keepClosing: assign(({ event }) => {
      assertEvent(event, 'command.close');
      return { closing: event.id ?? '' };
    }),
    forgetClosing: assign({ closing: '' }),
    keepClose: assign(({ context }) => ({ deed: deedOf(context, 'close') })),
    keepSnapshot: assign(({ context }) => ({ deed: deedOf(context, 'snapshot') })),
    keepSlash: assign(({ context }) => ({ deed: deedOf(context, 'slash') })),
    keepSettle: assign(({ context }) => ({ deed: deedOf(context, 'settle') })),
    /** Told once for each state that we answer with, however often that is tried. */
    disputed: enqueueActions(({ context, enqueue }) => {
      const round = latest(context)?.round ?? 0;
      if (context.deed?.kind === 'slash' && context.deed.round === round) return;
      enqueue.emit({ type: 'disputed', round, stale: context.onChain?.round ?? 0 });
    }),
    requestSignature: enqueueActions(({ context: { deed }, enqueue }) => {
      if (deed !== null) enqueue.emit({ type: 'requestSignature', id: idOf(deed), deed });
    }),
    withdrawSignature: enqueueActions(({ context: { deed }, enqueue }) => {
      if (deed !== null) enqueue.emit({ type: 'withdraw', request: 'requestSignature', id: idOf(deed) });
    }),
    keepSignature: assign(({ context: { deed }, event }) => {
      assertEvent(event, 'signed');
      return { deed: deed === null ? null : { ...deed, tx: event.tx } };
    }),
    requestPost: enqueueActions(({ context: { deed }, enqueue }) => {
      if (deed !== null) enqueue.emit({ type: 'requestPost', id: idOf(deed), tx: deed.tx });
    }),
    dropDeed: assign({ deed: null }),
    unsignDeed: assign(({ context: { deed } }) => ({ deed: deed === null ? null : { ...deed, tx: '' } })),
    hindered: emit(({ event }) => {
      assertEvent(event, ['unfound', 'refused', 'unposted']);
      return { type: 'hindered', reason: event.reason };
    }),
    hinderedByAge: emit(({ context }) => ({
      type: 'hindered',
      reason: `The node does not know the channel, nor all of the ${context.height} blocks in which it was seen.`,
    })),
    hinderedBySilence: emit(() => ({ type: 'hindered', reason: 'The signer did not answer in time.' })),
    settled: emit(({ context }) => ({ type: 'settled', id: context.closing, payout: payoutOf(context) })),
    /** A watch that is begun once more knows by it that there is nothing to wait for. */
    keepSettled: emit(({ context }) => ({
      type: 'keep',
      key: settledKey(context),
      value: JSON.stringify(payoutOf(context)),
    })),
    failedUnseen: emit(({ context }) => ({ type: 'failed', id: context.closing, reason: 'notOnChain', detail: '' })),
    failedStateless: emit(({ context }) => ({ type: 'failed', id: context.closing, reason: 'noState', detail: '' })),
    failedByRefusal: emit(({ context, event }) => {
      assertEvent(event, 'refused');
      return { type: 'failed', id: context.closing, reason: 'refused', detail: event.reason };
    }),
    failedBySilence: emit(({ context }) => ({
      type: 'failed',
      id: context.closing,
      reason: 'refused',
      detail: 'The signer did not answer in time.',
    })),
    failedByChain: emit(({ context, event }) => {
      assertEvent(event, 'unposted');
      return { type: 'failed', id: context.closing, reason: 'rejected', detail: event.reason };
    }),
    left: emit(() => ({ type: 'left' })),
    violated: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'A watcher has no peer that could speak to it.',
    })),
    misused: emit(({ event }) => ({
      type: 'misused',
      command: event.type,
      ...('id' in event && event.id !== undefined ? { id: event.id } : {}),
    })),
  },
  guards: {
    answersLook: ({ event }) => (event.type === 'found' || event.type === 'unfound') && event.id === look,
    isBehind: ({ context: { hasSeen, height }, event }) =>
      event.type === 'found' && event.id === look && event.channel === null && hasSeen && event.height < height,
    answersDeed: ({ context: { deed }, event }) => deed !== null && 'id' in event && event.id === idOf(deed),
    isAnsweredForGood: ({ context: { deed }, event }) =>
      event.type === 'unposted' && event.isFinal && deed !== null && event.id === idOf(deed),
    isRefusedTooLate: ({ context: { deed, height, payableFrom }, event }) =>
      event.type === 'unposted' && event.isFinal && deed !== null && event.id === idOf(deed) && height >= payableFrom,
    isNewer: ({ context, event }) =>
      event.type === 'command.adopt' && 'evidence' in event && isNewer(context, event.evidence),
    wantsToClose: ({ context }) => context.closing !== '',
    isGone: ({ context }) => context.hasSeen && context.onChain === null,
    isStale: ({ context }) => isStale(context),
    isPayable: ({ context: { onChain, height } }) => onChain?.isClosing === true && height >= onChain.lockedUntil,
    isClosing: ({ context }) => context.onChain?.isClosing === true,
    mayBury: ({ context }) => mayBury(context),
    mayClose: ({ context }) => context.closing !== '' && latest(context) !== null,
    isUnseen: ({ context }) => context.closing !== '' && context.onChain === null,
    isSnapshotSigned: ({ context }) => isSigned(context, 'snapshot'),
    isCloseSigned: ({ context }) => isSigned(context, 'close'),
    isSlashSigned: ({ context }) => isSigned(context, 'slash'),
    isSettleSigned: ({ context }) => isSigned(context, 'settle'),
  },
  delays: {
    pollTimeout: ({ context }) => context.pollTimeout,
    signTimeout: ({ context }) => context.signTimeout,
  },
});

// Looking, as every state does it that has nothing else to do.

const looking = watch.createStateConfig({
  description: 'How does the channel lie on the chain?',
  entry: 'consultChannel',
  on: {
    found: [
      {
        guard: 'isBehind',
        description: 'The node has not come as far as before: it may not know the channel yet',
        target: 'resting',
        actions: 'hinderedByAge',
      },
      { guard: 'answersLook', target: '#deciding', actions: ['soloClosed', 'weighSuspects', 'keepView'] },
    ],
    unfound: { guard: 'answersLook', target: 'resting', actions: 'hindered' },
  },
});

const resting = watch.createStateConfig({
  description: 'Until the next look',
  on: {
    'command.look': 'looking',
  },
  after: { pollTimeout: 'looking' },
});

/** A deed: signed, posted, and posted again until a look shows that it counts. */
const awaitingSignature = watch.createStateConfig({
  description: 'It is with our signer',
  meta: { clause: clause.close },
  entry: 'requestSignature',
  on: {
    signed: { guard: 'answersDeed', target: 'awaitingPost', actions: 'keepSignature' },
    refused: { guard: 'answersDeed', target: 'resting', actions: 'hindered' },
  },
  after: { signTimeout: { target: 'resting', actions: ['withdrawSignature', 'hinderedBySilence'] } },
});

const awaitingPost = watch.createStateConfig({
  description: 'Signed and kept; it goes to the chain',
  meta: { clause: clause.close },
  entry: 'requestPost',
  on: {
    posted: { guard: 'answersDeed', target: 'resting' },
    unposted: [
      {
        guard: 'isAnsweredForGood',
        description: 'As it is the chain does not want it: if it still has to be, it is written anew',
        target: 'resting',
        actions: ['hindered', 'unsignDeed'],
      },
      {
        guard: 'answersDeed',
        description: 'The chain may not have heard of it: the same again',
        target: 'resting',
        actions: 'hindered',
      },
    ],
  },
});

const failing = { target: '#watching.resting' } as const;

/** Looks after one channel on the chain, for one of its parties. */
export const watcher = watch.createMachine({
  id: 'channel.watcher',
  version: '2',
  options: { maxIterations: 100 },
  description: 'Keeps a channel from being closed with an old state',
  meta: { clause: clause.watch, durable: true },
  context: ({ input }) => ({ ...input, ...unseen }),
  initial: 'watching',
  states: {
    watching: {
      id: 'watching',
      description: 'Nobody closes it alone',
      meta: { clause: clause.watch },
      tags: ['usable'],
      initial: 'looking',
      states: {
        looking,
        resting: {
          ...resting,
          on: { ...resting.on, 'command.close': { target: 'looking', actions: 'keepClosing' } },
        },
      },
    },
    deciding: {
      id: 'deciding',
      description: 'What follows from how it lies on the chain?',
      always: [
        { guard: 'isGone', target: 'settled' },
        { guard: 'isStale', target: 'disputing' },
        { guard: 'isPayable', target: 'settling' },
        { guard: 'isClosing', target: 'awaitingLockPeriod' },
        { guard: 'mayClose', target: 'closingAlone' },
        { guard: 'mayBury', target: 'burying' },
        { guard: 'isUnseen', target: '#watching.resting', actions: ['failedUnseen', 'forgetClosing'] },
        { guard: 'wantsToClose', target: '#watching.resting', actions: ['failedStateless', 'forgetClosing'] },
        { target: '#watching.resting' },
      ],
    },
    burying: {
      description: 'What we have signed in vain may still be posted: not once the chain knows our last state',
      meta: { clause: clause.watch },
      tags: ['usable', 'waiting'],
      initial: 'choosing',
      states: {
        choosing: {
          always: [
            { guard: 'isSnapshotSigned', description: 'The same again', target: 'awaitingPost' },
            { target: 'awaitingSignature', actions: 'keepSnapshot' },
          ],
        },
        awaitingSignature,
        awaitingPost,
        resting,
        looking,
      },
    },
    disputing: {
      description: 'It is being closed with an old state: ours is the answer',
      meta: { clause: clause.close },
      tags: ['waiting'],
      initial: 'choosing',
      states: {
        choosing: {
          always: [
            { guard: 'isSlashSigned', description: 'The same again', target: 'awaitingPost' },
            { target: 'awaitingSignature', actions: ['disputed', 'keepSlash'] },
          ],
        },
        awaitingSignature,
        awaitingPost: {
          ...awaitingPost,
          on: {
            ...awaitingPost.on,
            unposted: [
              {
                guard: 'isRefusedTooLate',
                description: 'The lock period is over: what is left is what the other wanted',
                target: '#settling',
                actions: ['hindered', 'dropDeed'],
              },
              ...awaitingPost.on.unposted,
            ],
          },
        },
        resting,
        looking,
      },
    },
    closingAlone: {
      description: 'We close it alone, with the last state',
      meta: { clause: clause.close },
      tags: ['waiting'],
      initial: 'choosing',
      states: {
        choosing: {
          always: [
            { guard: 'isCloseSigned', description: 'The same again', target: 'awaitingPost' },
            { target: 'awaitingSignature', actions: 'keepClose' },
          ],
        },
        awaitingSignature: {
          ...awaitingSignature,
          on: {
            ...awaitingSignature.on,
            refused: { guard: 'answersDeed', ...failing, actions: ['failedByRefusal', 'forgetClosing'] },
          },
          after: {
            signTimeout: { ...failing, actions: ['withdrawSignature', 'failedBySilence', 'forgetClosing'] },
          },
        },
        awaitingPost: {
          ...awaitingPost,
          on: {
            ...awaitingPost.on,
            unposted: [
              { guard: 'isAnsweredForGood', ...failing, actions: ['failedByChain', 'forgetClosing', 'dropDeed'] },
              { guard: 'answersDeed', target: 'resting', actions: 'hindered' },
            ],
          },
        },
        resting,
        looking,
      },
    },
    awaitingLockPeriod: {
      description:
        'The last state that was shown is not older than ours; it may be settled when the lock period is over',
      meta: { clause: clause.close },
      tags: ['waiting'],
      initial: 'resting',
      states: { resting, looking },
    },
    settling: {
      id: 'settling',
      description: 'The lock period is over: the chain is to pay out',
      meta: { clause: clause.close },
      tags: ['waiting'],
      initial: 'choosing',
      states: {
        choosing: {
          always: [
            { guard: 'isSettleSigned', description: 'The same again', target: 'awaitingPost' },
            { target: 'awaitingSignature', actions: 'keepSettle' },
          ],
        },
        awaitingSignature,
        awaitingPost,
        resting,
        looking,
      },
    },
    settled: {
      type: 'final',
      description: 'The chain has paid out',
      tags: ['settled'],
      entry: ['settled', 'keepSettled'],
    },
  },
  on: {
    'command.adopt': [
      { guard: 'isNewer', actions: ['keepEvidence', 'adopted'] },
      { description: 'Is known, or is older' },
    ],
    'command.suspect': { actions: 'keepSuspects' },
    'command.close': [{ guard: 'wantsToClose', actions: 'misused' }, { actions: 'keepClosing' }],
    'command.look': { description: 'Is looking, or has something better to do' },
    'command.leave': { description: 'All that was told before is kept', actions: 'left' },
    found: { description: 'To a look that nobody waits for' },
    unfound: { description: 'To a look that nobody waits for' },
    signed: { description: 'To a question that is not asked any more' },
    refused: { description: 'To a question that is not asked any more' },
    posted: { description: 'To a question that is not asked any more' },
    unposted: { description: 'To a question that is not asked any more' },
    'received.*': { actions: 'violated' },
    'command.*': { actions: 'misused' },
  },
  output: ({ context }) => ({ payout: payoutOf(context) }),
});
