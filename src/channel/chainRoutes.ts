/**
 * Looking at the chain over HTTP: `GET /v2/tx/<hash>` as in the protocol text, and `GET /v2/accounts/<account>`.
 */
import type { RequestListener, ServerResponse } from 'node:http';
import { toJson } from '../json.ts';
import type { Chain } from './chain.ts';
import { see } from './seen.ts';
import { Undecodable } from './undecodable.ts';

function answer(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' })
    .end(`${toJson(body)}\n`);
}

function showTransaction(chain: Chain, hash: string, isJson: boolean, response: ServerResponse): void {
  const found = chain.transaction(hash);
  if (found === undefined) {
    answer(response, 404, { reason: 'Transaction not found' });
    return;
  }
  const { blockHash, blockHeight, confirmations, tx } = found;
  answer(response, 200, {
    hash: found.hash,
    block_hash: blockHash,
    block_height: blockHeight ?? -1,
    confirmations,
    tx: isJson ? see(tx) : tx,
  });
}

function showAccount(chain: Chain, account: string, response: ServerResponse): void {
  try {
    answer(response, 200, { id: account, balance: chain.balance(account) });
  } catch (error) {
    if (!(error instanceof Undecodable)) throw error;
    answer(response, 400, { reason: 'Invalid account' });
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Answers what is asked of the chain, and passes on what is not. */
export function chainRoutes(chain: Chain, other?: RequestListener): RequestListener {
  return (request, response) => {
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const [, version, kind, name] = path.split('/');
    const isAsked = request.method === 'GET' && version === 'v2' && name !== undefined;
    if (isAsked && kind === 'tx') {
      showTransaction(chain, decoded(name), new URLSearchParams(query).get('tx_encoding') === 'json', response);
    } else if (isAsked && kind === 'accounts') showAccount(chain, decoded(name), response);
    else if (other === undefined) response.writeHead(404).end('Not here.\n');
    else other(request, response);
  };
}
