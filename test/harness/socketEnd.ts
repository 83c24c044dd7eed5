/** One end of a WebSocket, for a test that is the peer: it shows what it hears, frame by frame, letter by letter. It knows nothing of our code. */
import type { RawData, WebSocket } from 'ws';

export class SocketEnd {
  readonly socket: WebSocket;
  /** Resolves with the code of the close, whoever closed. */
  readonly closed: Promise<number>;
  readonly #frames: string[] = [];
  #wake: () => void = () => {};
  #isClosed = false;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: RawData, isBinary) => {
      this.#frames.push(isBinary ? `binary: ${data}` : `${data}`);
      this.#wake();
    });
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.on('close', (code) => {
        this.#isClosed = true;
        this.#wake();
        resolve(code);
      });
    });
  }

  /** The next frame that was not yet looked at. */
  async frame(): Promise<string> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      if (this.#isClosed) throw new Error(`closed with ${await this.closed} while a frame was awaited`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The frames that have arrived and were not looked at. */
  unread(): readonly string[] {
    return this.#frames;
  }
}
