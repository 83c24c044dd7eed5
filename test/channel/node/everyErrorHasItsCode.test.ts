/** Every code that a node of today refuses with, and that there is a reason for here: what is asked brings it, and changes nothing. */
import { decode, encode } from '../../../src/channel/encoding.ts';
import { decodeTransaction, encodeTransaction } from '../../../src/channel/serialization.ts';
import { type Caller, call, codeOf, type Opened, opened, pays } from './today.ts';
import { alice, bob, fields, mallory, signed, World } from './world.ts';

let world: World;
let channel: Opened;

beforeAll(async () => {
  world = await World.open();
  channel = await opened(world);
});
afterAll(() => world.close());

const [from, to, stranger] = [alice.modern, bob.modern, mallory.modern];
const paying = (params: object) => ['update.new', { from, to, amount: 1, ...params }] as const;

test.each([
  [100, 'get.poi', { accounts: [stranger] }],
  [105, 'deposit', { amount: 0 }],
  [1001, ...paying({ amount: 10n ** 15n })],
  [1001, 'withdraw', { amount: 10n ** 15n }],
  [1001, 'deposit', { amount: 10n ** 30n }],
  [1002, ...paying({ amount: -1 })],
  [1002, 'deposit', { amount: -1 }],
  [1003, ...paying({ to: stranger })],
  [1005, ...paying({ to: 'ak_nobody' })],
  [1005, 'get.balances', { accounts: ['ak_nobody'] }],
  [1008, ...paying({ amount: '1' })],
  [1008, 'withdraw', { amount: 1.5 }],
  [1010, 'update', { signed_tx: 'tx_1' }],
  [1011, 'message', { to: stranger, info: 'hejsan' }],
  [1014, ...paying({ meta: [1] })],
  [1015, 'update_ack', { error: 0 }],
  [1018, 'update_ack', { error: 1 }],
  [-32601, 'dance', {}],
  [-32602, 'message', { to }],
] as const)('%d: %s', async (code, method, params) => {
  const { initiator } = channel;
  const text = JSON.stringify(params, (_, value: unknown) => (typeof value === 'bigint' ? `#${value}#` : value));
  const request = `{"jsonrpc":"2.0","method":"channels.${method}","params":${text.replaceAll(/"#|#"/g, '')}}`;
  initiator.line.type(request);
  const frame = await initiator.line.text();
  expect(codeOf(fields(JSON.parse(frame)))).toBe(code);
  expect(frame).toContain(`"request":${request}}`);
});

test.each([
  [-32700, '{'],
  [-32000, '{"method":"channels.leave"}'],
])('%d: %s', async (code, text) => {
  const { initiator } = channel;
  initiator.line.type(text);
  expect(codeOf(await initiator.line.next())).toBe(code);
});

/** Is asked to sign an update, and answers with something else first. */
async function answersWith(caller: Caller, wrong: (asked: string) => Promise<string>): Promise<unknown> {
  caller.says('update.new', { from, to, amount: 1 });
  const { data } = await caller.next();
  const asked = String(data['signed_tx']);
  caller.says('update', { signed_tx: await wrong(asked) });
  const { frame } = await caller.next();
  caller.says('update', { error: 1 });
  expect(await caller.hears(1)).toEqual(['info aborted_update']);
  return codeOf(frame);
}

test('1017: a signature of somebody else, or none', async () => {
  expect(await answersWith(channel.initiator, (asked) => signed(asked, mallory))).toBe(1017);
  expect(await answersWith(channel.initiator, (asked) => Promise.resolve(asked))).toBe(1017);
});

/** The last state that both have signed. */
async function lastState({ initiator }: Pick<Opened, 'initiator'>): Promise<string> {
  initiator.says('get.offchain_state', {}, 1);
  return String(fields((await initiator.next()).frame['result'])['signed_tx']);
}

test('1012 and 104: another transaction than the one that is asked for', async () => {
  const { initiator, responder } = channel;
  const create = await lastState(channel);
  await pays(initiator, responder, 7);
  const old = await lastState(channel);
  await pays(initiator, responder, 7);
  expect(await answersWith(initiator, () => Promise.resolve(create))).toBe(1012);
  expect(await answersWith(initiator, () => Promise.resolve(old))).toBe(104);
});

test('107: what has no room to wait', async () => {
  const { initiator, responder } = channel;
  initiator.says('update.new', { from, to, amount: 1 });
  await initiator.signs('update');
  await responder.hears(2);
  for (let count = 0; count < 17; count += 1) initiator.says('update.new', { from, to, amount: 1 });
  expect(await initiator.hears(1)).toEqual(['error 107']);
});

test('108: a question before there is an answer', async () => {
  const early = await call(world, 'initiator', { port: '4321' });
  await early.hears(1);
  early.says('get.offchain_state', {}, 3);
  const { frame } = await early.next();
  expect([frame['id'], codeOf(frame)]).toEqual([3, 108]);
});

test.each([
  [2000, 'existing_fsm_id is missing', {}],
  [1016, 'existing_fsm_id is another one', { existing_fsm_id: 'ba_AAAA' }],
  [1010, 'offchain_tx is no transaction', { offchain_tx: 'tx_1' }],
])('%d: a party that does not say how it comes back', async (code, reason, more) => {
  const caller = await call(world, 'initiator', { existing_channel_id: channel.channelId, ...more });
  expect(await caller.hears(1)).toEqual([`error ${code}`]);
  expect(await caller.line.closed).toEqual([1008, reason]);
});

test('1012, 104, 1017 and 1018: a state that is not the last one, or not by both, is not come back by', async () => {
  const own = await World.open();
  const { initiator, responder, channelId } = await opened(own);
  const create = await lastState({ initiator });
  await pays(initiator, responder, 7);
  const last = await lastState({ initiator });
  initiator.says('shutdown');
  const { data } = await initiator.next();
  const backWith = (offchain_tx: string) => call(own, 'responder', { existing_channel_id: channelId, offchain_tx });
  const whole = decodeTransaction(decode(last, 'tx').bytes);
  if (whole.type !== 'signed') throw new Error('The state is not signed.');
  const signatures = whole.signatures.slice(1);
  const halfSigned = encode('tx', 'modern', encodeTransaction({ ...whole, signatures }));
  for (const [code, reason, tx] of [
    [1012, 'offchain_tx is no state', String(data['signed_tx'])],
    [104, 'offchain_tx is not the last state', create],
    [1017, 'not both have signed offchain_tx', halfSigned],
    [1018, 'the responder of this channel is here already', last],
  ] as const) {
    const caller = await backWith(tx);
    expect(await caller.hears(1)).toEqual([`error ${code}`]);
    expect(await caller.line.closed).toEqual([1008, reason]);
  }
  initiator.says('shutdown_sign', { error: 1 });
  expect(await initiator.hears(1)).toEqual(['info aborted_update']);
  await pays(responder, initiator, 1);
  await own.close();
});

test('104: what the chain does not take', async () => {
  const rich = `${10n ** 26n}`;
  const more = { initiator_amount: rich, port: '4322' };
  const initiator = await call(world, 'initiator', more);
  const responder = await call(world, 'responder', more);
  await Promise.all([initiator.hears(2), responder.hears(2)]);
  await initiator.signs('initiator_sign');
  await responder.hears(1);
  await responder.signs('responder_sign');
  expect(await initiator.hears(3)).toEqual(['info funding_signed', 'error 104', 'info died']);
  expect(await responder.hears(2)).toEqual(['error 104', 'info died']);
});

test('100: a channel that there is not', async () => {
  const more = {
    existing_channel_id: channel.channelId,
    existing_fsm_id: channel.fsmIds.initiator,
    responder_id: stranger,
  };
  const caller = await call(world, 'initiator', more);
  expect(await caller.hears(1)).toEqual(['error 100']);
});
