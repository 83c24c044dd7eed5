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
  { type: 'connection.lost', code: 1006, reason: '' },
  { type: 'command.close' },
  { type: 'command.unknown' },
  { type: 'indicate', fromAddress: 'addrB', otherData: 'trade info here', channel: 0.5 },
  { type: 'displaced', address: 'addrA1' },
  { type: 'hurried' },
];

/** The server's side: limits so small that a path reaches them. */
export const serverScenarios: readonly Scenario<typeof server>[] = [
  {
    name: 'addresses',
    input: serverInput,
    cases: [
      ...always,
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
      ...always,
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
    ],
    key: ({ addresses, pending }) => [addresses.length, pending],
  },
  {
    name: "the original's proposals",
    input: serverInput,
    cases: [
      ...always,
      { type: 'received.proposeChannel', message: { event: 'proposeChannel', channelData: other } },
      { type: 'listed', id: 'proposeChannel/0.5', proposal },
      { type: 'done', id: 'proposeChannel/0.5' },
      { type: 'denied', id: 'proposeChannel/0.5', error: 'duplicateId' },
      { type: 'denied', id: 'withdrawChannel/0.5', error: 'unknownChannel' },
      { type: 'done', id: 'indicateInterest/["__proto__","addrB","addrA1"]' },
    ],
    key: ({ pending }) => pending,
  },
  {
    name: 'named requests',
    input: { ...serverInput, extended: true },
    cases: [
      ...always,
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
      { type: 'done', id: 'indicateInterest/#r2' },
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

/** What a server says that knows only the text. */
const text: readonly ClientEvent[] = [
  { type: 'received.requestAddresses', message: { event: 'requestAddresses' } },
  {
    type: 'received.receiveChannels',
    message: { event: 'receiveChannels', list: { channels: [proposal, other], skipped: 0 } },
  },
  { type: 'received.receiveChannelProposal', message: { event: 'receiveChannelProposal', proposal } },
  {
    type: 'received.receiveIndicator',
    message: { event: 'receiveIndicator', fromAddress: 'addrB', otherData: 'trade info here' },
  },
  { type: 'received.ponger', message: { event: 'ponger' } },
  { type: 'received.malformed', reason: 'an unknown event', about: 'nobody', request: '' },
];

/** What a board says that knows more. */
const more: readonly ClientEvent[] = [
  { type: 'received.requestAddresses', message: { event: 'requestAddresses', board } },
  {
    type: 'received.receiveChannels',
    message: { event: 'receiveChannels', list: { channels: [proposal], skipped: 1 }, after: '1', next: '2' },
  },
  { type: 'received.channelEnded', message: { event: 'channelEnded', id: 0.5, reason: 'expired' } },
  { type: 'received.addressLost', message: { event: 'addressLost', address: 'addrA1' } },
  {
    type: 'received.boardDone',
    message: { event: 'boardDone', request: 'addresses', refused: [{ address: 'addrA2', error: 'addressTaken' }] },
  },
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

/** The answers to a registration. */
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
    input: clientInput,
    cases: [
      ...commands,
      ...lines,
      ...text,
      ...more.slice(2),
      { type: 'handedOver', id: '3', ok: true },
      { type: 'handedOver', id: '3', ok: false },
    ],
    key: ({ attempt, board: introduction, hasChannels, pending, proofs }) => [
      attempt > 0,
      introduction,
      hasChannels,
      pending,
      proofs,
    ],
  },
  {
    name: 'two requests at once, there',
    input: { ...clientInput, window: 2, attempts: 0 },
    cases: [
      { type: 'command.connect' },
      { type: 'connection.opened' },
      ...text.slice(0, 4),
      { type: 'command.propose', id: '1', proposal },
      { type: 'command.indicateInterest', id: '3', channel: other, fromAddress: 'addrA1' },
      { type: 'handedOver', id: '3', ok: true },
      { type: 'connection.lost', code: 1006, reason: '' },
      { type: 'command.close' },
    ],
    key: ({ hasChannels, pending }) => [hasChannels, pending],
  },
  {
    name: 'a board that answers',
    input: { ...clientInput, attempts: 1, window: 2 },
    cases: [...commands, ...lines, ...text, ...more, refusedAddresses],
    key: ({ attempt, board: introduction, hasChannels, pending }) => [attempt, introduction, hasChannels, pending],
  },
  {
    name: 'proofs',
    input: { ...clientInput, proves: true, attempts: 1 },
    cases: [
      ...commands,
      ...lines,
      ...text,
      ...more,
      refusedAddresses,
      {
        type: 'received.requestAddresses',
        message: { event: 'requestAddresses', board: { ...board, name: 'somebody.else' } },
      },
      { type: 'signed', id: board.nonce, proofs: ['0'.repeat(128)] },
      { type: 'signed', id: 'of another connection', proofs: ['1'.repeat(128)] },
      { type: 'refused', id: board.nonce, reason: 'the person said no' },
      { type: 'refused', id: 'of another connection', reason: 'the person said no' },
    ],
    key: ({ attempt, board: introduction, hasChannels, proofs, pending }) => [
      attempt,
      introduction,
      hasChannels,
      proofs.length,
      pending.length,
    ],
  },
  {
    name: 'somebody who only watches',
    input: { ...clientInput, addresses: [], attempts: 0 },
    cases: [...lines, ...text, ...more.slice(0, 2), { type: 'command.connect' }, { type: 'command.close' }],
    key: ({ hasChannels, board: introduction }) => [hasChannels, introduction],
  },
];
