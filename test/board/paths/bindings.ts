/** The roles of the board, bound for the path tests: their packets as JSON on a plain WebSocket, and in socket.io's text. */
import { client } from '../../../machines/board/client.ts';
import type { ToClient, ToServer } from '../../../machines/board/messages.ts';
import { server } from '../../../machines/board/server.ts';
import {
  channelsPacket,
  clientEvent,
  encodeToClient,
  encodeToServer,
  pageIn,
  serverEvent,
} from '../../../src/board/wire.ts';
import type { Packet } from '../../../src/packet.ts';
import { decodePacket, encodePacket, type PacketFrame } from '../../../src/packets.ts';
import { folded, socketIoParser } from '../../../src/socketioPackets.ts';
import type { Binding } from '../../harness/binding.ts';

/** How packets are text on one kind of line. */
export interface Form {
  readonly encode: (packet: Packet) => string;
  readonly decode: (frame: string | Uint8Array) => PacketFrame;
}

function decodeSocketIo(frame: string | Uint8Array): PacketFrame {
  let packet: PacketFrame = { type: 'bad', reason: 'nothing' };
  const { Decoder } = socketIoParser(65_536, (decoded) => {
    packet = decoded;
  });
  new Decoder().add(frame);
  return packet;
}

export const forms: Readonly<Record<string, Form>> = {
  'a plain WebSocket': {
    encode: encodePacket,
    decode: (frame) => {
      const decoded = decodePacket(frame);
      return decoded.ok ? decoded.message : { type: 'bad', reason: decoded.fault };
    },
  },
  "socket.io's text": {
    encode: (packet) => {
      const { Encoder } = socketIoParser(65_536);
      return String(new Encoder().encode({ type: 2, nsp: '/', data: [folded, packet] })[0]);
    },
    decode: decodeSocketIo,
  },
};

/** What the host puts in the place of a page is not the machine's: here its cursor. */
const pagePacket = (page: string): Packet => channelsPacket([], { after: `page ${page}` });

function toClientPacket(message: ToClient): Packet {
  if (message.event !== 'receiveChannels') return encodeToClient(message);
  const { list, after, next } = message;
  const packet = channelsPacket(list.channels, {
    ...(after === undefined ? {} : { after }),
    ...(next === undefined ? {} : { next }),
  });
  if (list.skipped === 0 || packet.type === 'answer') return packet;
  // One that is none.
  const [map, ...place] = packet.args;
  return { ...packet, args: [Object.assign({ bad: { id: 1 } }, map), ...place] };
}

const unknownEvent: Packet = { type: 'event', event: 'nobody', args: [] };

export const clientBinding = ({ encode, decode }: Form): Binding<typeof client> => ({
  machine: client,
  encode: (effect) => (effect.type === 'send' ? encode(encodeToServer(effect.message)) : ''),
  frameOf(event) {
    if (event.type === 'received.malformed') return encode(unknownEvent);
    return 'message' in event ? encode(toClientPacket(event.message)) : undefined;
  },
  eventOf: (frame) => clientEvent(decode(frame)),
});

export const serverBinding = ({ encode, decode }: Form): Binding<typeof server> => ({
  machine: server,
  encode(effect) {
    if (effect.type !== 'send' && effect.type !== 'broadcast') return '';
    const { message } = effect;
    const page = pageIn(message);
    if (page !== undefined) return encode(pagePacket(page));
    return 'page' in message ? '' : encode(encodeToClient(message));
  },
  frameOf(event) {
    if (event.type === 'received.malformed') return encode(unknownEvent);
    const message: ToServer | undefined = 'message' in event ? event.message : undefined;
    return message === undefined ? undefined : encode(encodeToServer(message));
  },
  eventOf: (frame) => serverEvent(decode(frame)),
});
