/**
 * The challenge of the server: what a client must sign to join an address, and whether it has.
 *
 * The nonce says for which server and which address it is, so that no server can use an answer at another; clients of old sign whatever they get.
 */
import { fromHex } from '../bytes.ts';
import { hex, type Random } from '../random.ts';
import { isHex, keyIn } from './ids.ts';
import { type Verdict, verifySignature } from './verify.ts';

const randomBytes = 16;

/** What is to be signed, as UTF-8, by the peer of this address at the server of this name. */
export const nonceFor = (server: string, address: string, random: Random): string =>
  `libp2p-websocket-star:${server}:${address}:${hex(random.bytes(randomBytes))}`;

/** Judges an answer. `key` and `signature` are as they came; one that is no hexadecimal is judged all the same, as wrong. */
export function judge(key: string, nonce: string, signature: string): Promise<Verdict> {
  return verifySignature(
    keyIn(key) ?? new Uint8Array(),
    nonce,
    isHex(signature) ? fromHex(signature) : new Uint8Array(),
  );
}
