/** A relay in a process of its own, so that its memory can be measured. It is the built one: `npm test` builds first. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import type { RelayServerOptions } from '../../../src/relay/serve.ts';

const Report = z.object({
  url: z.string(),
  connections: z.number(),
  addresses: z.number(),
  heapUsed: z.number(),
  external: z.number(),
});

/** How the relay fares, after a collection of its garbage. */
export type Report = z.infer<typeof Report>;

/** A fresh process for every test of the file. */
export function useRelayProcess(options: Pick<RelayServerOptions, 'limits' | 'liveness'> = {}) {
  let child: ChildProcess;
  beforeEach(async () => {
    child = fork(new URL('relayProcess.js', import.meta.url), [JSON.stringify(options)], {
      execArgv: ['--expose-gc'],
    });
    await once(child, 'message');
  }, 30_000);
  afterEach(async () => {
    const exited = once(child, 'exit');
    child.disconnect();
    await exited;
  });
  return async (): Promise<Report> => {
    child.send('report');
    const [report] = await once(child, 'message');
    return Report.parse(report);
  };
}
