/** `--window` alone is enough for a larger one: the sums that hold it go by what was asked for, where they were not asked for themselves. */
import { PATIENCE, statewire } from '../cli/command.ts';
import { PlainPeer } from './plainPeer.ts';
import { address, useStar } from './world.ts';

const { later } = useStar();
const window = 33_554_432;

it(
  'a writer is given all of it',
  async () => {
    const server = statewire('serve', 'star', '--json', '--port', '0', '--no-challenge', '--window', `${window}`);
    const { url } = JSON.parse(await server.line());
    const [alice, bob] = [await PlainPeer.connect(url), await PlainPeer.connect(url)];
    later(() => [alice, bob].map((peer) => peer.close()));
    await alice.join(address('alice'));
    await bob.join(address('bob'));
    expect(await alice.dial(address('alice'), address('bob'), 'd1')).toBe(window);
  },
  PATIENCE,
);
