/** What ends with a signal, as everything does that an app can be given. */

/** Calls `end` when the signal is aborted; once it has `ended` the signal holds on to nothing. */
export function endsWith(signal: AbortSignal | undefined, end: () => unknown, ended: Promise<unknown>): void {
  if (signal === undefined) return;
  const abort = () => void end();
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  void ended.then(() => signal.removeEventListener('abort', abort));
}
