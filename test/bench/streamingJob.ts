/**
 * The talk between the measuring side of the streaming bench and its processes: the job as their one argument, then lines of JSON, one for each line
 * that is asked. All processes say what they are when they are ready.
 */
import { z } from 'zod';

const count = z.number().int().nonnegative();

/** What one part costs, and what a channel holds: more than any run spends. */
export const price = '1';
export const deposit = '1000000000000';
export const stream = 'endless';

/** Where a side keeps its sessions: in this folder, or in memory. */
const folder = z.string().nullable();

/** A payee, or a bare `ws` server that keeps its sockets and nothing else. */
export const payeeJobSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('payee'), folder }),
  z.object({ kind: z.literal('bare') }),
]);
export type PayeeJob = z.infer<typeof payeeJobSchema>;

/** Payers that pay as fast as they can in slices, payers that pay once and pause, or bare sockets. */
export const payerJobSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('traffic'), url: z.url(), payers: count, folder }),
  z.object({ kind: z.literal('idle'), url: z.url(), payers: count }),
  z.object({ kind: z.literal('bare'), url: z.url(), payers: count }),
]);
export type PayerJob = z.infer<typeof payerJobSchema>;

export const payeeReadySchema = z.object({ ready: z.literal(true), url: z.url() });
export const payerReadySchema = z.object({ ready: z.literal(true) });

/** What a process has used and kept since its start: CPU in microseconds, all threads. */
export const usageSchema = z.object({ cpuMicros: z.number(), syncs: count, writes: count });
export type Usage = z.infer<typeof usageSchema>;

/** A slice, as the payer's process saw it: from the first demand that is met until every payer stands still again. */
export const sliceSchema = z.object({ payments: count, seconds: z.number().positive() });

/** What is held after several collections, in bytes. */
export const memorySchema = z.object({ rss: z.number(), heap: z.number() });
export type Memory = z.infer<typeof memorySchema>;

/** Each payer's book by public key: what it says it has paid. */
export const booksSchema = z.object({
  sent: z.record(z.string(), z.string()),
  payments: count,
  /** Everything that should not have happened, and the first of it. */
  faults: count,
  firstFault: z.string(),
});
export type Books = z.infer<typeof booksSchema>;
