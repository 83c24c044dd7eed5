/**
 * What all commands share: exit codes, output for people or for machines, options that are numbers, and the signals that end a command.
 */
import { InvalidArgumentError } from 'commander';

/** What a command's exit code says. To be interrupted is the end of what runs until then (a server, who watches), and no fault. */
export const exitCodes = { done: 0, refused: 1, misuse: 2, noConnection: 3, unknown: 4, interrupted: 130 } as const;

/** Prints one line: for machines the JSON of `fields`, for people the sentence. */
export function say(json: boolean, fields: object, sentence: string): void {
  process.stdout.write(`${json ? JSON.stringify(fields) : sentence}\n`);
}

/** What somebody else has written, so that it commands no terminal and is one line. */
export const printable = (text: string): string =>
  text
    .trimEnd()
    .replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A whole number, 0 or more, for an option. */
export function count(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Not a whole number, 0 or more.');
  return Number(text);
}

/** A whole number, 1 or more. */
export function positive(text: string): number {
  const number = count(text);
  if (number === 0) throw new InvalidArgumentError('Not a whole number, 1 or more.');
  return number;
}

/** The longest time that a timer can wait: 24.8 days. */
const longestTimer = 2 ** 31 - 1;

/** Milliseconds that a timer can wait, 1 or more. */
export function milliseconds(text: string): number {
  const number = positive(text);
  if (number > longestTimer) throw new InvalidArgumentError(`Longer than a timer can wait: ${longestTimer} at most.`);
  return number;
}

/** Milliseconds that a timer can wait, or 0. */
export const millisecondsOrNone = (text: string): number => (count(text) === 0 ? 0 : milliseconds(text));

/** A port, 0 to 65535. */
export function portNumber(text: string): number {
  const port = count(text);
  if (port > 65_535) throw new InvalidArgumentError('Not a port: 0 to 65535.');
  return port;
}

/** Aborted by the first SIGINT or SIGTERM; a second one ends the process at once. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

/** When nobody reads our output any more, there is nothing left to do: no stack of calls. */
export function endWithReader(): void {
  process.stdout.on('error', () => process.exit(exitCodes.done));
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
