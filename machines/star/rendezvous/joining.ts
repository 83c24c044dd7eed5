/**
 * How an address is joined, proven, listed, and left.
 * Carries: "ss-join" and "ss-leave" of the text, "Server:".
 */
import { clause, vocabulary } from './vocabulary.ts';

const hasLeft = { description: 'It has left meanwhile' } as const;

/** What holds while the socket is connected. */
export const joiningOn = vocabulary.createStateConfig({
  on: {
    'received.ss-join': [
      { guard: 'mayNotJoin', actions: 'refuseJoin' },
      { guard: 'needsNoProof', actions: ['keepJoin', 'requestListing'] },
      { guard: 'bringsItsKey', actions: ['keepChallenge', 'sendNonce'] },
      { guard: 'answersChallenge', actions: ['takeNonce', 'consultSignature'] },
      { description: 'No key of this peer, no signature, or too late', actions: ['refuseJoin', 'forgetChallenge'] },
    ],
    verified: [
      { guard: 'isProven', actions: ['requestProvenListing', 'keepProof'] },
      { guard: 'isDisproven', actions: ['refuseProof', 'forgetProof'] },
      hasLeft,
    ],
    listed: [
      { guard: 'answersThis', target: '.announcing', actions: ['sendJoined', 'keepAddress'] },
      { ...hasLeft, actions: 'orderLateUnlisting' },
    ],
    unlistable: [{ guard: 'answersThis', actions: ['sendUnlistable', 'forgetListing'] }, hasLeft],
    'received.ss-leave': { description: 'What it has not joined, or is still joining', actions: 'forgetChallenge' },
  },
});

const quiet = vocabulary.createStateConfig({
  description: 'Has joined nothing: is told of nobody, and cannot be dialled',
  meta: { clause: clause.join },
});

const leaves = ['orderUnlisting', 'forgetAddress', 'forgetChallenge'] as const;

const announcing = vocabulary.createStateConfig({
  description: 'Has joined: the others are told of it, and it of them',
  meta: { clause: clause.leave },
  on: {
    'received.ss-leave': [
      { guard: 'isOnlyAddress', target: 'quiet', actions: leaves },
      { guard: 'isJoined', actions: leaves },
      { description: 'What it has not joined, or is still joining', actions: 'forgetChallenge' },
    ],
    displaced: [
      { guard: 'isOnlyAddress', target: 'quiet', actions: 'forgetAddress' },
      { guard: 'isJoined', actions: 'forgetAddress' },
      { description: 'Has left it already' },
    ],
  },
});

/** Whether others are told of it. */
export const joinedStates = { quiet, announcing };
