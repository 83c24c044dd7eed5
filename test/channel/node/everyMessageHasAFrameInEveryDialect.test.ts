/**
 * The messages that nodes and parties have learnt since the text: in the frames of old and in those of today they say the same.
 */
import type { Dialect, FromNode, ToNode } from '../../../machines/channel/messages.ts';
import { encodeFromNode, encodeToNode, nodeEvent, readFromNode, readToNode } from '../../../src/channel/wire.ts';

const tx = 'tx_AAECAw==';
const huge = '123456789012345678901234567890';

const fromParties: readonly ToNode[] = [
  { action: 'update', tag: 'new', payload: { from: 'ak_1', to: 'ak_2', amount: huge, meta: ['a "quoted" text', ''] } },
  { action: 'deposit', tag: 'new', payload: { amount: huge } },
  { action: 'withdraw', tag: 'new', payload: { amount: '-1' } },
  { action: 'deposit_tx', payload: { tx } },
  { action: 'deposit_ack', payload: { tx } },
  { action: 'withdraw_tx', payload: { tx } },
  { action: 'withdraw_ack', payload: { tx } },
  { action: 'update', payload: { error: 1 } },
  { action: 'withdraw_ack', payload: { error: 65_535 } },
  { action: 'leave' },
  { action: 'get', tag: 'balances', id: 7, payload: { accounts: ['ak_1', 'ak_2'] } },
  { action: 'get', tag: 'poi', id: 'a', payload: { accounts: ['ak_1'] } },
  { action: 'get', tag: 'offchain_state' },
  { action: 'system', tag: 'ping' },
];

const fromNodes: readonly FromNode[] = [
  { action: 'info', payload: { event: 'fsm_up', fsm_id: 'ba_1' } },
  { action: 'info', payload: { event: 'update_finalized', state: tx } },
  {
    action: 'sign',
    tag: 'deposit_ack',
    payload: { tx, updates: [{ op: 'OffChainDeposit', from: 'ak_1', amount: huge }] },
  },
  {
    action: 'sign',
    tag: 'withdraw_tx',
    payload: { tx, updates: [{ op: 'OffChainWithdrawal', to: 'ak_1', amount: '2' }] },
  },
  {
    action: 'sign',
    tag: 'update',
    payload: {
      tx,
      updates: [
        { from: 'ak_1', to: 'ak_2', amount: '1' },
        { op: 'OffChainMeta', data: 'for the film' },
      ],
    },
  },
  { action: 'on_chain_tx', payload: { tx, info: 'deposit_created', type: 'channel_deposit_tx' } },
  { action: 'conflict', payload: { channel_id: 'ch_1', round: 3, error_code: 147, error_msg: 'user-defined' } },
  { action: 'leave', channel_id: 'ch_1', payload: { state: tx } },
  { action: 'get', tag: 'balances', id: 7, payload: [{ account: 'ak_1', balance: huge }] },
  { action: 'get', tag: 'poi', id: 'a', payload: { poi: 'pi_1' } },
  {
    action: 'get',
    tag: 'offchain_state',
    id: 1,
    payload: { calls: 'cs_1', trees: 'ss_1', signed_tx: tx, half_signed_tx: '' },
  },
  { action: 'system', tag: 'pong' },
];

const framings = ['epoch', 'rpc'] as const satisfies readonly Dialect[];

describe.each(framings)('in dialect %s', (dialect) => {
  test.each(fromParties)('a party says $action $tag', (message) => {
    expect(readToNode(encodeToNode(message, dialect), dialect)).toEqual(message);
  });

  test.each(fromNodes)('a node says $action $tag', (message) => {
    expect(readFromNode(encodeFromNode(message, dialect, 'ch_1'), dialect)).toEqual(message);
  });
});

test.each([
  ['not JSON', '{', 'parse_error'],
  ['an array', '[]', 'invalid_request'],
  ['without a version', '{"method":"channels.leave"}', 'invalid_request'],
  ['without a method', '{"jsonrpc":"2.0"}', 'invalid_request'],
  ['a method of nobody', '{"jsonrpc":"2.0","method":"dance"}', 'unknown_request'],
  ['an unknown method', '{"jsonrpc":"2.0","method":"channels.dance"}', 'unknown_request'],
  ['an amount as a text', '{"jsonrpc":"2.0","method":"channels.deposit","params":{"amount":"2"}}', 'not_a_number'],
  ['no recipient', '{"jsonrpc":"2.0","method":"channels.message","params":{"info":"a"}}', 'broken_account'],
  ['no text', '{"jsonrpc":"2.0","method":"channels.message","params":{"to":"ak_1"}}', 'invalid_params'],
  ['no transaction', '{"jsonrpc":"2.0","method":"channels.update","params":{}}', 'broken_encoding'],
  ['an error code of 0', '{"jsonrpc":"2.0","method":"channels.update","params":{"error":0}}', 'invalid_error_code'],
  [
    'an amount in the metadata',
    '{"jsonrpc":"2.0","method":"channels.update.new","params":{"from":"ak_1","to":"ak_2","amount":1,"meta":[1]}}',
    'invalid_meta',
  ],
])('%s is refused with its reason', (_, frame, fault) => {
  expect(nodeEvent(frame, 'rpc')).toMatchObject({ type: 'received.malformed', fault });
});
