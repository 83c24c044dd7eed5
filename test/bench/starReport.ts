/** What the star's bench finds, against what the project promises. */

/** One figure and its bar. */
export interface Verdict {
  readonly what: string;
  readonly figure: number;
  readonly bar: number;
  readonly unit: string;
  readonly pass: boolean;
  /** What is said beside it. */
  readonly note: string;
  /** Lines that broke and messages that did not come. */
  readonly faults: number;
}

/** A figure that is to be at most its bar. */
export const judged = (what: string, figure: number, bar: number, more: Partial<Verdict> = {}): Verdict => ({
  what,
  figure,
  bar,
  unit: '',
  pass: figure <= bar,
  note: '',
  faults: 0,
  ...more,
});

export function verdictLine({ what, figure, bar, unit, pass, note, faults }: Verdict): string {
  const digits = unit === '' ? 2 : 0;
  const said = [note, faults === 0 ? '' : `${faults} faults`].filter((text) => text !== '').join(', ');
  const judgement = `${pass ? 'PASS' : 'FAIL'} <= ${bar.toFixed(digits)}`;
  return `${what.padEnd(46)}${figure.toFixed(digits).padStart(10)} ${unit.padEnd(6)}${judgement.padEnd(16)}${said}`;
}
