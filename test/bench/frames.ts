/**
 * The load generator's half of RFC 6455: client frames out, server frames in, on a raw socket.
 *
 * Its own codec and not `ws`, so that no fault of `ws` can cancel out on both sides, and so that the generator stays
 * cheaper than the server it drives. No extensions, no fragments: whatever else arrives is an error.
 */
import { createHash, randomBytes } from 'node:crypto';

export const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

/** Four random bytes, none of them zero: a server that skips unmasking cannot pass. */
export function randomMask(): Buffer {
  return Buffer.from(randomBytes(4).map((byte) => byte || 0x5a));
}

/** One whole masked frame (RFC 6455, 5.2 and 5.3). */
export function maskedFrame(opcode: number, payload: Buffer, mask: Buffer = randomMask()): Buffer {
  const head = headerOf(opcode, payload.length);
  const masked = payload.map((byte, at) => byte ^ (mask[at & 3] ?? 0));
  return Buffer.concat([head, mask, masked]);
}

function headerOf(opcode: number, length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | opcode, 0x80 | length]);
  if (length < 65_536) {
    const head = Buffer.from([0x80 | opcode, 0x80 | 126, 0, 0]);
    head.writeUInt16BE(length, 2);
    return head;
  }
  const head = Buffer.from([0x80 | opcode, 0x80 | 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUIntBE(length, 4, 6);
  return head;
}

/** The opening request (RFC 6455, 4.1) and the header line that the answer must hold. */
export function openingRequest(url: URL): { request: string; accept: string } {
  const key = randomBytes(16).toString('base64');
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const lines = [
    `GET ${url.pathname} HTTP/1.1`,
    `Host: ${url.host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${key}`,
    'Sec-WebSocket-Version: 13',
  ];
  return { request: `${lines.join('\r\n')}\r\n\r\n`, accept: `sec-websocket-accept: ${accept}` };
}

/** Takes one frame's payload as `bytes[start..end)`, valid only during the call: no copy per frame. */
export type OnFrame = (opcode: number, bytes: Buffer, start: number, end: number) => void;

/** Cuts a byte stream into server frames. Throws on a mask, an extension bit or a fragment. */
export class FrameReader {
  #rest: Buffer | undefined;

  push(chunk: Buffer, onFrame: OnFrame): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (bytes.length - at >= 2) {
      const first = bytes.readUInt8(at);
      const short = bytes.readUInt8(at + 1);
      if ((first & 0xf0) !== 0x80 || short > 127) throw new Error(`unexpected frame header ${first}, ${short}`);
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (bytes.length - at < head) break;
      const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : bytes.readUIntBE(at + 4, 6);
      const start = at + head;
      if (bytes.length - start < length) break;
      at = start + length;
      onFrame(first & 0x0f, bytes, start, at);
    }
    this.#rest = at < bytes.length ? bytes.subarray(at) : undefined;
  }
}
