/**
 * The dials through a server: each between two sockets, with an id that neither has in use, and gone without a trace when its streams have ended.
 */
import { type Refusal, refusals } from '../../machines/star/rendezvousRules.ts';
import type { Clock, TimerHandle } from '../clock.ts';
import type { Stream } from './streams.ts';

/** A socket that dials and is dialled. */
interface Dialable {
  readonly dials: Map<string, Dial>;
}

/** One dial. */
export class Dial {
  readonly id: string;
  readonly from: Dialable;
  readonly to: Dialable;
  readonly #streams = new Map<string, Stream>();
  readonly #clock: Clock;
  #timer: TimerHandle | undefined;
  /** Nobody waits for an answer any more. */
  #isSettled = false;
  #isOrphaned = false;
  readonly #released: () => void;
  readonly #bytes = new Map<string, number>();

  /** @param released called once, when nothing is left of it */
  constructor(id: string, from: Dialable, to: Dialable, clock: Clock, released: () => void) {
    // Only what an orphan has left can be in the way.
    for (const { dials } of [from, to]) dials.get(id)?.abort(refusals.peerGone);
    this.id = id;
    this.from = from;
    this.to = to;
    this.#clock = clock;
    this.#released = released;
    from.dials.set(id, this);
    to.dials.set(id, this);
  }

  /** Calls back once, unless it is settled or asked again before. */
  after(milliseconds: number, elapsed: () => void): void {
    this.#clearTimer();
    this.#timer = this.#clock.set(elapsed, milliseconds);
  }

  /** The stream's end is the dial's, once both have ended. */
  carry(stream: Stream): void {
    if (stream.output === undefined) this.#streams.set(stream.id, stream);
  }

  streamEnded(id: string): void {
    this.#streams.delete(id);
    this.#release();
  }

  /** Bytes that have come for one of its streams, these among them. */
  count(stream: string, bytes: number): number {
    const sum = (this.#bytes.get(stream) ?? 0) + bytes;
    this.#bytes.set(stream, sum);
    return sum;
  }

  /** Its dialler has gone: what it has said can still be heard, but its id is in nobody's way. */
  get isOrphaned(): boolean {
    return this.#isOrphaned;
  }

  /** A socket has gone. A dial that waits for its answer, and has nothing to say, is over with its dialler. */
  lost(socket: Dialable): void {
    this.#isOrphaned ||= socket === this.from;
    const isMute = [...this.#streams.values()].every(({ heldBytes }) => heldBytes === 0);
    if (this.#isOrphaned && !this.#isSettled && isMute) this.abort(refusals.peerGone);
    else this.settle();
  }

  /** It was answered, or will not be. */
  settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#clearTimer();
    this.#release();
  }

  /** Its streams end, for both. */
  abort(reason: string): void {
    this.settle();
    for (const stream of [...this.#streams.values()]) stream.abort(reason);
  }

  #release(): void {
    if (!this.#isSettled || this.#streams.size > 0 || this.from.dials.get(this.id) !== this) return;
    this.#clearTimer();
    this.from.dials.delete(this.id);
    this.to.dials.delete(this.id);
    this.#released();
  }

  #clearTimer(): void {
    if (this.#timer !== undefined) this.#clock.clear(this.#timer);
    this.#timer = undefined;
  }
}

const isInUse = (dial: Dial | undefined): boolean => dial?.isOrphaned === false;

/** Why a socket may not have another dial to this one; `undefined`: it may. */
export function dialRefusal(
  id: string,
  from: Dialable,
  to: Dialable,
  { dialsPerPair, dialsPerSocket }: { readonly dialsPerPair: number; readonly dialsPerSocket: number },
): Refusal | undefined {
  if (isInUse(from.dials.get(id)) || isInUse(to.dials.get(id))) return 'dialIdInUse';
  if (from.dials.size >= dialsPerSocket) return 'tooManyDials';
  if (to.dials.size >= dialsPerSocket) return 'peerBusy';
  let between = 0;
  for (const dial of from.dials.values()) if (dial.from === to || dial.to === to) between += 1;
  return between >= dialsPerPair ? 'tooManyDials' : undefined;
}
