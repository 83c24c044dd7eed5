/** A peer of the star, bound for the path tests: its packets as JSON on a plain WebSocket, and in socket.io's text. */
import type { EventFromLogic } from 'xstate';
import { dialer, isOfDial } from '../../../machines/star/dialer.ts';
import { listener } from '../../../machines/star/listener.ts';
import type { Message, ToClient, ToServer } from '../../../machines/star/messages.ts';
import { isOfStream, stream } from '../../../machines/star/stream.ts';
import type { Packet } from '../../../src/packet.ts';
import { clientLine, serverLine } from '../../../src/star/wire.ts';
import type { Form } from '../../board/paths/bindings.ts';
import type { Binding } from '../../harness/binding.ts';

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

/** What is no message, by what it was meant to be. */
const malformed: Readonly<Record<string, Packet>> = {
  nobody: { type: 'event', event: 'nobody', args: [] },
  'ss-incomming': { type: 'event', event: 'ss-incomming', args: [5], id: 0 },
  'ss-join.reply': { type: 'answer', id: 0, args: [null, null, 5] },
};

/** A line that has asked what this event answers. */
function lineFor(expected: Event) {
  const line = clientLine();
  const isOfJoin = 'about' in expected && expected.about === 'ss-join.reply';
  if (isOfJoin) line.encode({ event: 'ss-join', address: '/a', data: '', callback: 'join' });
  if (expected.type === 'received.ss-join.reply' && 'message' in expected)
    line.encode({ event: 'ss-join', address: '/a', data: '', callback: expected.message.replyTo });
  if (expected.type === 'received.ss-dial.reply' && 'message' in expected)
    line.encode({ event: 'ss-dial', from: '/a', to: '/b', dialId: 'd', callback: expected.message.replyTo });
  return line;
}

function frameOf({ encode }: Form, event: Event): string | undefined {
  if ('about' in event) {
    const packet = malformed[event.about];
    return packet === undefined ? undefined : encode(packet);
  }
  const message: ToClient | undefined = 'message' in event ? event.message : undefined;
  return message === undefined ? undefined : encode(heard(message));
}

const shared = (form: Form) => ({
  encode: (effect: { readonly type: string; readonly message?: ToServer }) =>
    effect.type === 'send' && effect.message !== undefined ? form.encode(said(effect.message)) : '',
  frameOf: (event: Event) => frameOf(form, event),
});

const eventOf = (form: Form, frame: string | Uint8Array, expected: Event) =>
  lineFor(expected).event(form.decode(frame));
const foreign = (event: { readonly type: string }) => new Error(`${event.type} is for another role.`);

export const listenerBinding = (form: Form): Binding<typeof listener> => ({
  machine: listener,
  ...shared(form),
  eventOf(frame, expected) {
    const event = eventOf(form, frame, expected);
    if (isOfStream(event) || isOfDial(event)) throw foreign(event);
    return event;
  },
});

export const dialerBinding = (form: Form): Binding<typeof dialer> => ({
  machine: dialer,
  ...shared(form),
  eventOf(frame, expected) {
    const event = eventOf(form, frame, expected);
    if (!isOfDial(event)) throw foreign(event);
    return event;
  },
});

export const streamBinding = (form: Form): Binding<typeof stream> => ({
  machine: stream,
  ...shared(form),
  eventOf(frame, expected) {
    const event = eventOf(form, frame, expected);
    if (!isOfStream(event)) throw foreign(event);
    return event;
  },
});
