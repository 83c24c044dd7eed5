/** A peer of the star, bound for the path tests: its packets as JSON on a plain WebSocket, and in socket.io's text. */
import type { EventFromLogic } from 'xstate';
import { dialer } from '../../../machines/star/dialer.ts';
import { listener } from '../../../machines/star/listener.ts';
import type { Message, ToClient, ToServer } from '../../../machines/star/messages.ts';
import { stream } from '../../../machines/star/stream.ts';
import type { Packet } from '../../../src/packet.ts';
import { clientLine, serverLine } from '../../../src/star/wire.ts';
import type { Form } from '../../board/paths/bindings.ts';
import type { Binding } from '../../harness/binding.ts';

type Machine = typeof dialer | typeof listener | typeof stream;
type Event = EventFromLogic<typeof dialer> | EventFromLogic<typeof listener> | EventFromLogic<typeof stream>;

/** A chunk of text, for lines that are text. */
const chunkOf = ({ stream: name, chunk }: Message<'queue'>): Packet => ({
  type: 'event',
  event: `socket.io-pull-stream.queue.${name}`,
  args: ['x'.repeat(chunk.bytes)],
});

const said = (message: ToServer): Packet =>
  message.event === 'queue' ? chunkOf(message) : clientLine().encode(message);

function heard(message: ToClient): Packet {
  if (message.event === 'queue') return chunkOf(message);
  const packet = serverLine().encode(message);
  return packet.type === 'answer' ? { ...packet, id: 0 } : packet;
}

/** A line that has asked what this event answers. */
function lineFor(expected: Event) {
  const line = clientLine();
  if (expected.type === 'received.ss-join.reply' && 'message' in expected)
    line.encode({ event: 'ss-join', address: '/a', data: '', callback: expected.message.replyTo });
  if (expected.type === 'received.ss-dial.reply' && 'message' in expected)
    line.encode({ event: 'ss-dial', from: '/a', to: '/b', dialId: 'd', callback: expected.message.replyTo });
  return line;
}

function frameOf({ encode }: Form, event: Event): string | undefined {
  if (event.type === 'received.malformed') return encode({ type: 'event', event: 'nobody', args: [] });
  const message: ToClient | undefined = 'message' in event ? event.message : undefined;
  return message === undefined ? undefined : encode(heard(message));
}

const bindingOf = <Role extends Machine>(machine: Role, form: Form) => ({
  machine,
  encode: (effect: { readonly type: string; readonly message?: ToServer }) =>
    effect.type === 'send' && effect.message !== undefined ? form.encode(said(effect.message)) : '',
  frameOf: (event: Event) => frameOf(form, event),
  eventOf: (frame: string | Uint8Array, expected: Event) => lineFor(expected).event(form.decode(frame)),
});

/** What the host tells a role is what its line hears: of another role's messages there are none here. */
export const listenerBinding = (form: Form): Binding<typeof listener> => bindingOf(listener, form) as never;
export const dialerBinding = (form: Form): Binding<typeof dialer> => bindingOf(dialer, form) as never;
export const streamBinding = (form: Form): Binding<typeof stream> => bindingOf(stream, form) as never;
