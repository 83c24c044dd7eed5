/**
 * Today's client closes alone, slashes and settles with nothing but its own tools and our chain's routes: it asks for nonces, fees, heights, builds,
 * signs, posts, and waits.
 */
import { accountKey, decode, encode } from '../../../src/channel/encoding.ts';
import { type Balance, channelId, stateHash } from '../../../src/channel/hashes.ts';
import { proofOfBalances } from '../../../src/channel/poi.ts';
import { decodeTransaction, encodeTransaction } from '../../../src/channel/serialization.ts';
import { type ChannelServer, channelServer } from '../../../src/channel/serve.ts';
import { merged } from '../../../src/channel/signatures.ts';
import type { Unsigned } from '../../../src/channel/transactions.ts';
import { installTimeout } from '../install.ts';
import { type Account, networkId, type Sdk, sdk } from './client.ts';

const each = 10n ** 15n;

let loaded: Sdk;
let server: ChannelServer;

beforeAll(async () => {
  loaded = await sdk();
  server = await channelServer({ blockMs: 50 });
}, installTimeout);

afterAll(() => server.close());

async function signedByBoth(tx: Unsigned, accounts: readonly [Account, Account]): Promise<string> {
  const bare = encode('tx', 'modern', encodeTransaction(tx));
  const [one, other] = accounts.map(async (account) =>
    decodeTransaction(decode(await account.signTransaction(bare, { networkId }), 'tx').bytes),
  );
  if (one === undefined || other === undefined) throw new Error('There are two.');
  return encode('tx', 'modern', encodeTransaction(merged(await one, await other)));
}

it('closes with an old state, is slashed, and settles to the unit', async () => {
  const { AeSdk, Node, MemoryAccount, Tag, unpackEntry } = loaded;
  const [alice, bob] = [MemoryAccount.generate(), MemoryAccount.generate()];
  const node = new Node(server.url.replace('ws', 'http'));
  const nodes = [{ name: 'ours', instance: node }];
  const app = new AeSdk({ nodes, accounts: [alice, bob], _expectedMineRate: 50, _microBlockCycle: 50 });
  const [initiator, responder] = [accountKey(alice.address), accountKey(bob.address)];
  const balances = (paid: bigint): readonly Balance[] => [
    { account: initiator, balance: each - paid },
    { account: responder, balance: each + paid },
  ];
  const hash = (paid: bigint) => stateHash(balances(paid), 'today');
  const create: Unsigned = {
    type: 'channelCreate',
    era: 'today',
    initiator,
    responder,
    initiatorAmount: each,
    responderAmount: each,
    channelReserve: 0n,
    lockPeriod: 5n,
    ttl: 0n,
    fee: 1n,
    initiatorDelegates: [],
    responderDelegates: [],
    stateHash: hash(0n),
    nonce: 1n,
  };
  await node.postTransaction({ tx: await signedByBoth(create, [alice, bob]) });
  await app.awaitHeight((await app.getHeight()) + 2);
  const id = channelId(initiator, 1n, responder);
  const of = { channelId: encode('ch', 'modern', id) };
  expect(await node.getChannelByPubkey(of.channelId)).toMatchObject({ channelAmount: 2n * each, round: 1 });
  const state = (round: bigint, paid: bigint) =>
    signedByBoth({ type: 'channelOffchain', era: 'today', channelId: id, round, stateHash: hash(paid) }, [alice, bob]);
  const poi = (paid: bigint) => unpackEntry(encode('pi', 'modern', proofOfBalances(balances(paid))));
  const before = await Promise.all([alice, bob].map(({ address }) => app.getBalance(address)));
  const feesBefore = server.chain.fees;

  const close = {
    tag: Tag['ChannelCloseSoloTx'],
    ...of,
    fromId: alice.address,
    payload: await state(2n, 7n),
    poi: poi(7n),
  };
  await app.sendTransaction(await app.buildTx(close), { onAccount: alice });
  const slash = { tag: Tag['ChannelSlashTx'], ...of, fromId: bob.address, payload: await state(3n, 9n), poi: poi(9n) };
  const { blockHeight } = await app.sendTransaction(await app.buildTx(slash), { onAccount: bob });
  expect(await node.getChannelByPubkey(of.channelId)).toMatchObject({ round: 3, lockedUntil: blockHeight + 5 });
  await app.awaitHeight(blockHeight + 5);
  const amounts = { initiatorAmountFinal: each - 9n, responderAmountFinal: each + 9n };
  const settle = { tag: Tag['ChannelSettleTx'], ...of, fromId: bob.address, ...amounts };
  await app.sendTransaction(await app.buildTx(settle), { onAccount: bob });

  await expect(node.getChannelByPubkey(of.channelId)).rejects.toThrow('Channel not found');
  const after = await Promise.all([alice, bob].map(({ address }) => app.getBalance(address)));
  const sum = (all: readonly string[]) => all.reduce((total, amount) => total + BigInt(amount), 0n);
  expect(sum(after) + server.chain.fees - feesBefore).toBe(sum(before) + 2n * each);
  expect([server.chain.locked, server.chain.burnt]).toEqual([0n, 0n]);
}, 60_000);
