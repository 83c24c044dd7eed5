/**
 * Our party, our node, and at the other end somebody with a raw WebSocket and a key who says whatever there is to say, in every state of the channel.
 * Ours signs nothing wrong, and when the other behaves again the two can pay; the node reports no defect.
 */
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { connect } from '../../../adapters/ws.ts';
import { Channel } from '../../../src/channel/channel.ts';
import { decode, encode } from '../../../src/channel/encoding.ts';
import type { ChannelNotice } from '../../../src/channel/options.ts';
import { decodeTransaction, encodeTransaction } from '../../../src/channel/serialization.ts';
import { alice, bob, mallory, signed, textTerms, txOf, World, type Wscat } from '../node/world.ts';

let world: World;
let channel: Channel;
let told: ChannelNotice[];
let bad: Wscat;

const eras = ['legacy', 'modern'] as const;
type Era = (typeof eras)[number];

async function meet(era: Era): Promise<void> {
  world = await World.open({ limits: { violations: 10_000, messagesPerSecond: 0 } });
  told = [];
  channel = new Channel(connect, {
    url: world.server.url,
    role: 'initiator',
    initiator: alice[era],
    responder: bob[era],
    initiatorAmount: 10n,
    responderAmount: 10n,
    pushAmount: 3n,
    channelReserve: 2n,
    lockPeriod: 10,
    ttl: Number(textTerms.ttl),
    host: 'localhost',
    port: 1234,
    signer: alice.signer,
    store: new MemoryStore(),
    report: (error) => world.reports.push(error),
    notify: (notice) => {
      told.push(notice);
      if (notice.type === 'progress' && notice.step === 'on_chain_tx') void world.server.chain.mine(5);
    },
  });
  const opening = channel.open();
  bad = await world.connect('responder', { era });
  await bad.shows(2);
  await bad.signs();
  await bad.shows(4);
  await opening;
}

afterEach(async () => {
  await channel.disconnect();
  await world.close();
  expect(world.reports).toEqual([]);
});

const long = '9'.repeat(60_000);
const strange = (era: Era, tx: string): string[] => {
  const accounts = `"from":"${bob[era]}","to":"${alice[era]}"`;
  const amounts = [
    '1.5',
    '-1',
    '-0.5',
    '1e400',
    '-1e400',
    'NaN',
    'null',
    'true',
    '"1"',
    '[]',
    '{}',
    '1000000000000000001',
    `${2n ** 64n}`,
    `${2n ** 256n}`,
    `-${2n ** 256n}`,
    '9'.repeat(80),
    '9'.repeat(81),
    long,
    `1e${long.slice(0, 20)}`,
  ];
  const replies = ['update', 'update_ack', 'shutdown_sign', 'shutdown_sign_ack', 'initiator_signed', 'responder_sign'];
  const { bytes } = decode(tx, 'tx');
  const transactions = [
    tx,
    `${tx}x`,
    `${tx.slice(0, -1)}${tx.endsWith('1') ? '2' : '1'}`,
    tx.replace(/^tx/, 'th'),
    'tx_',
    'tx$',
    'tx$0OIl',
    '',
    'x'.repeat(16_384),
    'x'.repeat(16_385),
    encode('tx', era, bytes.subarray(0, 20)),
    encode('tx', era, new Uint8Array(1_000).fill(0xff)),
  ];
  return [
    ...amounts.map((amount) => `{"action":"update","tag":"new","payload":{${accounts},"amount":${amount}}}`),
    `{"action":"update","tag":"new","payload":{"__proto__":{${accounts},"amount":1}}}`,
    `{"action":"update","tag":"new","__proto__":{"payload":{${accounts},"amount":1234567890123456789}}}`,
    `{"__proto__":{"action":"shutdown"}}`,
    '{"action":"__proto__"}',
    '{"action":"constructor"}',
    '{"action":"toString","tag":"new"}',
    '{"action":"update","tag":"__proto__","payload":{}}',
    `{"action":"update","tag":"new","payload":{"from":"${bob[era]}","to":"${bob[era]}","amount":1}}`,
    `{"action":"update","tag":"new","payload":{"from":"${mallory[era]}","to":"${bob[era]}","amount":1}}`,
    `{"action":"message","payload":{"info":"x","to":"${mallory[era]}"}}`,
    `{"action":"message","payload":{"info":{},"to":"${alice[era]}"}}`,
    `{"action":"message","payload":{"info":"${'x'.repeat(64_000)}","to":"${alice[era]}"}}`,
    `{"action":"message","payload":{"info":"\\ud800\\u0000","to":"${alice[era]}"}}`,
    '[]',
    '0',
    'null',
    '"x"',
    '',
    '{',
    '['.repeat(30_000),
    `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
    `${'{"a":'.repeat(5_000)}1234567890123456789${'}'.repeat(5_000)}`,
    ...replies.flatMap((action) => transactions.map((text) => JSON.stringify({ action, payload: { tx: text } }))),
  ];
};

/** All of it, and its answers: the last frame is answered last. */
async function saysAll(era: Era, tx: string): Promise<void> {
  for (const frame of strange(era, tx)) bad.type(frame);
  bad.socket.send(new Uint8Array([1, 2, 3]));
  bad.type({ action: 'the end' });
  for (;;) {
    if ((await bad.text()).includes('the end')) return;
  }
}

/** The next request to sign, whatever comes before it. */
async function asked(tag: string) {
  for (;;) {
    const message = await bad.next();
    if (message['action'] === 'sign' && message['tag'] === tag) return message;
  }
}

async function pays(amount: bigint): Promise<void> {
  const paying = channel.pay(amount);
  paying.catch(() => {});
  const request = await asked('update_ack');
  bad.type({ action: 'update_ack', payload: { tx: await signed(txOf(request), bob) } });
  await paying;
}

describe.each(eras)('%s', (era) => {
  beforeEach(() => meet(era));

  it('while nothing is under way', async () => {
    await saysAll(era, channel.state?.tx ?? '');
    expect(channel.state).toMatchObject({ round: 1, initiatorAmount: 7n, responderAmount: 13n });
    expect(told.filter(({ type }) => type === 'declined' || type === 'died')).toEqual([]);
    await pays(1n);
    expect(channel.state).toMatchObject({ round: 2, initiatorAmount: 6n });
  });

  it('while its signature is awaited', async () => {
    const paying = channel.pay(1n);
    paying.catch(() => {});
    const request = await asked('update_ack');
    await saysAll(era, txOf(request));
    const forged = await signed(txOf(request), mallory);
    bad.type({ action: 'update_ack', payload: { tx: forged } });
    // Not even with more signatures, or with what is none.
    const { bytes } = decode(txOf(request), 'tx');
    const transaction = decodeTransaction(bytes);
    const { transaction: inner } = transaction.type === 'signed' ? transaction : { transaction };
    for (const signatures of [
      [new Uint8Array(64)],
      [new Uint8Array(64).fill(255)],
      [new Uint8Array(64).fill(1), new Uint8Array(64).fill(2), new Uint8Array(64).fill(3)],
    ]) {
      const text = encode('tx', era, encodeTransaction({ type: 'signed', signatures, transaction: inner }));
      bad.type({ action: 'update_ack', payload: { tx: text } });
    }
    expect(channel.machineState).toBe('open.awaitingFinalized');
    bad.type({ action: 'update_ack', payload: { tx: await signed(txOf(request), bob) } });
    expect(await paying).toMatchObject({ round: 2, initiatorAmount: 6n });
    await pays(2n);
  });

  it('while it closes', async () => {
    const closing = channel.shutdown();
    closing.catch(() => {});
    const request = await asked('shutdown_sign_ack');
    await saysAll(era, txOf(request));
    bad.type({ action: 'shutdown_sign_ack', payload: { tx: await signed(txOf(request), mallory) } });
    bad.type({ action: 'shutdown_sign_ack', payload: { tx: await signed(txOf(request), bob) } });
    expect((await closing).tx).not.toBe('');
    await channel.ended;
    expect(await bad.closed).toEqual([1000, '']);
    await world.server.chain.mine();
    expect(world.server.chain.locked).toBe(0n);
  });
});
