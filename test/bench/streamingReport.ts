/** Medians, the comparison of books and the table of the streaming bench: arithmetic and text, no processes. */
import type { Books } from './streamingJob.ts';

/** What one slice of one cell came to; CPU per payment, of the payers' process, the payee's, and both. */
export interface Slice {
  readonly payments: number;
  readonly perSecond: number;
  readonly payerMicros: number;
  readonly payeeMicros: number;
  readonly cpuMicros: number;
  /** The floor, just before and after. */
  readonly floorMicros: number;
  /** Of both sides. */
  readonly syncs: number;
  readonly writes: number;
}

export interface Cell {
  readonly payers: number;
  readonly isDurable: boolean;
  readonly name: string;
  readonly slices: Slice[];
}

/** A figure with a bar has passed it or not. */
interface Judged {
  readonly bar?: number;
  readonly pass?: boolean;
}

interface Bytes {
  readonly ours: number;
  readonly bare: number;
  readonly above: number;
}

export interface Idle {
  readonly streams: number;
  readonly rss: Bytes;
  readonly heap: Bytes;
  readonly bar: number;
  readonly pass: boolean;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
}

export const medianOf = <Item>(items: readonly Item[], of: (item: Item) => number): number => median(items.map(of));

/** Where the books of both sides say different things, and what either found by itself. */
export function disagreements({ payers, payee }: { readonly payers: readonly Books[]; readonly payee: Books }) {
  const sent = Object.assign({}, ...payers.map((books) => books.sent)) as Books['sent'];
  const payments = payers.reduce((sum, books) => sum + books.payments, 0);
  const faults = [...payers, payee].filter((books) => books.faults > 0).map((books) => books.firstFault);
  if (payments !== payee.payments)
    faults.push(`the payers got ${payments} parts, the payee ${payee.payments} payments`);
  for (const key of new Set([...Object.keys(sent), ...Object.keys(payee.sent)])) {
    if (sent[key] !== payee.sent[key])
      faults.push(`${key} has sent ${sent[key]}, and the payee has ${payee.sent[key]}`);
  }
  return { payments: payee.payments, faults };
}

const column = (text: string | number, width: number): string => String(text).padStart(width);
const verdictOf = ({ bar, pass }: Judged, sign: string, unit = ''): string =>
  bar === undefined ? '' : `${pass ? 'pass' : 'FAIL'} ${sign} ${bar}${unit}`;

export const tableHead = [
  '                            CPU us/payment   over the                         of a payment',
  'payers  store payments/s   payer  payee   both   floor      slices         bar  writes   syncs',
].join('\n');

/** One cell as a line of the table; the least and greatest ratio of a slice show the noise. */
export function cellLine(cell: Cell & Judged & { readonly ratio: number }): string {
  const { slices } = cell;
  const of = (pick: (slice: Slice) => number, digits = 0) => medianOf(slices, pick).toFixed(digits);
  const all = slices.map(({ cpuMicros, floorMicros }) => cpuMicros / floorMicros);
  return [
    column(cell.payers, 6),
    column(cell.name, 6),
    column(
      of(({ perSecond }) => perSecond),
      10,
    ),
    column(
      of(({ payerMicros }) => payerMicros),
      7,
    ),
    column(
      of(({ payeeMicros }) => payeeMicros),
      6,
    ),
    column(
      of(({ cpuMicros }) => cpuMicros),
      6,
    ),
    column(cell.ratio.toFixed(2), 7),
    column(`${Math.min(...all).toFixed(2)}-${Math.max(...all).toFixed(2)}`, 11),
    column(verdictOf(cell, '<='), 11),
    column(cell.isDurable ? of(({ writes, payments }) => writes / payments, 2) : '-', 7),
    column(cell.isDurable ? of(({ syncs, payments }) => syncs / payments, 3) : '-', 7),
  ].join(' ');
}

export const shareLine = (share: Judged & { readonly payers: number; readonly share: number }): string =>
  `payments/s on the disk, of those in memory, ${share.payers} payers: ${(100 * share.share).toFixed(0)} % ${verdictOf(share, '>=')}`;

export function idleLine(idle: Idle): string {
  const text = ({ ours, bare, above }: Bytes) =>
    `${ours.toFixed(0)}, bare connection ${bare.toFixed(0)}, above it ${above.toFixed(0)}`;
  return [
    `bytes of an idle stream (${idle.streams}), resident: ${text(idle.rss)} ${verdictOf(idle, '<=')}`,
    `                                heap: ${text(idle.heap)}`,
  ].join('\n');
}

export function booksLine(found: readonly { readonly payments: number; readonly faults: readonly string[] }[]): string {
  const payments = found.reduce((sum, each) => sum + each.payments, 0);
  const faults = found.flatMap((each) => each.faults);
  const verdict = faults.length === 0 ? 'all books balance' : `${faults.length} faults (first: ${faults[0]})`;
  return `${payments} payments checked: ${verdict}`;
}
