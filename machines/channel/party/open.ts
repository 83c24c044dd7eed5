/**
 * The open channel: what rests, what is refused, and how a party comes back to it, also to what it has missed.
 * Carries: "Channel off-chain update", "Channel state" and "Other WebSocket events" of the text, and all dialects at once.
 */
import { changing } from './changing.ts';
import {
  goesAway,
  losesBegun,
  losesLine,
  onCertainty,
  onLock,
  onOtherSign,
  onOtherStart,
  onOwnSign,
  saidAgain,
  settles,
  takes,
  takesAck,
  takesConflict,
  takesDispute,
  takesLeave,
  withdrawsFromLine,
} from './shared.ts';
import { clause, party } from './vocabulary.ts';

/** What our app may begin while nothing is under way; a new state only where it would be signed. */
const begins = {
  'command.update': { guard: 'mayBegin', target: 'awaitingSign', actions: ['keepStarted', 'sendUpdate'] },
  'command.deposit': { guard: 'mayBegin', target: 'awaitingSign', actions: ['keepStarted', 'sendDeposit'] },
  'command.withdraw': { guard: 'mayBegin', target: 'awaitingSign', actions: ['keepStarted', 'sendWithdraw'] },
  'command.shutdown': { target: '#closing', actions: ['keepStarted', 'sendShutdown'] },
  'command.leave': { target: 'leaving', actions: 'keepStarted' },
} as const;

const ready = party.createStateConfig({
  description: 'Nothing is under way',
  meta: { clause: clause.start },
  entry: 'readied',
  on: {
    ...onCertainty('ready'),
    ...begins,
    ...onOtherStart('awaitingAckSign'),
    ...onOwnSign([
      { guard: 'isAgreed', description: 'Is finished; said again', actions: 'sendAgreed' },
      {
        description: 'What we have given up; the node waits for it now',
        target: 'refusing',
        actions: ['declined', 'sendAbort'],
      },
    ] as const),
    'received.conflict': [
      { guard: 'isLateConflict', description: 'Of a race that is over' },
      { guard: 'isOurRound', description: 'Said again: nothing is under way' },
      { actions: 'violatedRound' },
    ],
  },
  after: {
    ...settles,
    answerTimeout: { guard: 'hasTried', description: 'The line holds', actions: 'forgetAttempts' },
  },
});

const inConflict = party.createStateConfig({
  id: 'inConflict',
  description: 'Both started at once, or one did not sign: all is as both last signed it',
  meta: { clause: clause.conflict },
  entry: 'readied',
  on: {
    ...onCertainty('inConflict'),
    ...begins,
    ...onOtherStart('awaitingAckSign'),
    ...onOwnSign({
      description: 'Of what is void; a node that waits for it all the same is told',
      actions: 'sendAbort',
    }),
    'received.conflict': [
      { guard: 'isLateConflict', description: 'Of a race that is over' },
      { guard: 'isOurRound', description: 'Said again' },
      { actions: 'violatedRound' },
    ],
  },
  after: settles,
});

const refusing = party.createStateConfig({
  id: 'refusing',
  description: 'We did not sign: a conflict follows, or the node gives up',
  meta: { clause: clause.conflict },
  on: {
    ...onOwnSign({ actions: ['declined', 'sendAbort'] } as const),
    ...onOtherStart('awaitingAckSign'),
    'received.info.aborted_update': 'inConflict',
    'received.conflict': [
      { guard: 'isLateConflict', description: 'Of a race that is over' },
      { guard: 'isOurRound', target: 'inConflict', actions: 'conflicted' },
      { actions: 'violatedRound' },
    ],
  },
});

const leaving = party.createStateConfig({
  description: 'We want to leave; the node tells us the last state',
  meta: { clause: clause.state },
  tags: ['waiting'],
  entry: 'sendLeave',
  on: {
    'received.error': [
      { guard: 'isAboutOther', actions: 'reported' },
      { target: 'ready', actions: ['reported', 'failedByError', 'forgetCommands'] },
    ],
  },
  after: { answerTimeout: { target: 'ready', actions: ['failedBySilence', 'forgetCommands'] } },
});

const reconnecting = party.createStateConfig({
  description: 'The line broke; what was signed stays signed',
  entry: ['countAttempt', 'requestConnection'],
  on: {
    'connection.opened': [
      { guard: 'isLeft', target: 'reestablishing' },
      { guard: 'hasOnlyBegun', target: 'choosing', actions: ['keepCut', 'sendPing', 'resumed', 'forgetOpening'] },
      { target: 'choosing', actions: ['sendReply', 'resumed', 'forgetOpening'] },
    ],
    'connection.lost': { description: 'Of the connection before' },
    'connection.failed': [
      { guard: 'mayRetry', target: 'reconnecting', reenter: true },
      { target: '#stopping', actions: 'keepFailure' },
    ],
    'command.disconnect': withdrawsFromLine,
  },
});

const reestablishing = party.createStateConfig({
  description: 'Back after both had left; the other is not yet',
  meta: { clause: clause.state },
  tags: ['waiting'],
  on: {
    'received.info.channel_reestablished': { description: 'As `open` says', actions: 'noticed' },
    'received.info.open': [
      { guard: 'isUnknown', target: 'learning', actions: ['forgetLeft', 'reestablished'] },
      { target: 'choosing', actions: ['forgetLeft', 'reestablished', 'sendReply', 'resumed', 'forgetOpening'] },
    ],
    'received.update': [
      { guard: 'isNewer', target: 'learning', actions: ['forgetLeft', 'keepNewer', 'reestablished'] },
      { guard: 'isKnownState', description: 'Said again' },
      { actions: 'violatedState' },
    ],
    'received.error': [
      { guard: 'isNotNow', description: 'Our old line is not closed yet; so is this one next', actions: 'reported' },
      { target: '#stopping', actions: ['reported', 'keepError', 'failedByError', 'forgetCommands'] },
    ],
  },
  after: { openTimeout: { target: '#stopping', actions: ['keepSilence', 'failedBySilence', 'forgetCommands'] } },
});

/** What is put to us meanwhile waits: it may only be right in the state that we do not know yet. */
const waits = { actions: 'keepAsked' } as const;

const learning = party.createStateConfig({
  id: 'learning',
  description: 'Both have signed a state that we do not know: what has each in it?',
  meta: { clause: clause.state },
  tags: ['waiting'],
  entry: 'sendGetBalances',
  on: {
    ...onOwnSign(waits),
    ...onOtherSign(waits),
    'received.sign.shutdown_sign_ack': waits,
    'received.get': [
      {
        guard: 'isFirstLearned',
        target: 'choosing',
        actions: ['learn', 'agreed', 'resumed', 'forgetOpening', 'askAgain'],
      },
      {
        guard: 'isLearned',
        target: 'choosing',
        actions: [
          'learn',
          'agreed',
          'tellHeld',
          'missed',
          'resumed',
          'forgetOpening',
          'failedByConflict',
          'forgetCommands',
          'askAgain',
        ],
      },
      { actions: 'violatedBalances' },
    ],
    'received.update': [
      { guard: 'isNewer', target: 'learning', reenter: true, actions: 'keepNewer' },
      { guard: 'isKnownState', description: 'Said again' },
      { actions: 'violatedState' },
    ],
    'received.conflict': { description: 'Of a race that is over' },
  },
  after: {
    answerTimeout: [
      {
        guard: 'isUnknown',
        target: '#stopping',
        actions: ['keepSilence', 'failedBySilence', 'forgetCommands'],
      },
      { target: 'choosing', actions: ['resumed', 'forgetOpening', 'forgetNewer'] },
    ],
  },
});

/** The channel is open: both may start updates, one is under way at a time. */
export const open = party.createStateConfig({
  id: 'open',
  description: 'The channel is open',
  meta: { clause: clause.start },
  tags: ['usable'],
  initial: 'ready',
  on: {
    ...saidAgain,
    ...onOtherStart({ description: 'The other has started one' }),
    ...onLock({ description: 'Said again' }),
    'received.info.update_finalized': { description: 'Is finished already' },
    'received.info.aborted_update': { description: 'Of what we did not sign' },
    'received.on_chain_tx': [
      takesDispute,
      { guard: 'isSettlement', description: 'Closed alone while we were away', actions: 'settled' },
      { guard: 'isKnownState', description: 'The create transaction, said again' },
      { actions: 'violatedState' },
    ],
    'received.update': [
      { guard: 'isProof', actions: ['keepProof', 'agreed'] },
      { guard: 'isKnownState', description: 'Said again' },
      { guard: 'isNewer', target: '.learning', actions: 'keepNewer' },
      { actions: 'violatedState' },
    ],
    'received.get': { description: 'The answer to a question that is over' },
    'received.pong': losesBegun,
    ...onOwnSign([
      { guard: 'isAgreed', description: 'Is finished; said again', actions: 'sendAgreed' },
      { actions: 'violatedSign' },
    ] as const),
    ...onOtherSign(takesAck),
    'received.sign.shutdown_sign_ack': takes('#closing.awaitingSignature'),
    'received.conflict': takesConflict,
    'received.leave': [
      {
        guard: 'staysRunning',
        description: 'Only the other leaves, if the node lets us stay',
        actions: 'keepLeftBehind',
      },
      takesLeave,
    ],
    'received.info.peer_disconnected': { actions: ['forgetLeftBehind', 'leftBehind'] },
    'received.info.channel_reestablished': { description: 'The other is back', actions: 'reestablished' },
    'received.info.died': [{ guard: 'isLeftBehind', ...takesLeave }, { target: '#died' }],
    'connection.lost': [{ guard: 'isLeftBehind', ...takesLeave }, ...losesLine('.reconnecting')],
    'command.message': { actions: 'sendMessage' },
    'command.disconnect': goesAway,
  },
  states: {
    ready,
    ...changing,
    inConflict,
    refusing,
    leaving,
    reconnecting,
    reestablishing,
    learning,
    choosing: {
      id: 'choosing',
      description: 'What is under way?',
      always: [
        { guard: 'isDisputed', target: '#disputed' },
        { guard: 'hasSignedOwn', target: 'awaitingFinalized' },
        { guard: 'hasSignedOther', target: 'awaitingAckFinalized' },
        { guard: 'hasSigned', target: '#closing.awaitingOnChainTx' },
        { guard: 'startsShutdown', target: '#closing.awaitingShutdownSign' },
        { guard: 'startsLeave', target: 'leaving' },
        { guard: 'hasStarted', target: 'awaitingSign' },
        { target: 'ready' },
      ],
    },
  },
});
