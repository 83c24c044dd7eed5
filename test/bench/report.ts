/** Medians, ratios and the table of the relay bench: arithmetic and text, no processes. */
import type { Checks } from './job.ts';
import type { Cell, Idle } from './relay.ts';

export type Side = 'ours' | 'bare';
export type Pair<T> = Record<Side, T>;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
}

const mediansOf = (pairs: readonly Pair<number>[]): Pair<number> => ({
  ours: median(pairs.map((pair) => pair.ours)),
  bare: median(pairs.map((pair) => pair.bare)),
});

/**
 * One figure of all rounds: both medians and their ratio, which the bars judge. Then what shows the noise: the median
 * of the ratios of neighbouring slices, and the ratio of each round alone.
 */
export function compare(rounds: readonly (readonly Pair<number>[])[]) {
  const { ours, bare } = mediansOf(rounds.flat());
  const paired = median(rounds.flat().map((pair) => pair.ours / pair.bare));
  return { ours, bare, ratio: ours / bare, paired, rounds: rounds.map(mediansOf).map((each) => each.ours / each.bare) };
}
type Figure = ReturnType<typeof compare>;

/** What the checks found in all rounds of a cell, both servers together; `clean` if nothing. */
export function tallyOf(rounds: readonly Pair<Checks>[]) {
  const runs = rounds.flatMap(({ ours, bare }) => [ours, bare]);
  const sum = (of: (checks: Checks) => number): number => runs.reduce((total, run) => total + of(run), 0);
  const found = {
    lost: sum((run) => run.lost),
    duplicated: sum((run) => run.duplicated),
    reordered: sum((run) => run.reordered),
    corrupt: sum((run) => run.corrupt),
    faults: sum((run) => run.faults),
  };
  return {
    messages: sum((run) => run.delivered),
    verbatim: sum((run) => run.verbatim),
    ...found,
    firstFault: runs.find((run) => run.firstFault !== '')?.firstFault ?? '',
    clean: Object.values(found).every((times) => times === 0),
  };
}
type Tally = ReturnType<typeof tallyOf>;

const column = (text: string | number, width: number): string => String(text).padStart(width);
const verdictOf = (pass: boolean, bar: number): string => `${pass ? 'pass' : 'FAIL'} <= ${bar.toFixed(1)}`;
const spreadOf = ({ rounds }: Figure): string => `${Math.min(...rounds).toFixed(2)}-${Math.max(...rounds).toFixed(2)}`;
const trio = ({ ours, bare, ratio }: Figure, width: number, digits: number): string =>
  column(ours.toFixed(digits), width) + column(bare.toFixed(digits), width) + column(ratio.toFixed(3), 7);

/** `rounds` is the least and greatest ratio of a single round; `load` the busier load process, in cores. */
export const tableHead = [
  '                server CPU us/message                                messages/s             p50 ms              p99 ms        load',
  'payload conns   ours   bare  ratio paired    rounds         bar   ours   bare  ratio   ours  bare  ratio   ours  bare  ratio cores',
].join('\n');

/** One cell as a line of the table. */
export function row(cell: Cell): string {
  const { generatorShare } = cell;
  return [
    column(cell.payload, 7) + column(cell.connections, 6),
    trio(cell.cpuMicros, 6, 1),
    column(cell.cpuMicros.paired.toFixed(3), 6),
    column(spreadOf(cell.cpuMicros), 9),
    column(verdictOf(cell.pass, cell.bar), 11),
    trio(cell.messagesPerSecond, 6, 0),
    trio(cell.p50, 6, 1),
    trio(cell.p99, 6, 1),
    column(Math.max(generatorShare.ours, generatorShare.bare).toFixed(2), 5),
  ].join(' ');
}

export function idleLine({ connections, bytesPerConnection: bytes, pass, bar }: Idle): string {
  const figures = `ours ${bytes.ours.toFixed(0)}, bare ${bytes.bare.toFixed(0)}, ratio ${bytes.ratio.toFixed(3)}`;
  return `bytes per idle connection (${connections}): ${figures}, rounds ${spreadOf(bytes)}, ${verdictOf(pass, bar)}`;
}

export function checksLine(cells: readonly Tally[]): string {
  const sum = (of: (tally: Tally) => number): number => cells.reduce((total, tally) => total + of(tally), 0);
  const fault = cells.find((tally) => tally.firstFault !== '')?.firstFault;
  return [
    `${sum((tally) => tally.messages)} messages checked, ${sum((tally) => tally.verbatim)} byte for byte, the rest as`,
    `values: ${sum((tally) => tally.lost)} lost, ${sum((tally) => tally.duplicated)} duplicated,`,
    `${sum((tally) => tally.reordered)} out of order, ${sum((tally) => tally.corrupt)} corrupt,`,
    `${sum((tally) => tally.faults)} faults${fault === undefined ? '' : ` (first: ${fault})`}`,
  ].join(' ');
}
