/** The rendezvous, bound for the path tests: its packets as JSON on a plain WebSocket, and in socket.io's text. */
import type { Message, ToServer } from '../../../machines/star/messages.ts';
import { type RendezvousEvent, rendezvous } from '../../../machines/star/rendezvous.ts';
import { type Bringer, brought, isOfStream } from '../../../machines/star/rendezvousRules.ts';
import type { Packet } from '../../../src/packet.ts';
import { clientLine, type Sent, serverLine } from '../../../src/star/wire.ts';
import type { Form } from '../../board/paths/bindings.ts';
import type { Binding } from '../../harness/binding.ts';

const event = (name: string, args: readonly unknown[], id?: number): Packet =>
  id === undefined ? { type: 'event', event: name, args } : { type: 'event', event: name, args, id };

/** What is no message, by what it was meant to be. */
const malformed: Readonly<Record<string, Packet>> = {
  nobody: event('nobody', []),
  'ss-join': event('ss-join', [5], 0),
  'ss-dial': event('ss-dial', ['/from', '/to', 5], 1),
};

/** A chunk of text, for lines that are text. */
const chunkOf = ({ stream, chunk }: Message<'queue'>): Packet =>
  event(`socket.io-pull-stream.queue.${stream}`, ['x'.repeat(chunk.bytes)]);

function packetOf(message: ToServer): Packet {
  if (message.event === 'queue') return chunkOf(message);
  const packet = clientLine().encode(message);
  if (packet.type === 'answer') return { ...packet, id: 0 };
  return 'callback' in message ? { ...packet, id: Number(message.callback) } : packet;
}

/** A line that has asked what this event answers. */
function lineFor(expected: RendezvousEvent) {
  const line = serverLine();
  if (expected.type === 'received.ss-incomming.reply' && 'message' in expected)
    line.encode({ event: 'ss-incomming', dialId: 'd', from: '/from', callback: expected.message.replyTo });
  return line;
}

/** What the host adds to a join and to a dial is not on the wire. */
const bringerOf = (expected: RendezvousEvent): Bringer => ({
  nonceFor: () => ('fresh' in expected ? expected.fresh : ''),
  now: () => ('at' in expected ? expected.at : 0),
  mayJoin: () => 'granted' in expected && expected.granted,
  mayDial: () => 'granted' in expected && expected.granted,
});

export const rendezvousBinding = ({ encode, decode }: Form): Binding<typeof rendezvous> => ({
  machine: rendezvous,
  encode(effect) {
    if (effect.type !== 'send') return '';
    const sent: Sent = effect.message;
    return encode(serverLine().encode(sent));
  },
  frameOf(told) {
    if (told.type === 'received.malformed' && 'about' in told) {
      const packet = malformed[told.about];
      return packet === undefined ? undefined : encode(packet);
    }
    return 'message' in told ? encode(packetOf(told.message)) : undefined;
  },
  eventOf(frame, expected) {
    const heard = lineFor(expected).event(decode(frame));
    return isOfStream(heard) ? heard : brought(heard, bringerOf(expected));
  },
});
