/**
 * Which kind of line a server takes: found out once, by trying, and then remembered for as long as it works. Pure: what opens lines is handed in.
 */
import { ConnectionLost } from '../errors.ts';
import type { Connect } from '../transport.ts';

/**
 * Opens a line by the first way that works; the one that worked last is tried first.
 * @param ways in the order in which they are tried
 * @returns what opens a line, or throws `ConnectionLost` `connectFailed`, whose sentence has what every way said
 */
export function firstOf<Frame>(ways: readonly Connect<Frame>[]): Connect<Frame> {
  let last: Connect<Frame> | undefined;
  return async (url, options) => {
    const inOrder = last === undefined ? ways : [last, ...ways.filter((way) => way !== last)];
    const failures: unknown[] = [];
    for (const way of inOrder) {
      try {
        const transport = await way(url, options);
        last = way;
        return transport;
      } catch (cause) {
        failures.push(cause);
        if (options.signal?.aborted === true || !(cause instanceof ConnectionLost)) break;
      }
    }
    const [only] = failures;
    if (failures.length === 1) throw only;
    const said = failures.map((failure) => (failure instanceof Error ? failure.message : String(failure)));
    throw new ConnectionLost([...new Set(said)].join('; '), { code: 'connectFailed', cause: only });
  };
}
