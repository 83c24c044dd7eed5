import { attachSocketIo } from '../../adapters/socketio.ts';
import { listenWs } from '../../adapters/ws.ts';
import type { PacketFrame } from '../../src/packets.ts';
import { plainTransport } from '../../src/star/plainWire.ts';
import { chunkIn } from '../../src/star/wire.ts';
import type { Transport } from '../../src/transport.ts';

const peers = new Map<string, Transport<PacketFrame>>();
const dials = new Map<string, readonly [Transport<PacketFrame>, Transport<PacketFrame>]>();
const answers = new Map<string, () => void>();
let next = 0;
const S = 'socket.io-pull-stream.';
function connection(transport: Transport<PacketFrame>): void {
  const other = (name: string) => {
    const dial = dials.get(name.slice(0, name.lastIndexOf('.')));
    if (dial === undefined) return undefined;
    return transport === dial[0] ? dial[1] : dial[0];
  };
  transport.attach({
    frame: (packet) => {
      const chunk = chunkIn(packet);
      if (chunk !== undefined) {
        other(chunk.stream)?.send(chunk.packet);
        return;
      }
      if (packet.type === 'answer') return answers.get(`${packet.id}`)?.();
      if (packet.type === 'bad') throw new Error(packet.reason);
      const { event, args, id = 0 } = packet;
      if (event === 'ss-join') {
        peers.set(String(args[0]), transport);
        transport.send({ type: 'answer', id, args: [null, null, []] });
      } else if (event === 'ss-dial') {
        const peer = peers.get(String(args[1]));
        if (peer === undefined) return;
        dials.set(String(args[2]), [transport, peer]);
        answers.set(`${next}`, () => transport.send({ type: 'answer', id, args: [] }));
        peer.send({ type: 'event', event: 'ss-incomming', args: [args[2], args[0]], id: next++ });
      } else if (event.startsWith(S)) {
        const name = event.slice(event.indexOf('.', S.length) + 1);
        other(name)?.send(packet);
      }
    },
    closed: () => {},
  });
}
const listener = await listenWs({
  maxFrame: 1 << 24,
  liveness: 300_000,
  except: ['/socket.io/'],
  attach: (http) => attachSocketIo({ http, liveness: 300_000, maxFrame: 1 << 24, connection }),
  connection: (t) => connection(plainTransport(t)),
});
process.stdout.write(`${JSON.stringify({ ready: true, url: listener.url, pid: process.pid })}\n`);
process.stdin.on('end', () => process.exit()).resume();
