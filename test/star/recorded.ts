/** The recorded session of two real clients and the real server, frame by frame. */
import { readFileSync } from 'node:fs';
import type { Packet } from '../../src/packet.ts';
import type { PacketFrame } from '../../src/packets.ts';
import { encodeSocketIo, socketIoParser } from '../../src/socketioPackets.ts';

/** One packet of the recording: on which connection, and from which side. */
export interface Recorded {
  readonly connection: 1 | 2;
  readonly by: 'client' | 'server';
  readonly packet: PacketFrame;
  /** What it is made of on the wire: a text, and what is attached to it, without the engine's own first byte. */
  readonly frames: readonly (string | Uint8Array)[];
}

/** All packets, in the order of the recording. */
export function recorded(): readonly Recorded[] {
  const session: Recorded[] = [];
  const lines = readFileSync(new URL('vectors/star-wire.txt', import.meta.url), 'utf8').split('\n');
  const open = new Map<string, { add(data: unknown): void; parts: (string | Uint8Array)[] }>();
  for (const line of lines) {
    const [, number, side, kind, rest = ''] = /^#([12]) ([CS])>[CS] (BIN \d+B |)(.*)$/.exec(line) ?? [];
    if (number === undefined || side === undefined || (kind === '' && !rest.startsWith('4'))) continue;
    if (rest === '40' || rest === '41') continue;
    const connection = number === '1' ? 1 : 2;
    const by = side === 'C' ? 'client' : 'server';
    const at = `${number}${side}`;
    const decoder = open.get(at) ?? decoderFor((packet, frames) => session.push({ connection, by, packet, frames }));
    open.set(at, decoder);
    // The engine's first byte: 4 of a text, 0x04 of bytes.
    const part = kind === '' ? rest.slice(1) : new Uint8Array(Buffer.from(rest.slice(4), 'hex'));
    decoder.parts.push(part);
    decoder.add(part);
  }
  return session;
}

function decoderFor(take: (packet: PacketFrame, frames: readonly (string | Uint8Array)[]) => void) {
  const parts: (string | Uint8Array)[] = [];
  const { Decoder } = socketIoParser(1_000_000, (packet) => take(packet, parts.splice(0)));
  const decoder = new Decoder();
  return { parts, add: (data: unknown) => decoder.add(data) };
}

/** What a packet is on the wire. */
export const framesOf = (packet: Packet): readonly (string | Uint8Array)[] => encodeSocketIo(packet);
