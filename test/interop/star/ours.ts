/** Our rendezvous server for the interop tests: with the limits that one machine full of peers would meet out of the way. */
import { starServer } from '../../../src/star/serve.ts';
import type { Serve } from './checks.ts';

export const ourServer: Serve = async ({ challenge, port = 0 }) => {
  const server = await starServer({
    port,
    challenge,
    refreshMs: 200,
    limits: { joinsPerSecond: 0, joinsPerSecondPerIp: 0, dialsPerSecond: 0, dialsPerSecondPerIp: 0 },
  });
  const url = server.url.replace('ws', 'http');
  return { url, port: Number(new URL(url).port), close: () => server.close() };
};
