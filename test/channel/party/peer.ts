/** The other end of a party's WebSocket: it says what the test says, letter by letter, and shows what it hears. */
import type { RawData } from 'ws';

/** A frame as it stands in the text, without its amounts: those are compared as text. */
export interface Said {
  readonly action: string;
  readonly tag?: string;
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** One end of a WebSocket. */
export class Peer {
  readonly socket: {
    send(data: string | Uint8Array): void;
    close(code?: number, reason?: string): void;
    terminate(): void;
  };
  readonly url: string;
  /** Resolves with the code of the close, whoever closed. */
  readonly closed: Promise<number>;
  readonly #frames: string[] = [];
  #wake: () => void = () => {};
  #isClosed = false;

  constructor(socket: import('ws').WebSocket, url: string) {
    this.socket = socket;
    this.url = url;
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

  raw(frame: string | Uint8Array): void {
    this.socket.send(frame);
  }

  say(said: Omit<Said, 'payload'> & { readonly channel_id?: string; readonly payload?: unknown }): void {
    this.raw(JSON.stringify(said));
  }

  info(...events: readonly string[]): void {
    for (const event of events) this.say({ action: 'info', payload: { event } });
  }

  asks(tag: string, tx: string, updates?: readonly unknown[]): void {
    this.say({ action: 'sign', tag, payload: { tx, ...(updates === undefined ? {} : { updates }) } });
  }

  onChain(tx: string): void {
    this.say({ action: 'on_chain_tx', payload: { tx } });
  }

  state(state: string): void {
    this.say({ action: 'update', payload: { state } });
  }

  conflict(round: number): void {
    this.say({
      action: 'conflict',
      payload: { channel_id: 'ch$2cobu19u5X3rVgT2vVmnwpYgdzYtDMZekD1cHRLpwxZyk6BVVM', round },
    });
  }

  /** The next frame, letter by letter. */
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

  async hears(): Promise<Said> {
    return JSON.parse(await this.frame());
  }

  /** The transaction in the next frame, which must be this action. */
  async reply(action: string): Promise<string> {
    const { action: heard, tag, payload } = await this.hears();
    expect({ heard, tag }).toEqual({ heard: action, tag: undefined });
    return `${payload?.['tx']}`;
  }

  /** The frames that have arrived and were not looked at. */
  unread(): readonly string[] {
    return this.#frames;
  }
}
