/** Our rendezvous for its bench: as `statewire serve star` makes it, without a challenge and without the limits that one machine full of clients would meet. */
import { fitMemoryToServer } from '../../src/cli/memory.ts';
import { starServer } from '../../src/star/serve.ts';
import { serveBench } from './starProcess.ts';

fitMemoryToServer();
const { url } = await starServer({
  challenge: false,
  liveness: 300_000,
  refreshMs: Number(process.argv[2] ?? 10_000),
  limits: {
    connections: 0,
    connectionsPerIp: 0,
    joinsPerSecond: 0,
    joinsPerSecondPerIp: 0,
    dialsPerSecond: 0,
    dialsPerSecondPerIp: 0,
  },
});
serveBench(url);
