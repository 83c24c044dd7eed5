/** The node's process of the channel bench. */
import { channelServer } from '../../src/channel/serve.ts';
import { nodeJobSchema } from './channelJob.ts';
import { answerLines, say } from './streamingProcess.ts';

const { blockMs } = nodeJobSchema.parse(JSON.parse(process.argv[2] ?? ''));
const server = await channelServer({
  blockMs,
  liveness: 600_000,
  limits: { connectionsPerIp: 0, messagesPerSecond: 0 },
});
say({ ready: true, url: server.url });
const usage = () => {
  const { user, system } = process.cpuUsage();
  return { cpuMicros: user + system };
};
await answerLines({ usage });
