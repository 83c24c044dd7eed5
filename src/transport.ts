/**
 * How frames travel: the small interfaces between a session and the adapters. Nothing here knows a protocol or a library.
 */

import type { Forms } from './packet.ts';

/** Why and how a connection ended. */
export interface Closure {
  /** The WebSocket close code; 1006 where the line broke without a word. */
  readonly code: number;
  readonly reason: string;
}

/** What a transport tells its owner. Handed over once, before the first frame can come. */
export interface TransportEvents<Frame> {
  frame(frame: Frame): void;
  /** The buffer that made `bufferedAmount` grow is empty again. */
  drained?(): void;
  /** Once, and last: nothing comes after it. */
  closed(closure: Closure): void;
}

/** One open connection that carries frames both ways, in order. */
export interface Transport<Frame> {
  /** Hands over the owner's events; frames that came before are given at once. */
  attach(events: TransportEvents<Frame>): void;
  /**
   * Sends a frame, in order with the others. A closed transport does not throw: it does not take the frame.
   * @param handedOver is called once the frame has left this process for the network (`true`), or never will (`false`)
   * @returns whether the frame was taken
   */
  send(frame: Frame, handedOver?: (ok: boolean) => void): boolean;
  /** Sends the frames of a bundle as one write. A transport without it is given them one by one. */
  sendAll?(bundle: Bundle<Frame>): boolean;
  /** Bytes that wait in this process, because the peer reads slower than we write. */
  readonly bufferedAmount: number;
  /** Stops reading, so that the peer feels back-pressure. */
  pause(): void;
  resume(): void;
  /** Sends what is buffered, then closes with the closing handshake. */
  close(code?: number, reason?: string): void;
  /** Ends the connection at once, without a handshake. */
  terminate(): void;
}

/** Frames that many receivers are sent together: what they are encoded to is kept with them. */
export interface Bundle<Frame> {
  readonly frames: readonly Frame[];
  /** Empty at first. */
  readonly forms: Forms;
}

/** Opens a connection, or rejects with `ConnectionLost`. An aborted signal closes what was half open. */
export type Connect<Frame> = (url: string, options: ConnectOptions) => Promise<Transport<Frame>>;

/** What every connecting adapter takes. */
export interface ConnectOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds for the opening handshake. */
  readonly timeout?: number;
  /** The largest frame that is accepted, in bytes. */
  readonly maxFrame?: number;
}

/** What a server knows of a connection beside its frames. */
export interface ConnectionInfo {
  /** The peer's network address. */
  readonly address: string;
  /** The request target with its query, as the peer sent it. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** A server's side of an adapter: connections, and plain HTTP routes beside them. */
export interface Listener {
  /** Where it listens, `ws://` or `wss://`. */
  readonly url: string;
  /** Takes no more connections. Those that are open stay; the promise resolves when the last of them is gone. */
  stop(): Promise<void>;
  /** Ends what is still open, at once. */
  cut(): void;
}

/** A message of one protocol on one kind of transport. Encoding never fails; decoding tells what is wrong with a frame. */
export interface Wire<Incoming, Outgoing, Frame, Fault> {
  encode(message: Outgoing): Frame;
  decode(frame: Frame): Decoded<Incoming, Fault>;
}

/** What a frame turned out to be. */
export type Decoded<Message, Fault> =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly fault: Fault };
