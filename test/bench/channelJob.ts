/**
 * The talk between the measuring side of the channel bench and its processes: the job as their one argument, then lines of JSON, one for each line that
 * is asked.
 */
import { z } from 'zod';

const count = z.number().int().nonnegative();

export const nodeJobSchema = z.object({ blockMs: count });
export type NodeJob = z.infer<typeof nodeJobSchema>;

/** One side of so many channels, with keys made of numbered seeds: each side can tell the other's. */
export const partyJobSchema = z.object({
  role: z.enum(['initiator', 'responder']),
  url: z.url(),
  channels: count,
  dialect: z.enum(['text', 'epoch']),
});
export type PartyJob = z.infer<typeof partyJobSchema>;

export const nodeReadySchema = z.object({ ready: z.literal(true), url: z.url() });
export const readySchema = z.object({ ready: z.literal(true) });
export const usageSchema = z.object({ cpuMicros: z.number() });
export const sliceSchema = z.object({ updates: count, seconds: z.number().positive() });

/** Each channel's last state, as its side says it. */
export const booksSchema = z.object({ states: z.array(z.string()), faults: count, firstFault: z.string() });

/** What either side of a channel puts in, and what both keep. */
export const stake = 1_000_000_000_000n;
export const reserve = 10n;

/** The seed of a side's key in a channel. Of a bench, and so no secret. */
export function seedOf(role: PartyJob['role'], channel: number): Uint8Array {
  const seed = new Uint8Array(32).fill(role === 'initiator' ? 1 : 2);
  new DataView(seed.buffer).setUint32(0, channel);
  return seed;
}
