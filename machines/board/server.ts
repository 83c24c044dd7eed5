/**
 * One connection at the board's server: asks for addresses, tells what is proposed, takes proposals and passes interest on.
 *
 * What it must never do: announce what is not kept, or pass interest to anybody but the proposer. The list of proposals and the directory of addresses
 * are the host's, shared by all connections; this machine only asks. To a client of the original it says what the original's server says, in its
 * order, and beyond that only `boardError`, where the original is silent or dies.
 * Carries: the server's five events and "Flow".
 */
import { none } from './serverRules.ts';
import { clause, vocabulary } from './serverVocabulary.ts';

export type { RefusedAddress, ServerEmitted, ServerEvent, ServerInput } from './serverRules.ts';

/** The board's side of one connection. */
export const server = vocabulary.createMachine({
  id: 'board.server',
  version: '1',
  options: { maxIterations: 100 },
  description: "The board's side of one connection",
  meta: { clause: 'Server' },
  context: ({ input }) => ({
    ...input,
    addresses: none,
    pending: none,
    violations: 0,
    closure: { code: 1000, reason: '' },
  }),
  initial: 'opening',
  states: {
    opening: {
      description: 'A socket has come',
      meta: { clause: clause.connection },
      on: {
        'connection.opened': 'open',
        'connection.lost': 'closed',
        'command.close': { target: 'closing.disconnecting', actions: 'closeAsGoingAway' },
      },
    },
    open: {
      description: 'Connected: is told what is proposed, may propose, may be interested',
      tags: ['usable'],
      entry: ['sendRequestAddresses', 'sendReceiveChannels'],
      initial: 'awaitingAddresses',
      on: {
        'received.registerAddresses': [
          { guard: 'wantsTooManyAddresses', actions: 'refuseTooMany' },
          { target: '.awaitingVerdict', actions: ['keepPending', 'requestRegistration'] },
        ],
        'received.proposeChannel': [
          { guard: 'isSecondOfItsId', actions: 'refuseDuplicate' },
          { guard: 'isRepeated', description: 'The answer to the first one stands' },
          { guard: 'isTooMany', actions: 'refuseTooMany' },
          { actions: ['keepPending', 'requestListing'] },
        ],
        'received.indicateInterest': [
          { guard: 'isRepeated', description: 'The answer to the first one stands' },
          { guard: 'isTooMany', actions: 'refuseTooMany' },
          { actions: ['keepPending', 'requestIndication'] },
        ],
        'received.withdrawChannel': [
          { guard: 'isRepeated', description: 'The answer to the first one stands' },
          { guard: 'isTooMany', actions: 'refuseTooMany' },
          { actions: ['keepPending', 'requestWithdrawal'] },
        ],
        'received.nextChannels': { guard: 'isExtended', actions: 'sendNextChannels' },
        'received.pinger': { actions: 'sendPonger' },
        indicate: [{ guard: 'isExtended', actions: 'sendNamedIndicator' }, { actions: 'sendReceiveIndicator' }],
        displaced: { actions: ['forgetAddress', 'sendAddressLost'] },
        hurried: { actions: 'refuseHurry' },
        'connection.lost': [
          { guard: 'isWaiting', target: 'leaving', actions: ['orderRelease', 'forgetAddresses'] },
          { target: 'closed', actions: ['orderRelease', 'forgetAddresses'] },
        ],
        'command.close': { target: 'closing', actions: ['orderRelease', 'forgetAddresses', 'closeAsGoingAway'] },
      },
      states: {
        awaitingAddresses: {
          description: 'Has been asked for its addresses; until it gives them, no interest reaches it',
          meta: { clause: clause.addresses },
        },
        awaitingVerdict: {
          description: 'Its addresses are looked at',
          meta: { clause: clause.addresses },
          on: {
            'received.registerAddresses': { description: 'One registration at a time', actions: 'refuseTooMany' },
            registered: [
              {
                guard: 'hasRegisteredSomeNamed',
                target: 'registered',
                actions: ['keepAddresses', 'sendRegistered', 'settle'],
              },
              { guard: 'hasRegisteredSome', target: 'registered', actions: ['keepAddresses', 'settle'] },
              { guard: 'hasAddresses', target: 'registered', actions: ['sendNotRegistered', 'settle'] },
              { target: 'awaitingAddresses', actions: ['sendNotRegistered', 'settle'] },
            ],
          },
        },
        registered: {
          description: 'Interest in what it proposes reaches it',
          meta: { clause: clause.interest },
        },
      },
    },
    closing: {
      id: 'closing',
      description: 'Nothing new is taken; what is under way is settled',
      on: {
        'received.registerAddresses': { actions: 'refuseClosing' },
        'received.proposeChannel': { actions: 'refuseClosing' },
        'received.indicateInterest': { actions: 'refuseClosing' },
        'received.withdrawChannel': { actions: 'refuseClosing' },
        'received.nextChannels': { description: 'It comes back for them' },
        'received.pinger': { description: 'The end is the answer' },
        'command.close': { description: 'Is closing already' },
        'connection.lost': [{ guard: 'isWaiting', target: 'leaving' }, { target: 'closed' }],
      },
      initial: 'settling',
      states: {
        settling: {
          description: 'The last answers',
          always: { guard: 'isSettled', target: 'disconnecting' },
          after: { closeTimeout: 'disconnecting' },
        },
        disconnecting: {
          description: "The line's own closing",
          entry: 'orderClose',
          on: { 'received.*': { description: 'The last word was said' } },
          after: { closeTimeout: { target: '#closed', actions: 'orderTermination' } },
        },
      },
    },
    leaving: {
      description: 'The line is gone; what it has proposed is still being kept, and is told to the others then',
      meta: { clause: clause.propose },
      always: { guard: 'isSettled', target: 'closed' },
      on: {
        'received.*': { description: 'Was on its way' },
        'command.close': { description: 'Is gone already' },
      },
      after: { closeTimeout: 'closed' },
    },
    closed: { id: 'closed', type: 'final', description: 'Gone: its addresses lead nowhere', tags: ['settled'] },
  },
  on: {
    registered: [
      { guard: 'answersThis', description: 'Too late', actions: ['orderLateRelease', 'settle'] },
      { description: 'Nobody asked' },
    ],
    listed: [
      { guard: 'answersNamed', actions: ['announce', 'announceAll', 'sendDone', 'settle'] },
      { actions: ['announce', 'announceAll', 'settle'] },
    ],
    done: [{ guard: 'answersNamed', actions: ['sendDone', 'settle'] }, { actions: 'settle' }],
    denied: [{ guard: 'answersThis', actions: ['sendDenied', 'settle'] }, { description: 'Nobody asked' }],
    indicate: { description: 'Its line is going' },
    displaced: { description: 'Its line is going' },
    hurried: { description: 'Its line is going' },
    'connection.*': { description: 'Is known already' },
    'received.malformed': [
      {
        guard: 'hasViolatedTooOften',
        target: '.closing.disconnecting',
        actions: ['refuseShape', 'violatedShape', 'orderRelease', 'forgetAddresses', 'closeForViolations'],
      },
      { actions: ['countViolation', 'refuseShape', 'violatedShape'] },
    ],
    'received.*': [
      {
        guard: 'hasViolatedTooOften',
        target: '.closing.disconnecting',
        actions: ['refuseUnexpected', 'violated', 'orderRelease', 'forgetAddresses', 'closeForViolations'],
      },
      { actions: ['countViolation', 'refuseUnexpected', 'violated'] },
    ],
    'command.*': { actions: 'misused' },
  },
});
