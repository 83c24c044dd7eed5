/**
 * The end of a channel: both agree on it, or somebody closes alone and the chain decides.
 * Carries: "Channel mutual close" of the text, and what a party is told of "Solo close" and "Slash".
 */
import {
  goesAway,
  isBeingSigned,
  isReleased,
  losesLine,
  onLock,
  onOtherSign,
  onOtherStart,
  onOwnSign,
  saidAgain,
  staysSigned,
  takes,
  takesAck,
  takesConflict,
  takesDispute,
  takesLeave,
  withSigner,
  withSignerInTime,
} from './shared.ts';
import { clause, party } from './vocabulary.ts';

/** The channel ends. */
export const closing = party.createStateConfig({
  id: 'closing',
  description: 'The channel ends: both agree, or the chain decides',
  meta: { clause: clause.close },
  tags: ['waiting'],
  initial: 'awaitingShutdownSign',
  on: {
    ...saidAgain,
    'received.info.close_mutual': { description: 'As on_chain_tx says' },
    ...onOtherStart({ description: 'The other has started one' }),
    ...onLock({ description: 'Said again' }),
    'received.info.aborted_update': { description: 'Of what we did not sign' },
    'received.get': { description: 'The answer to a question that is over' },
    'received.info.update_finalized': { description: 'Is finished already' },
    'received.update': [{ guard: 'isKnownState', description: 'Said again' }, { actions: 'violatedState' }],
    'received.on_chain_tx': [
      takesDispute,
      { guard: 'isKnownState', description: 'Said again' },
      { actions: 'violatedState' },
    ],
    'received.leave': takesLeave,
    'connection.lost': losesLine('#open.reconnecting'),
    'command.message': { actions: 'sendMessage' },
    'command.disconnect': goesAway,
  },
  states: {
    awaitingShutdownSign: {
      description: 'Our wish to close is with the node',
      meta: { clause: clause.close },
      on: {
        'received.sign.shutdown_sign': takes('awaitingSignature'),
        // The other had the same wish.
        'received.sign.shutdown_sign_ack': takes('awaitingSignature'),
        ...onOtherSign(takesAck),
        'received.conflict': takesConflict,
        'received.error': [
          { guard: 'isAboutOther', actions: 'reported' },
          { target: '#open', actions: ['reported', 'failedByError', 'forgetCommands'] },
        ],
      },
      after: { answerTimeout: { target: '#open', actions: ['failedBySilence', 'forgetCommands'] } },
    },
    awaitingSignature: {
      description: 'The closing is with our signer',
      meta: { clause: clause.close },
      exit: 'withdrawSignature',
      on: {
        'received.sign.shutdown_sign': isBeingSigned,
        'received.sign.shutdown_sign_ack': isBeingSigned,
        'received.conflict': takesConflict,
        ...withSigner('awaitingOnChainTx'),
      },
      after: withSignerInTime,
    },
    awaitingOnChainTx: {
      description: 'Signed; no state is signed after this one',
      meta: { clause: clause.close },
      on: {
        'received.sign.shutdown_sign': isReleased,
        'received.sign.shutdown_sign_ack': isReleased,
        'received.on_chain_tx': [
          takesDispute,
          { guard: 'isProofOfPromise', target: 'awaitingDied', actions: ['shutDown', 'forgetCommands'] },
          { guard: 'isUnproven', actions: 'violatedSignatures' },
          { guard: 'isKnownState', description: 'The create transaction, said again' },
          { actions: 'violatedState' },
        ],
      },
      after: {
        finishTimeout: staysSigned,
      },
    },
    awaitingDied: {
      description: 'On its way to the chain',
      meta: { clause: clause.died },
      on: {
        'received.on_chain_tx': { description: 'Said again' },
        'received.info.died': { target: '#closed', actions: 'orderClose' },
        'received.leave': { description: 'Is closed' },
        'connection.lost': { target: '#closed', description: 'Without a word' },
        'command.disconnect': { target: '#closed', actions: ['orderClose', 'departed'] },
      },
      after: { closeTimeout: { target: '#closed', actions: 'orderClose' } },
    },
    disputed: {
      id: 'disputed',
      description: 'Somebody closes alone: the chain decides, and the last state counts',
      meta: { clause: clause.http },
      on: {
        'received.on_chain_tx': [
          { guard: 'isDispute', actions: 'disputed' },
          { guard: 'isSettlement', actions: 'settled' },
          { description: 'Said again' },
        ],
        ...onOwnSign({ actions: 'declined' }),
        ...onOtherSign({ actions: 'declined' }),
        'received.sign.shutdown_sign': { actions: 'declined' },
        'received.sign.shutdown_sign_ack': { actions: 'declined' },
        'received.conflict': { description: 'Nothing is under way' },
      },
    },
  },
});
