/**
 * The star over a plain WebSocket, between two statewire peers: events and callbacks are text frames (see `src/packets.ts`), a chunk is a binary frame.
 *
 * ```text
 * | bytes | a chunk                                        |
 * |-------|------------------------------------------------|
 * | 2     | n, the length of the stream's name, big-endian |
 * | n     | the stream's name, in UTF-8                    |
 * | rest  | the chunk                                      |
 * ```
 *
 * The name is whole in every frame (47 bytes with the ids that we make), so that whoever passes a chunk on sends the frame that came. The text
 * knows nothing of this; it is at `/star` on the port where socket.io is at `/socket.io/`.
 */
import type { Packet } from '../packet.ts';
import { decodePacket, encodePacket, type PacketForm, type PacketFrame, packetTransport } from '../packets.ts';
import type { Decoded, Transport } from '../transport.ts';
import { chunkIn, chunkPacket } from './wire.ts';

/** Where plain WebSockets are on a server. */
export const plainPath = '/star';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });
const lengthBytes = 2;
/** Of a stream's name: 160 characters of three bytes each. */
const longestName = 480;

/** Packets as frames of a plain WebSocket. */
export const plainForm: PacketForm = {
  encode: (packet) => {
    if (packet.type === 'answer') return encodePacket(packet);
    // A chunk that is passed on: as it came.
    if (packet.forms?.binary !== undefined) return packet.forms.binary;
    const chunked = chunkIn(packet);
    if (chunked === undefined) return encodePacket(packet);
    const frame = frameOf(chunked.stream, chunked.bytes);
    if (packet.forms !== undefined) packet.forms.binary = frame;
    return frame;
  },
  decode: (frame) => (typeof frame === 'string' ? decodePacket(frame) : decodeChunk(frame)),
};

function frameOf(stream: string, bytes: Uint8Array): Uint8Array {
  const name = encoder.encode(stream);
  const frame = new Uint8Array(lengthBytes + name.length + bytes.length);
  frame[0] = name.length >> 8;
  frame[1] = name.length & 0xff;
  frame.set(name, lengthBytes);
  frame.set(bytes, lengthBytes + name.length);
  return frame;
}

function decodeChunk(frame: Uint8Array): Decoded<Packet, string> {
  if (frame.length < lengthBytes) return { ok: false, fault: 'it is a binary frame without a name' };
  const length = ((frame[0] ?? 0) << 8) | (frame[1] ?? 0);
  const start = lengthBytes + length;
  if (length === 0 || length > longestName || start > frame.length)
    return { ok: false, fault: 'the name of its stream does not fit' };
  const stream = nameIn(frame.subarray(lengthBytes, start));
  if (stream === undefined) return { ok: false, fault: 'the name of its stream is not UTF-8' };
  return { ok: true, message: { ...chunkPacket(stream, frame.subarray(start)), forms: { binary: frame } } };
}

function nameIn(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Packets of the star over a plain WebSocket. */
export const plainTransport = (line: Transport<string | Uint8Array>): Transport<PacketFrame> =>
  packetTransport(line, plainForm);
