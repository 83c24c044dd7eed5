/** `statewire star peers` runs until it is interrupted, as every command that watches does, and has done what it was to do then: 0. */
import { PATIENCE, statewire } from '../cli/command.ts';
import { usePeers } from './peers.ts';

const { serve, peer } = usePeers();

it.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends it with 0',
  async (signal) => {
    const { url } = await serve();
    const { address } = await peer(url);
    const watching = statewire('star', 'peers', '--json', '--url', url);
    expect(JSON.parse(await watching.line())).toEqual({ found: address });
    watching.process.kill(signal);
    expect(await watching.ended).toBe(0);
    expect(watching.stderr).toBe('');
  },
  PATIENCE,
);
