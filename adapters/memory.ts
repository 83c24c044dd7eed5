/**
 * Two transports joined in memory, with faults on request: delay, drop, duplicate, reorder and cut, all from the clock and the random source that
 * are handed in, so that a failing run can be run again. Without faults frames arrive in order, each in a turn of its own.
 */
import type { Clock } from '../src/clock.ts';
import { Inbox } from '../src/inbox.ts';
import { fraction, type Random } from '../src/random.ts';
import type { Closure, Transport, TransportEvents } from '../src/transport.ts';

/** How a link misbehaves. Chances are in [0, 1] and are taken for each frame. */
export interface Faults {
  /** Milliseconds that every frame takes, at least and at most. */
  readonly delay?: readonly [least: number, most: number];
  /** The chance that a frame never arrives. */
  readonly drop?: number;
  /** The chance that a frame arrives twice. */
  readonly duplicate?: number;
  /** The chance that a frame lets others overtake it. */
  readonly reorder?: number;
  /** The chance that the link breaks instead of carrying a frame. */
  readonly cut?: number;
}

/** The two ends of a link, and the link itself to break. */
export interface MemoryPair<Frame> {
  readonly ends: readonly [Transport<Frame>, Transport<Frame>];
  /** Breaks the link without a word: both ends see 1006. */
  cut(): void;
}

const overtaking = 50;

class MemoryEnd<Frame> implements Transport<Frame> {
  readonly #link: Link<Frame>;
  readonly #inbox = new Inbox<Frame>();
  #isClosed = false;
  #hasEnded = false;
  peer: MemoryEnd<Frame> | undefined;
  /** When the frame that was sent last arrives: later ones do not overtake it. */
  lastArrival = 0;

  constructor(link: Link<Frame>) {
    this.#link = link;
  }

  attach(events: TransportEvents<Frame>): void {
    this.#inbox.attach(events);
    if (!this.#inbox.isPaused) this.peer?.drained();
  }

  send(frame: Frame, handedOver?: (ok: boolean) => void): boolean {
    const ok = !this.#isClosed && !this.#hasEnded;
    if (ok) this.#link.carry(this, frame);
    if (handedOver !== undefined) this.#link.clock.set(() => handedOver(ok), 0);
    return ok;
  }

  get bufferedAmount(): number {
    return this.peer?.waiting ?? 0;
  }

  /** Bytes that arrived while this end was paused. */
  get waiting(): number {
    return this.#inbox.size;
  }

  pause(): void {
    this.#inbox.pause();
  }

  resume(): void {
    this.#inbox.resume();
    if (!this.#inbox.isPaused) this.peer?.drained();
  }

  close(code = 1000, reason = ''): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#link.end(this, { code, reason });
  }

  terminate(): void {
    this.#link.cut();
  }

  arrive(frame: Frame): void {
    this.#inbox.frame(frame, sizeOf(frame));
  }

  drained(): void {
    this.#inbox.drained();
  }

  closed(closure: Closure): void {
    this.#isClosed = true;
    this.#inbox.closed(closure);
  }
}

/** The bytes of a frame; of what is neither text nor bytes, one. */
function sizeOf(frame: unknown): number {
  if (typeof frame === 'string') return new TextEncoder().encode(frame).length;
  return frame instanceof Uint8Array ? frame.length : 1;
}

class Link<Frame> {
  readonly clock: Clock;
  readonly #random: Random;
  readonly #faults: Faults;
  readonly ends: readonly [MemoryEnd<Frame>, MemoryEnd<Frame>];
  #isCut = false;

  constructor(clock: Clock, random: Random, faults: Faults) {
    this.clock = clock;
    this.#random = random;
    this.#faults = faults;
    this.ends = [new MemoryEnd(this), new MemoryEnd(this)];
    [this.ends[0].peer, this.ends[1].peer] = [this.ends[1], this.ends[0]];
  }

  carry(from: MemoryEnd<Frame>, frame: Frame): void {
    if (this.#happens(this.#faults.cut)) this.cut();
    if (this.#isCut || this.#happens(this.#faults.drop)) return;
    this.#deliver(from, frame);
    if (this.#happens(this.#faults.duplicate)) this.#deliver(from, frame);
  }

  /** A closing handshake: it comes after every frame that was sent before it, and the peer's answer after the peer's. */
  end(from: MemoryEnd<Frame>, closure: Closure): void {
    this.#arrange(from, 0, () => {
      const { peer } = from;
      if (this.#isCut || peer === undefined) return;
      this.#arrange(peer, 0, () => from.closed(closure));
      peer.closed(closure);
    });
  }

  cut(): void {
    if (this.#isCut) return;
    this.#isCut = true;
    for (const end of this.ends) this.clock.set(() => end.closed({ code: 1006, reason: '' }), 0);
  }

  #deliver(from: MemoryEnd<Frame>, frame: Frame): void {
    const [least, most] = this.#faults.delay ?? [0, 0];
    const delay = least + (most === least ? 0 : Math.floor(fraction(this.#random) * (most - least)));
    const arrive = () => {
      if (!this.#isCut) from.peer?.arrive(frame);
    };
    if (this.#happens(this.#faults.reorder)) this.clock.set(arrive, delay + overtaking);
    else this.#arrange(from, delay, arrive);
  }

  #arrange(from: MemoryEnd<Frame>, delay: number, deed: () => void): void {
    const now = this.clock.now();
    from.lastArrival = Math.max(now + delay, from.lastArrival);
    this.clock.set(deed, from.lastArrival - now);
  }

  #happens(chance = 0): boolean {
    return chance > 0 && fraction(this.#random) < chance;
  }
}

/** Two joined transports: what one sends the other receives, as well as the faults let it. */
export function memoryPair<Frame>(clock: Clock, random: Random, faults: Faults = {}): MemoryPair<Frame> {
  const link = new Link<Frame>(clock, random, faults);
  return { ends: link.ends, cut: () => link.cut() };
}
