/**
 * Example events of a stream, for each kind of place that it can be at.
 */
import type { Scenario } from '../../src/testing/paths.ts';
import { queued, type StreamEvent, type StreamInput, type stream } from './stream.ts';

const id = '5c9e0875-654b-4702-9c3a-41e65aa6e0ad.dialer';

const input: StreamInput = {
  id,
  source: 'app',
  sink: 'ours',
  window: 262_144,
  acceptTimeout: 30_000,
  stallTimeout: 30_000,
};

const anywhere: readonly StreamEvent[] = [
  { type: 'received.accept', message: { event: 'accept', stream: id } },
  queued(id, 5),
  { type: 'received.error', message: { event: 'error', stream: id, error: true } },
  { type: 'received.error', message: { event: 'error', stream: id, error: 'the disk is full' } },
  { type: 'received.abort', message: { event: 'abort', stream: id, reason: 'no more, thanks' } },
  { type: 'received.credit', message: { event: 'credit', stream: id, bytes: 131_072 } },
  { type: 'command.abort', reason: 'the app has other plans' },
  { type: 'command.unknown' },
  { type: 'connection.lost', code: 1006, reason: '', from: 'source' },
  { type: 'connection.lost', code: 1006, reason: '', from: 'sink' },
  { type: 'crowded' },
  { type: 'drained' },
  { type: 'room', bytes: 131_072 },
  { type: 'overrun' },
];

const fromApp: readonly StreamEvent[] = [
  ...anywhere,
  { type: 'command.write', bytes: 5 },
  { type: 'command.end' },
  { type: 'received.accept', message: { event: 'accept', stream: id, credit: 262_144 } },
];

/** At the writer, at the reader, and on the server between two of each kind. */
export const streamScenarios: readonly Scenario<typeof stream>[] = [
  { name: 'at a writer', input, cases: fromApp },
  { name: 'at the writer of an old server', input: { ...input, sink: 'old' }, cases: fromApp },
  { name: 'at a reader', input: { ...input, source: 'ours', sink: 'app' }, cases: anywhere },
  { name: 'between two that know only the text', input: { ...input, source: 'old', sink: 'old' }, cases: anywhere },
  { name: 'between two of ours', input: { ...input, source: 'ours', sink: 'ours' }, cases: anywhere },
];
