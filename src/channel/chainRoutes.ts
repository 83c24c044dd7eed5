/**
 * The chain over HTTP: looking, and posting what changes it. Under `/v2` as the nodes of the protocol text had it ("HTTP requests"), under `/v3` what
 * clients of today ask for before and after they post a transaction of their own. The table of all routes is in `machines/channel/README.md`.
 */
import type { RequestListener } from 'node:http';
import { z } from 'zod';
import { fromHex, toHex } from '../bytes.ts';
import type { Chain } from './chain.ts';
import { draftRoutes } from './chainDrafts.ts';
import { type Asked, NotAnswered, type Route, routed } from './chainHttp.ts';
import { readPosting } from './chainPosting.ts';
import type { ChainTransaction } from './chainState.ts';
import { channelView, hashOfName, transactionView } from './chainView.ts';
import { accountKey, decode, type Era, encode } from './encoding.ts';
import { decodeSigned } from './serialization.ts';

/** `{tx}`, a transaction with its signatures. */
const postSchema = z.object({ tx: z.string().max(65_536) });

/** Which rules the chain says it has: those since 2024, the only ones for which clients of today make transactions. */
const protocol = { version: 6, effective_at_height: 0 };

function found(chain: Chain, { name }: Asked): ChainTransaction {
  const transaction = chain.transaction(name);
  if (transaction !== undefined) return transaction;
  // What is no hash at all is told apart from one that is not known.
  decode(name, 'th');
  throw new NotAnswered(404, 'Transaction not found');
}

function transaction(chain: Chain, asked: Asked): object {
  const { hash, tx, blockHash, blockHeight = -1, confirmations } = found(chain, asked);
  const { era, bytes } = decode(tx, 'tx');
  const isJson = asked.query.get('tx_encoding') === 'json';
  return {
    hash,
    block_hash: blockHash,
    block_height: blockHeight,
    confirmations,
    tx: isJson ? transactionView(decodeSigned(bytes).transaction, era) : tx,
  };
}

function transactionToday(chain: Chain, asked: Asked): object {
  const { hash, tx, blockHash, blockHeight = -1 } = found(chain, asked);
  const { era, bytes } = decode(tx, 'tx');
  const { transaction: inner, signatures } = decodeSigned(bytes);
  return {
    hash,
    block_hash: blockHash,
    block_height: blockHeight,
    encoded_tx: tx,
    signatures: signatures.map((signature) => encode('sg', era, signature)),
    tx: transactionView(inner, era),
  };
}

async function post(chain: Chain, { body }: Asked): Promise<object> {
  const given = postSchema.safeParse(body);
  if (!given.success) throw new NotAnswered(400, 'The body is not {"tx": "tx_…"}.');
  const refusal = await chain.post(given.data.tx);
  if (refusal !== undefined) throw new NotAnswered(400, refusal);
  const { hash, era } = readPosting(given.data.tx);
  return { tx_hash: encode('th', era, fromHex(hash)) };
}

function channel(chain: Chain, { name }: Asked): object {
  const { bytes, era } = decode(name, 'ch');
  const known = chain.channel(toHex(bytes));
  if (known === undefined) throw new NotAnswered(404, 'Channel not found');
  return channelView(known, era);
}

function account(chain: Chain, { name }: Asked): object {
  const { balance, nonce } = chain.account(name);
  return { id: name, balance, nonce, kind: 'basic', payable: true };
}

function status(chain: Chain): object {
  const name = (kind: 'kh' | 'ak', text: string, era: Era = 'modern') => encode(kind, era, fromHex(hashOfName(text)));
  return {
    genesis_key_block_hash: name('kh', chain.networkId),
    solutions: 0,
    difficulty: 0,
    hashrate: 0,
    syncing: false,
    sync_progress: 100,
    uptime: 'unknown',
    listening: true,
    protocols: [protocol],
    node_version: '7.3.0',
    node_revision: 'statewire',
    peer_count: 0,
    peer_connections: { inbound: 0, outbound: 0 },
    pending_transactions_count: chain.waiting,
    network_id: chain.networkId,
    peer_pubkey: name('ak', 'statewire'),
    top_key_block_hash: encode('kh', 'modern', fromHex(chain.topHash)),
    top_block_height: chain.height,
    height: chain.height,
  };
}

/** What can be asked of a chain. */
export const routesOf = (chain: Chain): readonly Route[] => [
  { method: 'GET', path: '/v2/status', answer: () => status(chain) },
  { method: 'GET', path: '/v2/accounts/:name', answer: (asked) => account(chain, asked) },
  { method: 'GET', path: '/v2/channels/:name', answer: (asked) => channel(chain, asked) },
  { method: 'GET', path: '/v2/tx/:name', answer: (asked) => transaction(chain, asked) },
  { method: 'POST', path: '/v2/tx', answer: (asked) => post(chain, asked) },
  ...draftRoutes(chain),
  { method: 'GET', path: '/v3/status', answer: () => status(chain) },
  { method: 'GET', path: '/v3/key-blocks/current/height', answer: () => ({ height: chain.height }) },
  // No block is ever full: nobody needs to offer more than the least.
  {
    method: 'GET',
    path: '/v3/recent-gas-prices',
    answer: () => [1, 5, 15, 60].map((minutes) => ({ min_gas_price: 1, minutes, utilization: 0 })),
  },
  { method: 'GET', path: '/v3/accounts/:name', answer: (asked) => account(chain, asked) },
  {
    method: 'GET',
    path: '/v3/accounts/:name/next-nonce',
    answer: ({ name }) => ({ next_nonce: chain.nextNonce(toHex(accountKey(name))) }),
  },
  { method: 'GET', path: '/v3/channels/:name', answer: (asked) => channel(chain, asked) },
  { method: 'GET', path: '/v3/transactions/:name', answer: (asked) => transactionToday(chain, asked) },
  { method: 'POST', path: '/v3/transactions', answer: (asked) => post(chain, asked) },
];

/** Answers what is asked of the chain, and passes on what is not. @param report is told of what goes wrong here */
export const chainRoutes = (
  chain: Chain,
  report: (error: unknown) => void,
  other: RequestListener = (_, response) => response.writeHead(404).end('Not here.\n'),
): RequestListener => routed(routesOf(chain), report, other);
