/**
 * Carries out what a client role's machine asks of its connection: get one, close it, give it up; and tells it the facts.
 *
 * The machine decides whether to try again; this decides when: the first try at once, later ones after a back-off that doubles up to a cap, with
 * jitter, so that a thousand clients of a restarted server do not come back in the same instant.
 */
import type { Clock, TimerHandle } from './clock.ts';
import { fraction, type Random } from './random.ts';
import type { ConnectionFact } from './role.ts';
import type { Connect, Transport } from './transport.ts';

export interface Backoff {
  /** Milliseconds before the second try. */
  readonly first: number;
  /** Milliseconds between tries, at most. */
  readonly most: number;
}

export interface ConnectorOptions<Frame> {
  /** Looked at for each try: what it asks for may have changed. */
  readonly url: string | (() => string);
  readonly connect: Connect<Frame>;
  readonly clock: Clock;
  readonly random: Random;
  readonly backoff?: Backoff;
  /** The largest frame that is accepted, in bytes. */
  readonly maxFrame?: number;
  /** Milliseconds for the opening handshake. */
  readonly timeout?: number;
  readonly frame: (frame: Frame) => void;
  readonly fact: (fact: ConnectionFact) => void;
  /** The buffer that made `bufferedAmount` grow is empty again. */
  readonly drained?: () => void;
}

const defaultBackoff: Backoff = { first: 250, most: 30_000 };

/** The milliseconds to wait before a try: between half of the full back-off and all of it. */
export function backoffOf(attempt: number, { first, most }: Backoff, random: Random): number {
  if (attempt === 0) return 0;
  const full = Math.min(most, first * 2 ** (attempt - 1));
  return full / 2 + (fraction(random) * full) / 2;
}

/** One client role's connection, and the tries to get it. */
export class Connector<Frame> {
  readonly #options: ConnectorOptions<Frame>;
  #transport: Transport<Frame> | undefined;
  #attempt: AbortController | undefined;
  #wait: TimerHandle | undefined;

  constructor(options: ConnectorOptions<Frame>) {
    this.#options = options;
  }

  /** Tries to connect, after the back-off of this attempt. What comes of it is told as `connection.opened` or `connection.failed`. */
  request(attempt: number): void {
    const { clock, backoff = defaultBackoff, random } = this.#options;
    this.withdraw();
    this.#discard();
    const delay = backoffOf(attempt, backoff, random);
    if (delay === 0) void this.#connect();
    else this.#wait = clock.set(() => void this.#connect(), delay);
  }

  /** Gives up the try that is under way; nothing is told of it. */
  withdraw(): void {
    if (this.#wait !== undefined) this.#options.clock.clear(this.#wait);
    this.#wait = undefined;
    this.#attempt?.abort();
    this.#attempt = undefined;
  }

  /** Sends a frame; without a connection it is not handed over. */
  send(frame: Frame, handedOver?: (ok: boolean) => void): boolean {
    if (this.#transport !== undefined) return this.#transport.send(frame, handedOver);
    handedOver?.(false);
    return false;
  }

  /** Bytes that wait in this process for the server to read. */
  get bufferedAmount(): number {
    return this.#transport?.bufferedAmount ?? 0;
  }

  pause(): void {
    this.#transport?.pause();
  }

  resume(): void {
    this.#transport?.resume();
  }

  close(code: number, reason: string): void {
    this.withdraw();
    this.#transport?.close(code, reason);
  }

  terminate(): void {
    this.withdraw();
    this.#transport?.terminate();
  }

  /** A connection that is still there when another is asked for is given up; nothing is told of it. */
  #discard(): void {
    const transport = this.#transport;
    this.#transport = undefined;
    transport?.close(1000, '');
  }

  async #connect(): Promise<void> {
    const { url, connect, maxFrame, timeout, fact } = this.#options;
    const attempt = new AbortController();
    this.#attempt = attempt;
    try {
      const transport = await connect(typeof url === 'string' ? url : url(), {
        signal: attempt.signal,
        ...(maxFrame === undefined ? {} : { maxFrame }),
        ...(timeout === undefined ? {} : { timeout }),
      });
      if (attempt.signal.aborted) return transport.terminate();
      this.#attempt = undefined;
      this.#open(transport);
    } catch (error) {
      if (attempt.signal.aborted) return;
      this.#attempt = undefined;
      fact({ type: 'connection.failed', reason: error instanceof Error ? error.message : String(error) });
    }
  }

  #open(transport: Transport<Frame>): void {
    const { fact, frame, drained } = this.#options;
    this.#transport = transport;
    fact({ type: 'connection.opened' });
    transport.attach({
      frame: (data) => {
        if (this.#transport === transport) frame(data);
      },
      ...(drained === undefined
        ? {}
        : {
            drained: () => {
              if (this.#transport === transport) drained();
            },
          }),
      closed: ({ code, reason }) => {
        if (this.#transport !== transport) return;
        this.#transport = undefined;
        fact({
          type: 'connection.lost',
          code,
          reason: `The connection was closed with ${code}${reason === '' ? '' : ` (${reason})`}.`,
        });
      },
    });
  }
}
