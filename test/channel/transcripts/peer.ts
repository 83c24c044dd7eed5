/** One end of a WebSocket that says what a test says, letter by letter, and shows what it hears. It knows nothing of our code. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { SocketEnd } from '../../harness/socketEnd.ts';

/** A member of something that was read from JSON. */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) throw new Error(`no object: ${JSON.stringify(value)}`);
  return Reflect.get(value, name);
}

/** The transaction that a message carries, at the place that the text gives it. */
export function txOf(message: unknown, name = 'tx'): string {
  const tx = member(member(message, 'payload'), name);
  if (typeof tx !== 'string') throw new Error(`no ${name}: ${JSON.stringify(message)}`);
  return tx;
}

export class Peer extends SocketEnd {
  static async open(url: string): Promise<Peer> {
    const peer = new Peer(new WebSocket(url));
    await once(peer.socket, 'open');
    return peer;
  }

  /** Sends one frame: text as it is, anything else as JSON. */
  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  sendBinary(bytes: Uint8Array): void {
    this.socket.send(bytes);
  }

  /** The next message. */
  async message(): Promise<unknown> {
    return JSON.parse(await this.frame());
  }

  /** The next messages are exactly these. */
  async hears(...expected: readonly unknown[]): Promise<void> {
    for (const each of expected) expect(await this.message()).toStrictEqual(each);
  }

  /** The next message asks for a signature, as the text writes it; its transaction. */
  async hearsSign(tag: string, beside = {}): Promise<string> {
    const message = await this.message();
    const tx = txOf(message);
    expect(message).toStrictEqual({ action: 'sign', tag, payload: { tx, ...beside } });
    return tx;
  }

  /** The next message is a transaction on its way to the chain. */
  async hearsOnChainTx(): Promise<string> {
    const message = await this.message();
    const tx = txOf(message);
    expect(message).toStrictEqual({ action: 'on_chain_tx', payload: { tx } });
    return tx;
  }

  /** Nothing more than what was looked at has come: the other side has answered a ping, and frames keep their order. */
  async hearsNothing(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      const pong = once(this.socket, 'pong');
      this.socket.ping();
      await pong;
    }
    expect(this.unread()).toEqual([]);
  }

  /** What has come and was not looked at, when the socket is closed. */
  async hearsTheEnd(): Promise<number> {
    const code = await this.closed;
    expect(this.unread()).toEqual([]);
    return code;
  }
}

export const info = (event: string) => ({ action: 'info', payload: { event } });
