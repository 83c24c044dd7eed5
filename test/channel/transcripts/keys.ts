/** Who takes part in the transcripts. */
import { Key } from './transactions.ts';

export type Dialect = 'text' | 'epoch';

export const alice = new Key(new Uint8Array(32).fill(1));
export const bob = new Key(new Uint8Array(32).fill(2));
export const carol = new Key(new Uint8Array(32).fill(3));

export const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
