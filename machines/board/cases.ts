/**
 * Example events of both roles: enough for every transition, both outcomes of every guard, and every message in every state.
 */
import type { Scenario } from '../../src/testing/paths.ts';
import type { ClientEvent, ClientInput, client } from './client.ts';
import type { Proposal } from './messages.ts';
import type { ServerEvent, ServerInput, server } from './server.ts';

const proposal: Proposal = {
  marginBalance: '10',
  quotePrice: '2.5',
  unpublishedTradeSize: '3',
  address: 'addrA1',
  id: 0.5,
};
const other: Proposal = { ...proposal, id: '__proto__', address: 'addrB' };

const serverInput: ServerInput = {
  extended: false,
  name: 'board.example',
  nonce: '00112233445566778899aabbccddeeff',
  proof: false,
  maxAddresses: 2,
  maxPending: 1,
  maxViolations: 2,
  closeTimeout: 5_000,
};

const registering: ServerEvent = {
  type: 'received.registerAddresses',
  message: { event: 'registerAddresses', addresses: ['addrA1'] },
};

/** What every connection may be told. */
const always: readonly ServerEvent[] = [
  registering,
  { type: 'received.nextChannels', message: { event: 'nextChannels', cursor: '250' } },
  { type: 'received.pinger', message: { event: 'pinger' } },
  { type: 'received.malformed', reason: 'an unknown event', about: 'nobody', request: '' },
  {
    type: 'received.proposeChannel',
    message: { event: 'proposeChannel', channelData: proposal },
  },
  {
    type: 'received.indicateInterest',
    message: { event: 'indicateInterest', channel: { id: '__proto__', address: 'addrB' }, fromAddress: 'addrA1' },
  },
  { type: 'received.withdrawChannel', message: { event: 'withdrawChannel', id: 0.5 } },
  { type: 'command.unknown' },
  { type: 'indicate', fromAddress: 'addrB', otherData: 'trade info here', channel: 0.5 },
  { type: 'displaced', address: 'addrA1' },
  { type: 'hurried' },
];

/** What happens to every connection, beside what it is told. */
const line: readonly ServerEvent[] = [
  { type: 'connection.opened' },
  { type: 'connection.lost', code: 1006, reason: '' },
  { type: 'command.close' },
];

/** The server's side: limits so small that a path reaches them. */
export const serverScenarios: readonly Scenario<typeof server>[] = [
  {
    name: 'addresses',
    input: serverInput,
    cases: [
      ...always,
      ...line,
      {
        type: 'received.registerAddresses',
        message: { event: 'registerAddresses', addresses: ['addrA1', 'addrA2', 'addrA3'] },
      },
      { type: 'received.registerAddresses', message: { event: 'registerAddresses', addresses: ['addrA2', 'addrA3'] } },
      { type: 'registered', id: 'registerAddresses/addresses', addresses: ['addrA1'], refused: [] },
      {
        type: 'registered',
        id: 'registerAddresses/addresses',
        addresses: [],
        refused: [{ address: 'addrA1', error: 'addressTaken' }],
      },
    ],
    key: ({ addresses, pending, violations }) => [addresses.length, pending.length, violations],
  },
  {
    name: 'addresses with proofs, and an answer',
    input: { ...serverInput, extended: true, proof: true },
    cases: [
      ...line,
      {
        type: 'received.registerAddresses',
        message: {
          event: 'registerAddresses',
          addresses: ['addrA1', 'addrA2'],
          proofs: ['0'.repeat(128), '1'.repeat(128)],
          request: 'addresses',
        },
      },
      {
        type: 'registered',
        id: 'registerAddresses/#addresses',
        addresses: ['addrA1'],
        refused: [{ address: 'addrA2', error: 'badProof' }],
      },
      {
        type: 'registered',
        id: 'registerAddresses/#addresses',
        addresses: [],
        refused: [{ address: 'addrA1', error: 'proofNeeded' }],
      },
      { type: 'received.nextChannels', message: { event: 'nextChannels', cursor: '250' } },
      { type: 'indicate', fromAddress: 'addrB', otherData: { size: '1' }, channel: 0.5 },
    ],
    key: ({ addresses, pending }) => [addresses.length, pending.length],
  },
  {
    name: "the original's proposals",
    input: serverInput,
    cases: [
      ...line,
      { type: 'received.proposeChannel', message: { event: 'proposeChannel', channelData: proposal } },
      { type: 'received.proposeChannel', message: { event: 'proposeChannel', channelData: other } },
      {
        type: 'received.indicateInterest',
        message: { event: 'indicateInterest', channel: { id: '__proto__', address: 'addrB' }, fromAddress: 'addrA1' },
      },
      { type: 'received.withdrawChannel', message: { event: 'withdrawChannel', id: 0.5 } },
      { type: 'listed', id: 'proposeChannel/0.5', proposal },
      { type: 'done', id: 'indicateInterest/["__proto__","addrB","addrA1"]' },
      { type: 'denied', id: 'proposeChannel/0.5', error: 'duplicateId' },
    ],
    key: ({ pending }) => pending,
  },
  {
    name: 'named requests',
    input: { ...serverInput, extended: true },
    cases: [
      ...line,
      {
        type: 'received.proposeChannel',
        message: { event: 'proposeChannel', channelData: proposal, lasts: 60_000, request: 'r1' },
      },
      {
        type: 'received.indicateInterest',
        message: {
          event: 'indicateInterest',
          channel: { address: 'addrB' },
          fromAddress: 'addrA1',
          otherData: { size: '1' },
          request: 'r2',
        },
      },
      { type: 'received.withdrawChannel', message: { event: 'withdrawChannel', id: '__proto__', request: 'r3' } },
      { type: 'listed', id: 'proposeChannel/#r1', proposal },
      { type: 'done', id: 'withdrawChannel/#r3' },
      { type: 'denied', id: 'indicateInterest/#r2', error: 'ownChannel' },
    ],
    key: ({ pending }) => pending,
  },
];

const clientInput: ClientInput = {
  addresses: ['addrA1'],
  proves: false,
  name: 'board.example',
  attempts: 2,
  window: 1,
  joinTimeout: 10_000,
  answerTimeout: 10_000,
  closeTimeout: 5_000,
};

const board = { name: 'board.example', nonce: '00112233445566778899aabbccddeeff', proof: false };

const commands: readonly ClientEvent[] = [
  { type: 'command.connect' },
  { type: 'command.propose', id: '1', proposal },
  { type: 'command.withdraw', id: '2', channel: 0.5 },
  { type: 'command.indicateInterest', id: '3', channel: other, fromAddress: 'addrA1' },
  { type: 'command.close' },
  { type: 'command.unknown' },
];

const lines: readonly ClientEvent[] = [
  { type: 'connection.opened' },
  { type: 'connection.failed', reason: 'nobody there' },
  { type: 'connection.lost', code: 1001, reason: 'Going away' },
];

const asked: ClientEvent = { type: 'received.requestAddresses', message: { event: 'requestAddresses' } };
const told: ClientEvent = {
  type: 'received.receiveChannels',
  message: { event: 'receiveChannels', list: { channels: [proposal, other], skipped: 0 } },
};

/** What a server says that knows only the text. */
const text: readonly ClientEvent[] = [
  asked,
  told,
  { type: 'received.receiveChannelProposal', message: { event: 'receiveChannelProposal', proposal } },
  {
    type: 'received.receiveIndicator',
    message: { event: 'receiveIndicator', fromAddress: 'addrB', otherData: 'trade info here' },
  },
  { type: 'received.ponger', message: { event: 'ponger' } },
  { type: 'received.malformed', reason: 'an unknown event', about: 'nobody', request: '' },
];

/** The answer to a registration. */
const accepted: ClientEvent = {
  type: 'received.boardDone',
  message: { event: 'boardDone', request: 'addresses', refused: [{ address: 'addrA2', error: 'addressTaken' }] },
};

/** What a board says that knows more. */
const more: readonly ClientEvent[] = [
  { type: 'received.requestAddresses', message: { event: 'requestAddresses', board } },
  {
    type: 'received.receiveChannels',
    message: { event: 'receiveChannels', list: { channels: [proposal], skipped: 1 }, after: '1', next: '2' },
  },
  { type: 'received.channelEnded', message: { event: 'channelEnded', id: 0.5, reason: 'expired' } },
  { type: 'received.addressLost', message: { event: 'addressLost', address: 'addrA1' } },
  accepted,
  { type: 'received.boardDone', message: { event: 'boardDone', request: '1' } },
  {
    type: 'received.boardError',
    message: { event: 'boardError', error: 'tooFast', about: '', reason: 'Slower.' },
  },
  {
    type: 'received.boardError',
    message: {
      event: 'boardError',
      error: 'duplicateId',
      about: 'proposeChannel',
      reason: 'Another channel is proposed with this id.',
      request: '1',
    },
  },
];

/** The other one. */
const refusedAddresses: ClientEvent = {
  type: 'received.boardError',
  message: {
    event: 'boardError',
    error: 'addressTaken',
    about: 'registerAddresses',
    reason: 'Another client holds the address, and keeps it.',
    request: 'addresses',
  },
};

/** The client's side. */
export const clientScenarios: readonly Scenario<typeof client>[] = [
  {
    name: 'a server that knows only the text',
    input: { ...clientInput, attempts: 1 },
    cases: [
      ...commands,
      ...lines,
      ...text,
      ...more.slice(2),
      { type: 'handedOver', id: '3', ok: true },
      { type: 'handedOver', id: '3', ok: false },
    ],
    key: ({ hasChannels, pending }) => [hasChannels, pending],
  },
  {
    name: 'two requests at once, there',
    input: { ...clientInput, window: 2, attempts: 0 },
    cases: [
      { type: 'command.connect' },
      { type: 'connection.opened' },
      ...text.slice(0, 3),
      { type: 'command.propose', id: '1', proposal },
      { type: 'command.indicateInterest', id: '3', channel: other, fromAddress: 'addrA1' },
      { type: 'handedOver', id: '3', ok: true },
      { type: 'connection.lost', code: 1006, reason: '' },
      { type: 'command.close' },
    ],
    key: ({ hasChannels, pending }) => [hasChannels, pending.length],
  },
  {
    name: 'a board that answers, and a bad line',
    input: { ...clientInput, attempts: 2 },
    cases: [
      ...lines,
      ...more.slice(0, 2),
      told,
      { type: 'command.connect' },
      { type: 'command.close' },
      accepted,
      refusedAddresses,
      ...more.slice(6, 7),
    ],
    key: ({ attempt, board: introduction, hasChannels }) => [attempt, introduction !== null, hasChannels],
  },
  {
    name: 'two requests at once, answered',
    input: { ...clientInput, attempts: 0, window: 2 },
    cases: [
      { type: 'command.connect' },
      { type: 'connection.opened' },
      ...more,
      told,
      { type: 'command.propose', id: '1', proposal, lasts: 60_000 },
      { type: 'command.withdraw', id: '2', channel: 0.5 },
      { type: 'command.indicateInterest', id: '3', channel: other, fromAddress: 'addrA1', otherData: { size: '1' } },
      { type: 'command.close' },
    ],
    key: ({ hasChannels, pending }) => [hasChannels, pending.length],
  },
  {
    name: 'proofs',
    input: { ...clientInput, proves: true, attempts: 1 },
    cases: [
      ...lines,
      asked,
      told,
      ...more.slice(0, 1),
      ...text.slice(2),
      ...more.slice(2, 4),
      accepted,
      refusedAddresses,
      { type: 'command.connect' },
      { type: 'command.close' },
      {
        type: 'received.requestAddresses',
        message: { event: 'requestAddresses', board: { ...board, name: 'somebody.else' } },
      },
      { type: 'signed', id: board.nonce, proofs: ['0'.repeat(128)] },
      { type: 'signed', id: 'of another connection', proofs: ['1'.repeat(128)] },
      { type: 'refused', id: board.nonce, reason: 'the person said no' },
      { type: 'refused', id: 'of another connection', reason: 'the person said no' },
    ],
    key: ({ board: introduction, hasChannels }) => [introduction !== null, hasChannels],
  },
  {
    name: 'proofs, and no second try',
    input: { ...clientInput, proves: true, attempts: 0 },
    cases: [
      { type: 'command.connect' },
      { type: 'connection.opened' },
      ...more.slice(0, 1),
      { type: 'connection.lost', code: 1006, reason: '' },
    ],
  },
  {
    name: 'somebody who only watches',
    input: { ...clientInput, addresses: [], attempts: 0 },
    cases: [
      { type: 'command.connect' },
      { type: 'connection.opened' },
      asked,
      told,
      ...more.slice(1, 2),
      { type: 'command.close' },
    ],
    key: ({ hasChannels }) => hasChannels,
  },
];
