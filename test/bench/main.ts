/**
 * `npm run bench -- <protocol> [options]`: picks the benchmark of one protocol.
 *
 * Exit codes: 0 ran clean (whether or not the bars were met), 1 a message was lost or damaged, 2 the bench itself
 * could not run.
 */

import { benchBoard } from './board.ts';
import { benchChannel } from './channel.ts';
import { benchRelay } from './relay.ts';
import { benchStar } from './star.ts';
import { benchStreaming } from './streaming.ts';

const benches: ReadonlyMap<string, (args: string[]) => Promise<boolean>> = new Map([
  ['relay', benchRelay],
  ['streaming', benchStreaming],
  ['channel', benchChannel],
  ['board', benchBoard],
  ['star', benchStar],
]);

const [protocol = '', ...args] = process.argv.slice(2);
const bench = benches.get(protocol);
if (bench === undefined) {
  process.stderr.write(`usage: npm run bench -- <${[...benches.keys()].join(' | ')}> [options] (see --help of each)\n`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = (await bench(args)) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}
