/**
 * Example events of both roles: enough for every transition, both outcomes of every guard, and every message in every state.
 */
import type { Scenario } from '../../src/testing/paths.ts';
import type { ClientEvent, ClientInput, client } from './client.ts';
import type { ServerEvent, ServerInput, server } from './server.ts';

const fresh = '00112233445566778899aabbccddeeff';
const other = 'ffeeddccbbaa99887766554433221100';

const text: readonly ServerEvent[] = [
  { type: 'received.INIT', message: { type: 'INIT' }, fresh },
  { type: 'received.ROUTE', message: { type: 'ROUTE', EpheWssAddr: other, msg: '{"n":12345678901234567890}' } },
  { type: 'received.INITRESP', message: { type: 'INITRESP', EpheWssAddr: other } },
  { type: 'received.DELIVER', message: { type: 'DELIVER', msg: '{}' } },
  { type: 'received.ERR', message: { type: 'ERR', errCode: 404, errMsg: 'Socket address not found' } },
  { type: 'received.malformed', reason: 'not JSON' },
  { type: 'received.ACK', message: { type: 'ACK', id: 'd1' } },
  { type: 'received.LEAVE', message: { type: 'LEAVE' } },
  { type: 'received.LEFT', message: { type: 'LEFT' } },
  { type: 'unroutable', id: '', error: 'unknownAddress' },
  { type: 'connection.lost', code: 1006, reason: '' },
  { type: 'command.close' },
  { type: 'command.init' },
];

const serverInput: ServerInput = {
  maxAddresses: 2,
  window: 1,
  maxViolations: 2,
  ackTimeout: 30_000,
  closeTimeout: 5_000,
};

/** The server's side: limits so small that a path reaches them. */
export const serverScenarios: readonly Scenario<typeof server>[] = [
  {
    name: 'the five messages',
    input: serverInput,
    cases: [...text, { type: 'deliver', id: 'd1', msg: '{}' }],
    key: ({ addresses, violations }) => [addresses.length, violations],
  },
  {
    name: 'acknowledged addresses',
    input: serverInput,
    cases: [...text, { type: 'received.INIT', message: { type: 'INIT', ack: true }, fresh }],
    key: ({ addresses }) => [addresses.length],
  },
  {
    name: 'acknowledged routes',
    input: serverInput,
    cases: [
      ...text,
      { type: 'received.INIT', message: { type: 'INIT', ack: true }, fresh },
      { type: 'received.ROUTE', message: { type: 'ROUTE', EpheWssAddr: other, msg: '{}', id: 'r1' } },
      { type: 'received.ROUTE', message: { type: 'ROUTE', EpheWssAddr: other, msg: '{}', id: 'r2' } },
      { type: 'routed', id: 'r1', confirmed: true },
      { type: 'routed', id: 'r1', confirmed: false },
      { type: 'unroutable', id: 'r1', error: 'unacknowledged' },
    ],
    key: ({ routing, settled }) => [routing, settled],
  },
  {
    name: 'acknowledged deliveries',
    input: { ...serverInput, window: 2 },
    cases: [
      ...text,
      { type: 'received.INIT', message: { type: 'INIT', ack: true }, fresh },
      { type: 'deliver', id: 'd1', msg: '[1.10]' },
      { type: 'deliver', id: 'd2', msg: '"text"' },
    ],
    key: ({ unacknowledged }) => unacknowledged,
  },
];

const clientInput: ClientInput = {
  ack: true,
  attempts: 2,
  window: 1,
  ackTimeout: 60_000,
  addressTimeout: 10_000,
  closeTimeout: 5_000,
};

const fromServer: readonly ClientEvent[] = [
  { type: 'command.connect' },
  { type: 'command.route', id: 'r1', to: other, msg: '{"n":12345678901234567890}' },
  { type: 'command.close' },
  { type: 'command.unknown' },
  { type: 'connection.opened' },
  { type: 'connection.failed', reason: 'nobody there' },
  { type: 'connection.lost', code: 1001, reason: 'Going away' },
  { type: 'received.INITRESP', message: { type: 'INITRESP', EpheWssAddr: fresh } },
  { type: 'received.DELIVER', message: { type: 'DELIVER', msg: '[1.10]' } },
  { type: 'received.ERR', message: { type: 'ERR', errCode: 404, errMsg: 'Socket address not found' } },
  { type: 'received.LEAVE', message: { type: 'LEAVE' } },
  { type: 'received.LEFT', message: { type: 'LEFT' } },
  { type: 'received.INIT', message: { type: 'INIT' } },
  { type: 'received.ROUTE', message: { type: 'ROUTE', EpheWssAddr: fresh, msg: '{}' } },
  { type: 'received.ACK', message: { type: 'ACK', id: 'r1' } },
  { type: 'received.malformed', reason: 'not JSON' },
];

/** The client's side. */
export const clientScenarios: readonly Scenario<typeof client>[] = [
  {
    name: 'the five messages',
    input: { ...clientInput, ack: false, attempts: 0 },
    cases: [...fromServer, { type: 'handedOver', id: 'r1', ok: true }, { type: 'handedOver', id: 'r1', ok: false }],
    key: ({ pending }) => pending,
  },
  {
    name: 'acknowledged routes',
    input: { ...clientInput, attempts: 1 },
    cases: [
      ...fromServer,
      { type: 'received.INITRESP', message: { type: 'INITRESP', EpheWssAddr: other, ack: 2 } },
      { type: 'command.route', id: 'r2', to: other, msg: '[]' },
      { type: 'received.ACK', message: { type: 'ACK', id: 'r1', sent: true } },
      { type: 'received.ACK', message: { type: 'ACK', id: 'r2' } },
      {
        type: 'received.ERR',
        message: { type: 'ERR', errCode: 507, errMsg: 'The receiver reads too slowly', id: 'r1' },
      },
      { type: 'received.ERR', message: { type: 'ERR', errCode: 404, errMsg: 'Socket address not found', id: 'r2' } },
    ],
    key: ({ pending }) => pending,
  },
  {
    name: 'acknowledged deliveries',
    input: { ...clientInput, attempts: 1 },
    cases: [
      ...fromServer,
      { type: 'received.INITRESP', message: { type: 'INITRESP', EpheWssAddr: other, ack: 1 } },
      { type: 'received.DELIVER', message: { type: 'DELIVER', msg: '"text"', id: 'd1' } },
    ],
    key: ({ recent }) => recent,
  },
  {
    name: 'a server that only knows the text, and a bad line',
    input: clientInput,
    cases: fromServer,
    key: ({ attempt }) => attempt,
  },
];
