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
  sinkHearsOfLoss: false,
  sourceKnowsAbort: false,
};

const accept: StreamEvent = { type: 'received.accept', message: { event: 'accept', stream: id } };
const end: StreamEvent = { type: 'received.error', message: { event: 'error', stream: id, error: true } };
const crowded: StreamEvent = { type: 'crowded' };
const drained: StreamEvent = { type: 'drained' };
const room: StreamEvent = { type: 'room', bytes: 131_072 };
const cut: StreamEvent = { type: 'command.abort', reason: 'the app has other plans' };
const lost = (from: 'source' | 'sink'): StreamEvent => ({ type: 'connection.lost', code: 1006, reason: '', from });
const fromApp: readonly StreamEvent[] = [{ type: 'command.write', bytes: 5 }, { type: 'command.end' }];

const everything: readonly StreamEvent[] = [
  ...fromApp,
  { type: 'received.accept', message: { event: 'accept', stream: id, credit: 262_144 } },
  queued(id, 5),
  end,
  { type: 'received.error', message: { event: 'error', stream: id, error: 'the disk is full' } },
  { type: 'received.abort', message: { event: 'abort', stream: id, reason: 'no more, thanks' } },
  { type: 'received.credit', message: { event: 'credit', stream: id, bytes: 131_072 } },
  cut,
  { type: 'command.unknown' },
  lost('source'),
  lost('sink'),
  crowded,
  drained,
  room,
  { type: 'overrun' },
  { type: 'undialled' },
];

/** At the writer, at the reader, and on the server between two of each kind. */
export const streamScenarios: readonly Scenario<typeof stream>[] = [
  { name: 'at a writer', input, cases: everything },
  {
    name: 'at the writer of an old server',
    input: { ...input, sink: 'old' },
    cases: [...fromApp, accept, drained, cut],
  },
  {
    name: 'at a reader',
    input: { ...input, source: 'ours', sink: 'app' },
    cases: [queued(id, 5), end, crowded, drained, room, cut],
  },
  {
    name: 'between two that know only the text',
    input: { ...input, source: 'old', sink: 'old' },
    cases: [accept, queued(id, 5), end, crowded, drained, room],
  },
  {
    name: 'between two that know little more than it',
    input: { ...input, source: 'old', sink: 'old', sinkHearsOfLoss: true, sourceKnowsAbort: true },
    cases: [accept, cut, lost('source'), lost('sink')],
  },
  {
    name: 'between two of ours',
    input: { ...input, source: 'ours', sink: 'ours' },
    cases: [accept, queued(id, 5), cut, lost('sink')],
  },
];
