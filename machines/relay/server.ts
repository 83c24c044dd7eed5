/**
 * One connection at the relay's server: hands out ephemeral addresses and passes messages on between strangers.
 *
 * What it must never do: read a message, remember one, or tell a receiver who the sender is. The directory of addresses belongs to the
 * host; this machine only asks. Towards a client that has negotiated nothing it speaks the text's five shapes and not a field more.
 * Carries: "Server" and "Message Structure" of the text; acknowledgements and leaving are ours.
 */
import { none } from './ids.ts';
import { clause, vocabulary } from './serverVocabulary.ts';

export type { ServerEmitted, ServerEvent, ServerInput } from './serverRules.ts';

/** The relay's side of one connection. */
export const server = vocabulary.createMachine({
  id: 'relay.server',
  version: '1',
  options: { maxIterations: 100 },
  description: "The relay's side of one connection",
  meta: { clause: 'Server' },
  context: ({ input }) => ({
    ...input,
    addresses: none,
    violations: 0,
    routing: none,
    unacknowledged: none,
    settled: none,
    closure: { code: 1000, reason: '' },
  }),
  initial: 'open',
  states: {
    open: {
      description: 'Connected: messages are passed on',
      tags: ['usable'],
      initial: 'awaitingInit',
      on: {
        'received.INIT': [
          { guard: 'hasAllAddresses', actions: 'sendTooMany' },
          {
            guard: 'asksForAcks',
            target: '.acknowledging',
            actions: ['keepAddress', 'orderListing', 'sendInitrespWithAck'],
          },
          { target: '.addressed', actions: ['keepAddress', 'orderListing', 'sendInitresp'] },
        ],
        'received.ROUTE': { actions: 'orderDelivery' },
        'command.close': {
          target: 'closing.disconnecting',
          actions: ['closeAsGoingAway', 'orderRelease', 'forgetAddresses'],
        },
      },
      states: {
        awaitingInit: {
          description: 'No address yet: it can send, but not be reached',
          meta: { clause: clause.init },
        },
        addressed: {
          description: 'Reachable; speaks the five shapes of the text',
          meta: { clause: clause.route },
        },
        acknowledging: {
          description: 'Reachable; every route and delivery is acknowledged',
          meta: { clause: clause.route },
          tags: ['acknowledging'],
          initial: 'quiet',
          on: {
            'received.INIT': [
              { guard: 'hasAllAddresses', actions: 'sendTooMany' },
              { guard: 'asksForAcks', actions: ['keepAddress', 'orderListing', 'sendInitrespWithAck'] },
              { actions: ['keepAddress', 'orderListing', 'sendInitresp'] },
            ],
            'received.ROUTE': [
              { guard: 'isUnnamed', actions: 'orderDelivery' },
              { guard: 'isRepeated', description: 'The answer to the first one stands' },
              { guard: 'routesTooMany', actions: 'sendWindowFull' },
              { actions: ['keepRoute', 'orderNamedDelivery'] },
            ],
            'received.ACK': { description: 'Too late, or twice' },
            'received.LEAVE': {
              target: '#closing.settling',
              actions: ['orderRelease', 'forgetAddresses', 'sendLeft'],
            },
            'command.close': {
              target: '#closing.awaitingLeft',
              actions: ['closeAsGoingAway', 'orderRelease', 'forgetAddresses', 'sendLeave'],
            },
          },
          states: {
            quiet: {
              description: 'No acknowledgement is due',
              on: { deliver: { target: 'awaitingAck', actions: ['keepDelivery', 'sendDeliver'] } },
            },
            awaitingAck: {
              description: 'The client owes acknowledgements',
              on: {
                deliver: [{ guard: 'isBusy', actions: 'refuseBusy' }, { actions: ['keepDelivery', 'sendDeliver'] }],
                'received.ACK': [
                  { guard: 'isLastAwaited', target: 'quiet', actions: ['acknowledged', 'forgetDelivery'] },
                  { guard: 'isLater', actions: ['acknowledged', 'forgetDelivery'] },
                  {
                    guard: 'isAwaited',
                    target: 'awaitingAck',
                    reenter: true,
                    actions: ['acknowledged', 'forgetDelivery'],
                  },
                ],
              },
              after: { ackTimeout: { target: 'quiet', actions: ['unacknowledged', 'forgetDeliveries'] } },
            },
          },
        },
      },
    },
    closing: {
      id: 'closing',
      description: 'Nothing new is taken; what is under way is settled',
      on: {
        'received.INIT': { actions: 'sendClosing' },
        'received.ROUTE': [
          { guard: 'isRepeated', description: 'The answer to the first one stands' },
          { actions: 'sendClosing' },
        ],
        'received.ACK': [
          { guard: 'isAwaited', actions: ['acknowledged', 'forgetDelivery'] },
          { description: 'Too late' },
        ],
        'received.LEAVE': { description: 'Both leave at once', actions: 'sendLeft' },
        'received.LEFT': { description: 'Told in time or too late, it changes nothing here' },
        'command.close': { description: 'Is closing already' },
      },
      states: {
        awaitingLeft: {
          description: 'Has told the client to send nothing new',
          on: { 'received.LEFT': 'settling' },
          after: { closeTimeout: 'settling' },
        },
        settling: {
          description: 'The last answers and acknowledgements',
          always: { guard: 'isSettled', target: 'disconnecting' },
          after: { closeTimeout: 'disconnecting' },
        },
        disconnecting: {
          description: "The WebSocket's closing handshake",
          entry: 'orderClose',
          on: { 'received.*': { description: 'The last word was said' } },
          after: { closeTimeout: { target: '#closed', actions: 'orderTermination' } },
        },
      },
      initial: 'settling',
    },
    closed: {
      id: 'closed',
      type: 'final',
      description: 'Gone: its addresses lead nowhere',
      tags: ['settled'],
      meta: { clause: 'Server: addresses are held only in memory' },
      entry: ['orderRelease', 'forgetAddresses', 'unacknowledged', 'forgetDeliveries'],
    },
  },
  on: {
    routed: [
      { guard: 'answersThis', actions: ['sendAck', 'settleRoute'] },
      { description: 'Its route is settled already' },
    ],
    unroutable: [
      { guard: 'answersUnnamed', actions: 'sendUnroutable' },
      { guard: 'answersThis', actions: ['sendUnroutable', 'settleRoute'] },
      { description: 'Its route is settled already' },
    ],
    deliver: { description: 'Not, or no longer, one who acknowledges', actions: 'refuseLeaving' },
    'connection.lost': '.closed',
    'received.malformed': [
      {
        guard: 'hasViolatedTooOften',
        target: '.closing.disconnecting',
        actions: ['sendMalformed', 'violatedShape', 'closeForViolations', 'orderRelease', 'forgetAddresses'],
      },
      { actions: ['countViolation', 'sendMalformed', 'violatedShape'] },
    ],
    'received.*': [
      {
        guard: 'hasViolatedTooOften',
        target: '.closing.disconnecting',
        actions: ['sendUnexpected', 'violated', 'closeForViolations', 'orderRelease', 'forgetAddresses'],
      },
      { actions: ['countViolation', 'sendUnexpected', 'violated'] },
    ],
    'command.*': { actions: 'misused' },
  },
});
