/** The coverage report of a role, one line. */
import type { Coverage, Tally } from '../../src/testing/paths.ts';

const ratio = ({ covered, total }: Tally) => `${covered}/${total}`;

/** Prints what the paths of a role cover. */
export function coverageReport(role: string, paths: number, { transitions, guards, messages }: Coverage): void {
  process.stdout.write(
    `${role}: ${paths} paths; transitions ${ratio(transitions)}, guard outcomes ${ratio(guards)}, states x messages ${ratio(messages)}\n`,
  );
}
