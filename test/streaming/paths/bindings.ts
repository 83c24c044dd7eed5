/** The roles of streaming, bound for the path tests: their packets as JSON on a plain WebSocket. */
import { desk } from '../../../machines/streaming/desk.ts';
import type { ToPayee, ToPayer } from '../../../machines/streaming/messages.ts';
import { payee } from '../../../machines/streaming/payee.ts';
import { payer } from '../../../machines/streaming/payer.ts';
import type { Packet } from '../../../src/packet.ts';
import { decodePacket, encodePacket, type PacketFrame } from '../../../src/packets.ts';
import { deskEvent, encodeToPayee, encodeToPayer, payerEvent, withKey } from '../../../src/streaming/wire.ts';
import type { Binding } from '../../harness/binding.ts';

const extended = { extended: true };
const noMessage = '["nobody knows this"]';
/** What a part's key is on the wire; no machine is told it. */
const key = 'c0ffee';

function text(packet: Packet | undefined): string {
  if (packet === undefined) throw new Error('The message has no packet.');
  return encodePacket(packet);
}

function packetIn(frame: string | Uint8Array): PacketFrame {
  const decoded = decodePacket(frame);
  return decoded.ok ? decoded.message : { type: 'bad', reason: decoded.fault };
}

const frameToPayer = (message: ToPayer): string => text(encodeToPayer(message, extended));
const frameToPayee = (message: ToPayee): string => text(encodeToPayee(message, extended));

export const payerBinding: Binding<typeof payer> = {
  machine: payer,
  encode: (effect) => (effect.type === 'send' ? frameToPayee(effect.message) : ''),
  frameOf(event) {
    if (event.type === 'received.malformed') return noMessage;
    return 'message' in event ? frameToPayer(withKey(event.message, key)) : undefined;
  },
  eventOf(frame) {
    const { event, delivered } = payerEvent(packetIn(frame));
    const hasKey = event.type === 'received.secret';
    if (hasKey ? delivered?.secret !== key : delivered !== undefined) throw new Error('The key was not taken out.');
    return event;
  },
};

export const payeeBinding: Binding<typeof payee> = {
  machine: payee,
  encode: (effect) => (effect.type === 'send' ? frameToPayer(effect.message) : ''),
  frameOf: (event) => ('message' in event ? frameToPayee(event.message) : undefined),
  eventOf(frame, expected) {
    const event = deskEvent(packetIn(frame));
    if (!('message' in event) || !('message' in expected)) throw new Error('The frame is no message of a payer.');
    return { ...event, from: expected.from };
  },
};

export const deskBinding: Binding<typeof desk> = {
  machine: desk,
  encode: (effect) => (effect.type === 'send' ? frameToPayer(effect.message) : ''),
  frameOf(event) {
    if (event.type === 'received.malformed') return noMessage;
    return 'message' in event ? frameToPayee(event.message) : undefined;
  },
  eventOf: (frame) => deskEvent(packetIn(frame)),
};
