/**
 * The opening, as far as it is the same for both: `#greeting` is each role's first wait, `#afterSignature` what it waits for once it has signed.
 * Carries: "Channel open" of the text.
 */
import { goesAway, losesLine, withdrawsFromLine } from './shared.ts';
import { clause, party } from './vocabulary.ts';

/** Not connected; the channel, if there is one, stays. */
export const idle = party.createStateConfig({
  id: 'idle',
  description: 'Not connected; the channel, if there is one, stays',
  on: {
    'command.open': [
      { guard: 'isOpened', target: '#open.reconnecting', actions: 'keepOpening' },
      { guard: 'hasChannel', target: '#opening.reconnecting', actions: 'keepOpening' },
      { target: '#opening', actions: 'keepOpening' },
    ],
    'command.disconnect': { description: 'Has gone already', actions: 'departed' },
  },
});

const connecting = party.createStateConfig({
  description: 'The first connection',
  meta: { clause: clause.connection },
  entry: 'requestConnection',
  on: {
    'connection.opened': '#greeting',
    'connection.lost': { description: 'Of the connection before' },
    'connection.failed': { target: '#stopping', actions: 'keepFailure' },
    'command.disconnect': withdrawsFromLine,
  },
});

const awaitingSign = party.createStateConfig({
  description: 'The create transaction comes for signing',
  meta: { clause: clause.create },
});

const awaitingSignature = party.createStateConfig({
  id: 'createSignature',
  description: 'The create transaction is with our signer',
  meta: { clause: clause.create },
  exit: 'withdrawSignature',
  on: {
    'received.sign.create': [
      { guard: 'isAsked', description: 'Is being signed' },
      {
        target: '#stopping',
        actions: ['declined', 'keepRefusal', 'failedByRefusal', 'forgetCommands', 'dropPromise'],
      },
    ],
    signed: { guard: 'answersSignature', target: '#afterSignature', actions: ['keepSignature', 'sendReply'] },
    refused: {
      guard: 'answersSignature',
      target: '#stopping',
      actions: ['declined', 'keepRefusal', 'failedByRefusal', 'forgetCommands', 'dropPromise'],
    },
  },
  after: {
    signTimeout: {
      target: '#stopping',
      actions: ['declined', 'keepNoSignature', 'failedBySilence', 'forgetCommands', 'dropPromise'],
    },
  },
});

/** Nobody waits for more: the node says so once both can go on. */
const opens = {
  'received.info.open': { target: '#open', actions: ['progressed', 'keepOpen', 'agreed', 'opened', 'forgetOpening'] },
} as const;

const awaitingOnChainTx = party.createStateConfig({
  description: 'Signed; the node puts it on the chain when both have',
  meta: { clause: clause.onChain },
  on: {
    'received.on_chain_tx': [
      { guard: 'isProofOfPromise', target: '#locking', actions: ['keepCreated', 'progressedOnChain', 'agreed'] },
      { guard: 'isUnproven', actions: 'violatedSignatures' },
      { actions: 'violatedState' },
    ],
    ...opens,
  },
});

const awaitingLocks = party.createStateConfig({
  id: 'locking',
  description: 'Blocks are mined on top of it',
  meta: { clause: clause.locks },
  on: {
    ...opens,
    'received.info.own_funding_locked': { target: 'awaitingFundingLocked', actions: 'progressed' },
    'received.info.funding_locked': { target: 'awaitingOwnFundingLocked', actions: 'progressed' },
  },
});

const awaitingFundingLocked = party.createStateConfig({
  description: 'Our node has seen enough blocks; the other has not said so',
  meta: { clause: clause.locks },
  on: {
    ...opens,
    'received.info.funding_locked': { target: 'awaitingOpen', actions: 'progressed' },
  },
});

const awaitingOwnFundingLocked = party.createStateConfig({
  description: 'The other has seen enough blocks; our node has not said so',
  meta: { clause: clause.locks },
  on: {
    ...opens,
    'received.info.own_funding_locked': { target: 'awaitingOpen', actions: 'progressed' },
  },
});

const awaitingOpen = party.createStateConfig({
  description: 'Locked on both sides',
  meta: { clause: clause.open },
  on: opens,
});

const reconnecting = party.createStateConfig({
  description: 'The line broke; what was signed stays signed',
  entry: ['countAttempt', 'requestConnection'],
  on: {
    'connection.opened': 'recalling',
    'connection.lost': { description: 'Of the connection before' },
    'connection.failed': [
      { guard: 'mayRetry', target: 'reconnecting', reenter: true },
      { target: '#stopping', actions: 'keepFailure' },
    ],
    'command.disconnect': withdrawsFromLine,
  },
});

const recalling = party.createStateConfig({
  description: 'How far had we come?',
  always: [
    { guard: 'isOnChain', target: 'awaitingLocks' },
    { guard: 'hasSigned', description: 'Said again', target: 'awaitingOnChainTx', actions: 'sendReply' },
    { target: '#greeting' },
  ],
});

const stopping = party.createStateConfig({
  id: 'stopping',
  description: 'It does not go on; a channel is not forgotten for that',
  entry: ['failedByLoss', 'forgetCommands', 'orderClose'],
  always: [{ guard: 'hasChannel', target: '#idle', actions: 'stopped' }, { target: '#failed' }],
});

/** The states of an opening that both roles have. */
export const openingStates = {
  connecting,
  awaitingSign,
  awaitingSignature,
  awaitingOnChainTx,
  awaitingLocks,
  awaitingFundingLocked,
  awaitingOwnFundingLocked,
  awaitingOpen,
  reconnecting,
  recalling,
  stopping,
};

/** Where the create transaction may be put to us. */
export const takesCreate = {
  'received.sign.create': [
    { guard: 'isSignable', target: '#createSignature', actions: ['requestSignature', 'keepPromise'] },
    { target: '#stopping', actions: ['declined', 'keepRefusal', 'failedByRefusal', 'forgetCommands'] },
  ],
} as const;

/** What holds in the whole of an opening. */
export const openingOn = party.createStateConfig({
  on: {
    'received.info.channel_accept': { actions: 'progressed' },
    'received.info.channel_open': { actions: 'progressed' },
    'received.info.funding_created': { actions: 'progressed' },
    'received.info.funding_signed': { actions: 'progressed' },
    'received.info.own_funding_locked': { actions: 'progressed' },
    'received.info.funding_locked': { actions: 'progressed' },
    'received.sign.create': [
      { guard: 'isSigned', description: 'Asked again, said again', actions: 'sendReply' },
      { actions: 'violatedSign' },
    ],
    'received.on_chain_tx': [{ guard: 'isKnownState', description: 'Said again' }, { actions: 'violatedState' }],
    'received.error': { target: '#stopping', actions: ['reported', 'keepError', 'failedByError', 'forgetCommands'] },
    'connection.lost': losesLine('.reconnecting'),
    'command.disconnect': goesAway,
  },
  after: {
    openTimeout: { target: '#stopping', actions: ['keepSilence', 'failedBySilence', 'forgetCommands', 'dropUnsigned'] },
  },
});
