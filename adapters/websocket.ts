/**
 * The browser's own `WebSocket`, connecting side. (Node has one too since 22; `adapters/ws.ts` does more there.)
 *
 * A browser can neither pause reading nor limit a frame (`maxFrame` has no effect) nor see a ping, and tells nothing of when a frame has left: `handedOver` looks at `bufferedAmount`.
 */
import { ConnectionLost, LocalMisuse } from '../src/errors.ts';
import { Inbox } from '../src/inbox.ts';
import type { Connect, Transport, TransportEvents } from '../src/transport.ts';

type Frame = string | Uint8Array;

/** Milliseconds between looks at `bufferedAmount` while somebody waits for it. */
const lookEvery = 10;

class WebSocketTransport implements Transport<Frame> {
  readonly #socket: WebSocket;
  readonly #inbox = new Inbox<Frame>();
  #waiting: ((ok: boolean) => void)[] = [];

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => {
      const frame = typeof data === 'string' ? data : new Uint8Array(data);
      this.#inbox.frame(frame, frame.length);
    };
    socket.onclose = ({ code, reason }) => {
      this.#settle(socket.bufferedAmount === 0);
      this.#inbox.closed({ code, reason });
    };
  }

  attach(events: TransportEvents<Frame>): void {
    this.#inbox.attach(events);
  }

  send(frame: Frame, handedOver?: (ok: boolean) => void): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) {
      handedOver?.(false);
      return false;
    }
    this.#socket.send(typeof frame === 'string' ? frame : new Uint8Array(frame));
    if (handedOver !== undefined) {
      this.#waiting.push(handedOver);
      if (this.#waiting.length === 1) this.#look();
    }
    return true;
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  pause(): void {
    this.#inbox.pause();
  }

  resume(): void {
    this.#inbox.resume();
  }

  close(code = 1000, reason = ''): void {
    // A page may only say 1000 or 3000-4999.
    this.#socket.close(code === 1000 || code >= 3000 ? code : 1000, reason);
  }

  terminate(): void {
    this.#inbox.cut();
    this.close();
  }

  #look(): void {
    if (this.#waiting.length === 0) return;
    if (this.#socket.bufferedAmount === 0) this.#settle(true);
    else setTimeout(() => this.#look(), lookEvery);
  }

  #settle(ok: boolean): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const handedOver of waiting) handedOver(ok);
    if (ok) this.#inbox.drained();
  }
}

/**
 * Opens a WebSocket from a page.
 * @throws ConnectionLost `connectFailed`. A browser does not tell why.
 */
export const connect: Connect<Frame> = (url, { signal, timeout = 10_000 }) =>
  new Promise((resolve, reject) => {
    let socket: WebSocket;
    try {
      socket = new WebSocket(url);
    } catch (cause) {
      reject(new LocalMisuse(`${url} is not the URL of a WebSocket.`, { code: 'badUrl', cause }));
      return;
    }
    const fail = (why: string) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      socket.close();
      reject(new ConnectionLost(`No connection to ${url}: ${why}`, { code: 'connectFailed', cause: signal?.reason }));
    };
    const abort = () => fail('aborted');
    const timer = setTimeout(() => fail('no answer in time'), timeout);
    signal?.addEventListener('abort', abort, { once: true });
    socket.onerror = () => fail('refused, or nobody there');
    socket.onopen = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      socket.onerror = null;
      resolve(new WebSocketTransport(socket));
    };
    if (signal?.aborted === true) abort();
  });
