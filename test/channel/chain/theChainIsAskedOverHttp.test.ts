/** A whole dispute over nothing but HTTP: transactions made by the node, signed by hand, posted, and looked at. */
import { decode, type Era, encode } from '../../../src/channel/encoding.ts';
import { decodeUnsigned, encodeTransaction } from '../../../src/channel/serialization.ts';
import { sign } from '../../../src/channel/signing.ts';
import { alice, bob, type Person, signed } from '../node/world.ts';
import { createTx, eras, hashOf, id, proofOf, type Split, state, text } from './dispute.ts';
import { type Asked, asked } from './http.ts';

const old: Split = [9n, 11n];
const newest: Split = [3n, 17n];

const named = (era: Era) => ({
  alice: era === 'legacy' ? alice.legacy : alice.modern,
  bob: era === 'legacy' ? bob.legacy : bob.modern,
  channel: encode('ch', era, id),
});

async function made(node: Asked, kind: string, body: object, ...by: readonly Person[]): Promise<string> {
  const { status, body: answer } = await node.post(`/v2/tx/channel/${kind}`, body);
  expect({ status, answer }).toMatchObject({ status: 200 });
  let tx = String(answer['tx']);
  for (const person of by) tx = await signed(tx, person);
  return tx;
}

async function takes(node: Asked, tx: string): Promise<string> {
  const { status, body } = await node.post('/v2/tx', { tx });
  expect({ status, body }).toMatchObject({ status: 200 });
  await node.server.chain.mine();
  return String(body['tx_hash']);
}

describe.each(eras)('in the %s era', (era) => {
  const who = named(era);
  const st = (split: Split) => encode('st', era, hashOf(split, era));
  const pi = (split: Split) => encode('pi', era, proofOf(split));
  const tx = async (round: bigint, split: Split) => encode('tx', era, await state(era, round, split));

  it('deposit, withdrawal, solo close, slash, settle', async () => {
    await using node = await asked();
    await takes(node, await text(createTx(era), era, alice, bob));
    const of = { channel_id: who.channel, fee: 1 };
    const deposit = { ...of, from: who.alice, amount: 5, round: 2, state_hash: st([15n, 10n]) };
    await takes(node, await made(node, 'deposit', deposit, alice, bob));
    const withdrawal = { ...of, to: who.bob, amount: 5, round: 3, state_hash: st([15n, 5n]), nonce: 1, ttl: 99 };
    const hash = await takes(node, await made(node, 'withdrawal', withdrawal, alice, bob));
    expect(await node.get(`/v2/tx/${encodeURIComponent(hash)}?tx_encoding=json`)).toMatchObject({
      status: 200,
      body: {
        hash,
        block_height: 3,
        confirmations: 1,
        tx: { type: 'ChannelWithdrawTx', channel_id: who.channel, amount: 5, round: 3, ttl: 99, fee: 1, nonce: 1 },
      },
    });
    const close = { ...of, from: who.alice, payload: await tx(4n, old), poi: pi(old) };
    await takes(node, await made(node, 'close/solo', close, alice));
    const closing = { channel_amount: 20, initiator_amount: 9, responder_amount: 11, round: 4, locked_until: 9 };
    expect(await node.get(`/v2/channels/${encodeURIComponent(who.channel)}`)).toMatchObject({
      status: 200,
      body: { id: who.channel, ...closing, lock_period: 5, channel_reserve: 2, solo_round: 0, state_hash: st(old) },
    });
    const slash = { ...of, from: who.bob, payload: await tx(5n, newest), poi: pi(newest) };
    await takes(node, await made(node, 'slash', slash, bob));
    await node.server.chain.mine(4);
    const settle = { ...of, from: who.bob, initiator_amount: 3, responder_amount: 17 };
    await takes(node, await made(node, 'settle', settle, bob));
    expect(await node.get(`/v2/channels/${encodeURIComponent(who.channel)}`)).toMatchObject({
      status: 404,
      body: { reason: 'Channel not found' },
    });
    const balance = async (account: string) => (await node.get(`/v2/accounts/${account}`)).body['balance'];
    // The fees: Alice paid for creating, depositing and closing, Bob for withdrawing, slashing and settling.
    expect([await balance(who.alice), await balance(who.bob)]).toEqual([990 - 3 - 5 + 3, 990 - 3 + 5 + 17]);
  });

  it('a solo close with what the chain knows, and a snapshot', async () => {
    await using node = await asked();
    await takes(node, await text(createTx(era), era, alice, bob));
    const of = { channel_id: who.channel, fee: '1', from_id: who.bob };
    await takes(node, await made(node, 'snapshot/solo', { ...of, payload: await tx(2n, old) }, bob));
    await takes(node, await made(node, 'close/solo', { ...of, payload: '', poi: pi(old) }, bob));
    expect(await node.get(`/v2/channels/${who.channel}`)).toMatchObject({ body: { round: 2, initiator_amount: 9 } });
  });
});

describe('what clients of today ask for', () => {
  it('status, height, account, nonce, gas prices', async () => {
    await using node = await asked();
    await node.server.chain.mine(2);
    expect(await node.get('/v3/status')).toMatchObject({
      status: 200,
      body: { network_id: 'ae_devnet', top_block_height: 2, node_version: '7.3.0', pending_transactions_count: 0 },
    });
    expect(await node.get('/v2/status')).toMatchObject({ status: 200, body: { height: 2, top_block_height: 2 } });
    expect(await node.get('/v3/key-blocks/current/height')).toMatchObject({ body: { height: 2 } });
    expect(await node.get(`/v3/accounts/${alice.modern}`)).toMatchObject({
      body: { id: alice.modern, balance: 1_000, nonce: 0, kind: 'basic', payable: true },
    });
    expect(await node.get(`/v3/accounts/${alice.modern}/next-nonce?strategy=max`)).toMatchObject({
      body: { next_nonce: 1 },
    });
    expect((await node.get('/v3/recent-gas-prices')).status).toBe(200);
  });

  it('a transaction, in the mempool and in a block', async () => {
    await using node = await asked();
    const tx = await text(createTx('modern'), 'modern', alice, bob);
    const { body } = await node.post('/v3/transactions', { tx });
    const path = `/v3/transactions/${String(body['tx_hash'])}`;
    expect(await node.get(path)).toMatchObject({ body: { block_height: -1, block_hash: 'none', encoded_tx: tx } });
    expect(await node.get(`/v3/accounts/${alice.modern}/next-nonce`)).toMatchObject({ body: { next_nonce: 2 } });
    await node.server.chain.mine();
    expect(await node.get(path)).toMatchObject({
      body: {
        block_height: 1,
        hash: body['tx_hash'],
        tx: { type: 'ChannelCreateTx', version: 2, initiator_id: alice.modern, lock_period: 5, delegate_ids: {} },
      },
    });
    expect(await node.post('/v3/transactions', { tx })).toMatchObject({ status: 200, body });
    expect(await node.get(`/v3/channels/${encode('ch', 'modern', id)}`)).toMatchObject({
      body: { channel_amount: 20, round: 1, delegate_ids: { initiator: [], responder: [] } },
    });
  });

  it('amounts that are too long for a double', async () => {
    const much = 123_456_789_012_345_678_901n;
    await using node = await asked({ accounts: { [alice.modern]: much } });
    expect(await node.get(`/v3/accounts/${alice.modern}`)).toMatchObject({ body: { balance: much } });
    const body = `{"channel_id":"${encode('ch', 'modern', id)}","from":"${alice.modern}","fee":1,"initiator_amount":${much},"responder_amount":0}`;
    const { body: answer } = await node.post('/v2/tx/channel/settle', body);
    expect(decodeUnsigned(decode(String(answer['tx']), 'tx').bytes)).toMatchObject({ initiatorAmount: much });
  });

  it('a signature with the network’s name before the whole transaction', async () => {
    await using node = await asked();
    const signing = { form: 'network', networkId: 'ae_devnet' } as const;
    const half = await sign(createTx('modern'), alice.signer, signing, new AbortController().signal);
    const whole = await sign(half, bob.signer, signing, new AbortController().signal);
    expect(await node.post('/v3/transactions', { tx: encode('tx', 'modern', encodeTransaction(whole)) })).toMatchObject(
      {
        status: 200,
      },
    );
  });
});
