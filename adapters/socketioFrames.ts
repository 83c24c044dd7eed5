/**
 * Messages of the engine below socket.io as the WebSocket frames that a server sends: encoded once for many, and bytes that are not copied. Pure.
 */

/** The engine's name for a packet that is a message, before a text, and before bytes where the peer is of version 2. */
const messageOfText = 0x34;
const messageOfBytes = 4;

/** First bytes of WebSocket frames as a server sends them: final, not masked. */
const kinds = { text: 0x81, bytes: 0x82 } as const;

const headerLength = (length: number) => (length < 126 ? 2 : length < 65_536 ? 4 : 10);

/** @returns where the frame's payload begins */
function writeHeader(frame: Buffer, at: number, kind: number, length: number): number {
  frame[at] = kind;
  if (length < 126) {
    frame[at + 1] = length;
    return at + 2;
  }
  if (length < 65_536) {
    frame[at + 1] = 126;
    return frame.writeUInt16BE(length, at + 2);
  }
  frame[at + 1] = 127;
  return frame.writeBigUInt64BE(BigInt(length), at + 2);
}

/** @returns where the frame ends */
function writeText(frame: Buffer, text: string, length: number): number {
  const start = writeHeader(frame, 0, kinds.text, length);
  frame[start] = messageOfText;
  return start + 1 + frame.write(text, start + 1);
}

/** A message of the engine that is text, as one frame. */
export function textFrame(text: string): Uint8Array {
  const length = Buffer.byteLength(text) + 1;
  const frame = Buffer.allocUnsafe(headerLength(length) + length);
  writeText(frame, text, length);
  return frame;
}

/** A text and what is attached to it, as two frames: all that goes before the bytes, and these as they are. */
export function framesOfBytes(text: string, bytes: Uint8Array, isOld: boolean): readonly [Uint8Array, Uint8Array] {
  const length = Buffer.byteLength(text) + 1;
  const size = bytes.length + (isOld ? 1 : 0);
  const head = Buffer.allocUnsafe(headerLength(length) + length + headerLength(size) + (isOld ? 1 : 0));
  const start = writeHeader(head, writeText(head, text, length), kinds.bytes, size);
  if (isOld) head[start] = messageOfBytes;
  return [head, bytes];
}
