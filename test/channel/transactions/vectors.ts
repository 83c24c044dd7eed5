/** Transactions that others have made: the examples of the protocol text, recorded sessions of a node, and what real clients have sent to a stand-in. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { decode } from '../../../src/channel/encoding.ts';
import { decodeSigned, decodeTransaction } from '../../../src/channel/serialization.ts';

const fileOf = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../vectors/aeternity-${name}.json`, import.meta.url), 'utf8'));

const Example = z.object({ bytes: z.number(), hex: z.string(), th: z.string().optional() });

/** Every string of the protocol text, by itself. */
export const text = new Map(Object.entries(z.record(z.string(), Example).parse(fileOf('2018'))));

const Recorded = z.object({
  file: z.string(),
  kind: z.string().optional(),
  tx: z.string(),
  hash: z.string().nullable(),
});

/** What a node of the Iris protocol has recorded. */
export const recorded = z.array(Recorded).parse(fileOf('modern'));

/** The same for closing without the other. */
export const solo = z.array(z.object({ file: z.string(), kind: z.string(), tx: z.string() })).parse(fileOf('solo'));

/** What two SDKs have signed, a session each. */
export const clients = z.array(z.object({ client: z.string(), tx: z.string() })).parse(fileOf('clients'));

/** The one string of the protocol text that begins so. */
export function example(beginning: string): string {
  const [found, ...others] = [...text.keys()].filter((one) => one.startsWith(beginning));
  if (found === undefined || others.length > 0) throw new Error(`${beginning} is not the beginning of one example.`);
  return found;
}

/** The one recorded transaction of that kind in that file. */
export function record(file: string, kind: string): string {
  const [found, ...others] = [...recorded, ...solo].filter((one) => one.file === file && one.kind === kind);
  if (found === undefined || others.length > 0) throw new Error(`${kind} is not one record of ${file}.`);
  return found.tx;
}

/** Every transaction that is known. */
export const every = [
  ...[...text.keys()].filter((one) => one.startsWith('tx')),
  ...[...recorded, ...solo, ...clients].map(({ tx }) => tx),
];

export const bytesOf = (tx: string) => decode(tx, 'tx').bytes;

export const read = (tx: string) => decodeTransaction(bytesOf(tx));

export const readSigned = (tx: string) => decodeSigned(bytesOf(tx));

/** What a transaction says, with its signatures left away. */
export function said(tx: string) {
  const transaction = read(tx);
  return transaction.type === 'signed' ? transaction.transaction : transaction;
}

export const keyOf = (text: string) => decode(text, 'ak').bytes;

/** The parties of the protocol text's later examples. */
export const initiator = keyOf('ak$2P6vsVmMTvpWsyMAjPsFYAuQQUy8zGxV4fLDrafZBewxrxR7oc');
export const responder = keyOf('ak$8mncCzmBKB7G7XaS79DJvdLLkFBcN4ZUeF5DaiqnufchY9sko');
