/** "Every limit is a flag": what a star grants is in the help of its command, with the default. */
import { defaultStarLimits } from '../../src/star/serve.ts';
import { outcomeOf, PATIENCE } from '../cli/command.ts';

it(
  'every limit has a flag, which shows its default',
  async () => {
    const { stdout } = await outcomeOf('serve', 'star', '--help');
    const help = stdout.replaceAll(/\s+/g, ' ');
    for (const [limit, value] of Object.entries({ ...defaultStarLimits, liveness: 20_000 })) {
      const flag = limit.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      expect(help).toMatch(new RegExp(` --${flag} <[a-z]+> [^<]*\\(default: ${value}\\)`));
    }
  },
  PATIENCE,
);
