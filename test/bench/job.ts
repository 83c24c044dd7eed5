/**
 * The talk between the measuring side and a load process: the job as its one argument, then lines of JSON.
 *
 * Idle: the load process answers once and ends. Traffic: it says `ready` when warmed up, answers each line `slice` with
 * the figures of one slice and each line `end` with what the checks found, from the first message to the last.
 */
import { z } from 'zod';

const positive = z.number().positive();
const count = z.number().int().nonnegative();

/** Put load on a server, or only hold silent connections open. Times in seconds, sizes in bytes. */
export const jobSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('traffic'),
    url: z.url(),
    pid: count,
    connections: count,
    inFlight: count,
    payload: count,
    warmup: positive,
    /** Length of one slice. */
    slice: positive,
  }),
  z.object({ kind: z.literal('idle'), url: z.url(), pid: count, connections: count }),
]);
export type Job = z.infer<typeof jobSchema>;
export type TrafficJob = Extract<Job, { kind: 'traffic' }>;
export type IdleJob = Extract<Job, { kind: 'idle' }>;

export const readySchema = z.object({ ready: z.literal(true) });

/** One slice of traffic: CPU per message in microseconds, latency in milliseconds. */
export const sliceSchema = z.object({
  messagesPerSecond: positive,
  cpuMicros: positive,
  p50: positive,
  p99: positive,
  /** CPU of the generator in cores: near 1 it is the limit, and messages/s says nothing about the server. */
  generatorShare: positive,
});
export type Slice = z.infer<typeof sliceSchema>;

/** What the checks found in all messages, warm-up included. All but the first three must be zero. */
export const checksSchema = z.object({
  sent: count,
  delivered: count,
  /** Delivered with exactly the text that was sent; the others were compared as values. */
  verbatim: count,
  lost: count,
  duplicated: count,
  reordered: count,
  corrupt: count,
  /** Connections that ended early, and errors from the server. */
  faults: count,
  firstFault: z.string(),
});
export type Checks = z.infer<typeof checksSchema>;

export const idleSchema = z.object({ bytesPerConnection: z.number() });
