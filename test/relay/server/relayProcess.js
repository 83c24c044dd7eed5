// A relay in a process of its own, whose memory can be looked at: the tests' own is none of it. It speaks with the test through the channel of `fork`.
import { relayServer } from '../../../dist/src/relay/serve.js';

const server = await relayServer(JSON.parse(process.argv[2] ?? '{}'));

/** What is reachable, and nothing else. */
async function memory() {
  for (let n = 0; n < 5; n += 1) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return { heapUsed, external };
}

process.on('message', async () => process.send({ url: server.url, ...server.relay.stats, ...(await memory()) }));
process.on('disconnect', () => process.exit());
process.send('ready');
