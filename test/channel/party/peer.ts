/** The other end of a party's WebSocket: it says what the test says, letter by letter, and shows what it hears. */
import type { WebSocket } from 'ws';
import { SocketEnd } from '../../harness/socketEnd.ts';

/** A frame as it stands in the text, without its amounts: those are compared as text. */
export interface Said {
  readonly action: string;
  readonly tag?: string;
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** One end of a WebSocket. */
export class Peer extends SocketEnd {
  readonly url: string;

  constructor(socket: WebSocket, url: string) {
    super(socket);
    this.url = url;
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

  async hears(): Promise<Said> {
    return JSON.parse(await this.frame());
  }

  /** The transaction in the next frame, which must be this action. */
  async reply(action: string): Promise<string> {
    const { action: heard, tag, payload } = await this.hears();
    expect({ heard, tag }).toEqual({ heard: action, tag: undefined });
    return `${payload?.['tx']}`;
  }
}
