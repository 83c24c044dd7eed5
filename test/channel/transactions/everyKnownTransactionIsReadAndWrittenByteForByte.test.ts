import { fromHex, toHex } from '../../../src/bytes.ts';
import { encode } from '../../../src/channel/encoding.ts';
import { transactionHash } from '../../../src/channel/hashes.ts';
import { encodeTransaction } from '../../../src/channel/serialization.ts';
import {
  bytesOf,
  clients,
  every,
  example,
  initiator,
  keyOf,
  read,
  record,
  recorded,
  responder,
  said,
  text,
} from './vectors.ts';

const short = (tx: string) => [tx.length > 24 ? `${tx.slice(0, 24)}…` : tx, tx] as const;

it('every known transaction is written as it was read', () => {
  expect(every.length).toBe(10 + 14 + 7 + clients.length);
  for (const tx of every) {
    const era = tx.startsWith('tx$') ? 'legacy' : 'modern';
    expect(encode('tx', era, encodeTransaction(read(tx)))).toBe(tx);
  }
});

it.each([...text.keys()].filter((one) => one.startsWith('tx')).map(short))('the text: %s', (_, tx) => {
  const { hex = '', bytes, th = '' } = text.get(tx) ?? {};
  expect(toHex(bytesOf(tx))).toBe(hex);
  expect(bytesOf(tx)).toHaveLength(bytes ?? -1);
  expect(encode('th', 'legacy', transactionHash(fromHex(hex)))).toBe(th);
});

it.each(recorded.flatMap(({ tx, hash }) => (hash === null ? [] : [[...short(tx), hash] as const])))(
  'today: %s has its hash',
  (_, tx, hash) => {
    expect(encode('th', 'modern', transactionHash(bytesOf(tx)))).toBe(hash);
  },
);

it("the text's create: 7 and 4, reserve 2, lock 10, fee 1, nonce 5", () => {
  const create = {
    type: 'channelCreate',
    era: '2018',
    initiator,
    initiatorAmount: 7n,
    responder,
    responderAmount: 4n,
    channelReserve: 2n,
    lockPeriod: 10n,
    ttl: 0n,
    fee: 1n,
    stateHash: fromHex('47f4928df9032ac4d6dd7fbd71501aacb245dc27d064f3fd246badcba2357192'),
    nonce: 5n,
  } as const;
  const tx = example('tx$6GDUCeNU');
  expect(read(tx)).toEqual(create);
  expect(encode('tx', 'legacy', encodeTransaction(create))).toBe(tx);
  expect(said(example('tx$7gq4gp1G'))).toEqual(create);
});

it("the text's close: 7 and 3, fee 1, nonce 6", () => {
  const close = {
    type: 'channelCloseMutual',
    era: '2018',
    channelId: fromHex('d4fe05644c881dc3ac9976cf49ffce840b957d67133894335a3d49475a779e34'),
    initiatorAmount: 7n,
    responderAmount: 3n,
    ttl: 0n,
    fee: 1n,
    nonce: 6n,
  } as const;
  const tx = example('tx$SUBGDUaJ');
  expect(read(tx)).toEqual(close);
  expect(encode('tx', 'legacy', encodeTransaction(close))).toBe(tx);
  expect(said(example('tx$ERkuTBJf'))).toEqual(close);
});

it("the text's time: an update says what has changed", () => {
  const update = clients.map(({ tx }) => said(tx)).find(({ type }) => type === 'channelOffchain');
  expect(update).toMatchObject({ era: '2018', round: 2n, updates: [{ op: 'transfer', amount: 2n }] });
});

it("today's close names whose nonce it is", () => {
  expect(said(record('sc_ws_close_mutual', '11(2 sig)>53v1'))).toMatchObject({
    type: 'channelCloseMutual',
    era: 'today',
    from: keyOf('ak_mLjWgLbapr5CiVD2Q248aS2TQj9itXnoPv5tteXvZaJ8tdD2C'),
    initiatorAmount: 238463579753085n,
    responderAmount: 238463579753087n,
    ttl: 0n,
    fee: 16900000000000n,
    nonce: 10n,
  });
});

it("today's update is a round and a hash", () => {
  expect(said(record('sc_ws_basic_open_close', '11(2 sig)>57v2'))).toEqual({
    type: 'channelOffchain',
    era: 'today',
    channelId: fromHex('e4f97be5cac9386a02262f57486452f55236d56c57e807461435cc5dc36b4635'),
    round: 2n,
    stateHash: fromHex('a6626ad423c5ae2e13c7ab233de32429524fe6e4d7ae71920779ab2edd0742ca'),
  });
});

it("today's deposit and withdrawal", () => {
  const from = keyOf('ak_mLjWgLbapr5CiVD2Q248aS2TQj9itXnoPv5tteXvZaJ8tdD2C');
  const common = { amount: 2n, ttl: 0n, fee: 17320000000000n };
  expect(said(record('continuous/sc_ws_deposit', '11(2 sig)>51v1'))).toMatchObject({
    ...common,
    type: 'channelDeposit',
    from,
    round: 2n,
    nonce: 50n,
  });
  expect(said(record('continuous/sc_ws_withdraw', '11(2 sig)>52v1'))).toMatchObject({
    ...common,
    type: 'channelWithdraw',
    to: from,
    round: 4n,
    nonce: 51n,
  });
});

it("today's create has delegates of both; the one before had them together", () => {
  const create = clients.map(({ tx }) => said(tx)).find((one) => 'era' in one && one.era === 'today');
  expect(create).toMatchObject({ type: 'channelCreate', initiatorDelegates: [], responderDelegates: [], nonce: 1n });
  expect(said(record('sc_ws_slash', 'create, signed'))).toMatchObject({
    type: 'channelCreate',
    era: 'delegates',
    initiatorAmount: 70000000000000n,
    responderAmount: 40000000000000n,
    delegates: [],
  });
});

it('one party closes with a proof, the other answers with a later state, and one settles', () => {
  const closing = said(record('sc_ws_optional_params_close_solo', 'close solo, signed'));
  const slash = said(record('sc_ws_slash', 'slash, signed'));
  const settle = said(record('sc_ws_slash', 'settle, signed'));
  expect(closing).toMatchObject({ type: 'channelCloseSolo', payload: new Uint8Array(0) });
  expect(slash).toMatchObject({ type: 'channelSlash' });
  expect(settle).toMatchObject({
    type: 'channelSettle',
    initiatorAmount: 69999999999998n,
    responderAmount: 40000000000002n,
  });
});
