/** What a server writes of its connections: the faults of their peers, which are counted, and those of its own. */
import type { Misused, Violated } from './role.ts';

/** Where a server writes what happens. pino fits. What peers say to one another is never written. */
export interface Log {
  debug(fields: object, sentence: string): void;
  info(fields: object, sentence: string): void;
  error(fields: object, sentence: string): void;
}

/** A server, as far as it is told of complaints. */
interface Server {
  readonly log: Log | undefined;
  readonly stats: { violations: number };
}

/** Counts and writes what a connection's role complains of. */
export function complain({ log, stats }: Server, connection: object, notice: Violated | Misused): void {
  const { state } = notice;
  if (notice.type === 'misused') {
    log?.error({ ...connection, state }, notice.command);
    return;
  }
  stats.violations += 1;
  log?.info({ ...connection, event: notice.event, state }, notice.reason);
}
