/** A WebSocket client on the bare socket, for what a library hides: the handshake's letters, the bits of a frame, and rules broken on purpose. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawFrame {
  readonly fin: boolean;
  /** The three reserved bits; deflate sets the first. */
  readonly rsv: number;
  /** 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong. */
  readonly opcode: number;
  readonly masked: boolean;
  readonly payload: Buffer;
}

export interface Handshake {
  readonly path?: string;
  /** Further header lines. */
  readonly headers?: readonly string[];
}

export class RawPeer {
  readonly socket: Socket;
  /** The answer to the handshake: status line and headers. */
  handshake = '';
  #bytes = Buffer.alloc(0);
  #wake: () => void = () => {};
  #ended = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
      this.#wake();
    });
    socket.on('error', () => {});
    for (const end of ['end', 'close']) {
      socket.on(end, () => {
        this.#ended = true;
        this.#wake();
      });
    }
  }

  /** Connects and shakes hands. */
  static async open(url: string, { path = '/', headers = [] }: Handshake = {}): Promise<RawPeer> {
    const { hostname, port } = new URL(url);
    const peer = new RawPeer(connect({ host: hostname, port: Number(port), allowHalfOpen: true }));
    await once(peer.socket, 'connect');
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version: 13',
      ...headers,
    ];
    peer.socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    const end = await peer.#until((bytes) => bytes.indexOf('\r\n\r\n') + 1 || undefined);
    peer.handshake = `${peer.#take(end + 3)}`;
    return peer;
  }

  write(opcode: number, payload: string | Uint8Array, { fin = true, rsv = 0, masked = true } = {}): void {
    const bytes = Buffer.from(payload);
    const isShort = bytes.length < 126;
    const head = Buffer.alloc(isShort ? 2 : 4);
    head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
    head[1] = (masked ? 0x80 : 0) | (isShort ? bytes.length : 126);
    if (!isShort) head.writeUInt16BE(bytes.length, 2);
    const mask = Buffer.from([1, 2, 3, 4]);
    const body = masked ? Buffer.concat([mask, bytes.map((byte, i) => byte ^ ((i % 4) + 1))]) : bytes;
    this.socket.write(Buffer.concat([head, body]));
  }

  text(text: string): void {
    this.write(1, text);
  }

  async frame(): Promise<RawFrame> {
    const { head, length } = await this.#until(lengthOf);
    await this.#until((bytes) => (bytes.length >= head + length ? true : undefined));
    const bytes = this.#take(head + length);
    const first = bytes.readUInt8(0);
    return {
      fin: first >= 0x80,
      rsv: (first >> 4) & 7,
      opcode: first & 15,
      masked: bytes.readUInt8(1) >= 0x80,
      payload: bytes.subarray(head),
    };
  }

  /** The code of the close frame that comes next. */
  async closeCode(): Promise<number> {
    const { opcode, payload } = await this.frame();
    if (opcode !== 8) throw new Error(`not a close frame: opcode ${opcode}, ${payload}`);
    return payload.readUInt16BE(0);
  }

  async #until<T>(found: (bytes: Buffer) => T | undefined): Promise<T> {
    for (;;) {
      const value = found(this.#bytes);
      if (value !== undefined) return value;
      if (this.#ended) throw new Error(`the relay hung up; what it had said: ${this.#bytes}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #take(count: number): Buffer {
    const bytes = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return bytes;
  }
}

/** How long the frame at the beginning of the bytes is, once that can be seen. A server's frame has no mask. */
function lengthOf(bytes: Buffer): { head: number; length: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 127;
  if (short < 126) return { head: 2, length: short };
  const head = short === 126 ? 4 : 10;
  if (bytes.length < head) return undefined;
  return { head, length: short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2)) };
}
