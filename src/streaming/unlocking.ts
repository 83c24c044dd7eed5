/**
 * The parts of a player from their keys to the app: keys that have come, what they open, and the part that is open and not counted yet.
 *
 * What it must never do: let a key near the machine or the store, or hold keys without bound.
 */
import type { Offer } from '../../machines/streaming/messages.ts';
import { LocalMisuse } from '../errors.ts';
import type { Content, Part } from './playerOptions.ts';
import type { Delivered } from './wire.ts';

/** Keys that may wait to be used: those of the largest credit that an offer can have, and the one that is paid for. */
const mostKeys = 1_001;
const nameOf = (stream: string, part: number) => `${stream}/${part}`;

/** Opens the parts of one player. */
export class Unlocking {
  readonly #offerOf: (stream: string) => Offer | undefined;
  readonly #make: (offer: Offer) => Content;
  readonly #contents = new Map<string, Content>();
  /** Keys that have come, by their part, until they are used; those without one under an empty name. The oldest give way. */
  readonly #delivered = new Map<string, string>();
  /** A part that is open, until the machine has counted it: what is not counted comes again. */
  #opened: Part | undefined;

  constructor(offerOf: (stream: string) => Offer | undefined, make: (offer: Offer) => Content) {
    this.#offerOf = offerOf;
    this.#make = make;
  }

  /** Keeps a key until its part is opened. */
  keep({ about, secret }: Delivered): void {
    this.#delivered.set(about === undefined ? '' : nameOf(about.stream, about.part), secret);
    const [oldest] = this.#delivered.keys();
    if (this.#delivered.size > mostKeys && oldest !== undefined) this.#delivered.delete(oldest);
  }

  /** @throws LocalMisuse `notOpen` when the stream does not play */
  contentOf(stream: string): Content {
    const known = this.#contents.get(stream);
    if (known !== undefined) return known;
    const offer = this.#offerOf(stream);
    if (offer === undefined) throw new LocalMisuse('The stream does not play.', { code: 'notOpen' });
    const content = this.#make(offer);
    this.#contents.set(stream, content);
    return content;
  }

  /** Opens a part with the key that has come for it. @throws when there is none, or it does not open the part */
  async open(stream: string, part: number): Promise<void> {
    const key = this.#takeKey(stream, part);
    // After a crash the key is gone with the process; the payee gives it again.
    if (key === undefined) throw new Error('The key is not here any more.');
    const bytes = await this.contentOf(stream).open(part, key);
    this.#opened = { stream, number: part, bytes };
  }

  /** The part that was opened last, if it is this one. It is given once. */
  take(stream: string, part: number): Part | undefined {
    const opened = this.#opened;
    this.#opened = undefined;
    return opened?.stream === stream && opened.number === part ? opened : undefined;
  }

  #takeKey(stream: string, part: number): string | undefined {
    const name = [nameOf(stream, part), ''].find((each) => this.#delivered.has(each)) ?? '';
    const key = this.#delivered.get(name);
    this.#delivered.delete(name);
    return key;
  }
}
