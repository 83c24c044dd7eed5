/**
 * The original rendezvous for the star's bench, from the install of its own that the interop tests have. It ends when its standard input does.
 */
import { createServer } from 'node:net';
import { installed } from '../interop/install.ts';
import { serveBench } from './starProcess.ts';

/** It takes no 0 for a port. */
const port = await new Promise<number>((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const at = probe.address();
    probe.close(() => resolve(typeof at === 'object' && at !== null ? at.port : 0));
  });
});
// Its own install does not have it, and ours is not to come in by the way that Node looks for packages.
process.env['WS_NO_BUFFER_UTIL'] = '1';
const require = await installed('star', new URL('../../../test/interop/', import.meta.url));
const rendezvous: { start(options: object): Promise<unknown> } = require('libp2p-websocket-star-rendezvous');
const refresh = Number(process.argv[2] ?? 10_000);
await rendezvous.start({
  host: '127.0.0.1',
  port,
  cryptoChallenge: false,
  strictMultiaddr: true,
  refreshPeerListIntervalMS: refresh,
  metrics: false,
});
serveBench(`ws://127.0.0.1:${port}`);
