/**
 * End-to-end secrecy over a relay that is not trusted: a message is put into a tweetnacl box (Curve25519, XSalsa20, Poly1305) for one receiver.
 *
 * A box says who made it, for which address, in which sender session and as which number: so a relay can neither read nor alter a message, nor
 * play one again, nor hand it to somebody else. It can still drop messages, and see who talks to whom and how much.
 */
import nacl from 'tweetnacl';
import { z } from 'zod';
import { LocalMisuse, PeerMisbehaved } from '../errors.ts';
import { hex, type Random } from '../random.ts';

/** Where a client can be reached, and the key for what is meant for it alone: `<address>#<key>`, key in unpadded base64url. */
export interface Contact {
  readonly address: string;
  /** Curve25519 public key, 32 bytes. */
  readonly key: Uint8Array;
}

/** A sealed message as it travels: a JSON object, like every message of the text. */
const Sealed = z.object({ sealed: z.literal(1), key: z.string(), nonce: z.string(), box: z.string() });

/** What is in the box. `msg` is JSON text. */
const Opened = z.object({ to: z.string(), session: z.string(), n: z.number().int().nonnegative(), msg: z.string() });

const sessionsKept = 4_096;
const sharedKept = 1_024;

/** A message that was opened: its JSON text, and who sealed it. */
export interface Unsealed {
  readonly msg: string;
  readonly key: Uint8Array;
}

/** Bytes as unpadded base64url. */
export function toBase64Url(bytes: Uint8Array): string {
  let letters = '';
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Bytes from base64url, or `undefined`. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** The short string to hand to somebody, out of band. */
export const contactText = ({ address, key }: Contact): string => `${address}#${toBase64Url(key)}`;

/** The contact that a string names; `undefined` for a bare address or a broken key. */
export function parseContact(text: string): Contact | undefined {
  const hash = text.indexOf('#');
  if (hash === -1) return undefined;
  const key = fromBase64Url(text.slice(hash + 1));
  return key?.length === nacl.box.publicKeyLength ? { address: text.slice(0, hash), key } : undefined;
}

/** Seals and opens for one key pair, and remembers what it has opened. */
export class Sealer {
  readonly publicKey: Uint8Array;
  readonly #secretKey: Uint8Array;
  readonly #random: Random;
  readonly #session: string;
  readonly #opened = new Map<string, number>();
  readonly #sharedKeys = new Map<string, Uint8Array>();
  #n = 0;

  /** @param secretKey 32 bytes; a fresh one where none is given */
  constructor(random: Random, secretKey = random.bytes(nacl.box.secretKeyLength)) {
    if (secretKey.length !== nacl.box.secretKeyLength) {
      throw new LocalMisuse(`A sealing key has ${nacl.box.secretKeyLength} bytes, this one ${secretKey.length}.`, {
        code: 'badKey',
      });
    }
    const pair = nacl.box.keyPair.fromSecretKey(secretKey);
    this.publicKey = pair.publicKey;
    this.#secretKey = pair.secretKey;
    this.#random = random;
    this.#session = hex(random.bytes(16));
  }

  /** The JSON text of the sealed message. `msg` is JSON text. */
  seal(to: Contact, msg: string): string {
    const nonce = this.#random.bytes(nacl.box.nonceLength);
    const inner: z.infer<typeof Opened> = { to: to.address, session: this.#session, n: this.#n, msg };
    this.#n += 1;
    const box = nacl.box.after(new TextEncoder().encode(JSON.stringify(inner)), nonce, this.#shared(to.key));
    const sealed: z.infer<typeof Sealed> = {
      sealed: 1,
      key: toBase64Url(this.publicKey),
      nonce: toBase64Url(nonce),
      box: toBase64Url(box),
    };
    return JSON.stringify(sealed);
  }

  /**
   * Opens what was sealed for `address`.
   * @throws PeerMisbehaved `notSealed`, `brokenSeal`, `notForUs`, `replayed`, `tooManySenders`
   */
  open(address: string, text: string): Unsealed {
    const { key, nonce, box } = readSealed(text);
    const bytes = nacl.box.open.after(box, nonce, this.#shared(key));
    if (bytes === null)
      throw new PeerMisbehaved('The seal is broken: altered, or not meant for this key.', { code: 'brokenSeal' });
    const opened = Opened.safeParse(parsed(new TextDecoder().decode(bytes)));
    if (!opened.success) throw new PeerMisbehaved('The box holds no message.', { code: 'brokenSeal' });
    const { to, session, n, msg } = opened.data;
    if (parsed(msg) === undefined) throw new PeerMisbehaved('The box holds no JSON.', { code: 'brokenSeal' });
    if (to !== address) throw new PeerMisbehaved('The message was sealed for another address.', { code: 'notForUs' });
    this.#refuseReplay(`${toBase64Url(key)}/${session}`, n);
    return { msg, key };
  }

  /** The key that is shared with another: 1.8 ms to make, so a bounded number of them is kept. */
  #shared(key: Uint8Array): Uint8Array {
    const name = toBase64Url(key);
    const known = this.#sharedKeys.get(name);
    if (known !== undefined) return known;
    if (this.#sharedKeys.size >= sharedKept) this.#sharedKeys.clear();
    const shared = nacl.box.before(key, this.#secretKey);
    this.#sharedKeys.set(name, shared);
    return shared;
  }

  /** Numbers only grow within a sender's session. What is kept of them is bounded: beyond it nothing new is opened, rather than a replay. */
  #refuseReplay(sender: string, n: number): void {
    const last = this.#opened.get(sender);
    if (last !== undefined && n <= last)
      throw new PeerMisbehaved('The message was opened before.', { code: 'replayed' });
    if (last === undefined && this.#opened.size >= sessionsKept) {
      throw new PeerMisbehaved('Too many senders for one key: use a fresh one.', { code: 'tooManySenders' });
    }
    this.#opened.set(sender, n);
  }
}

function readSealed(text: string): { readonly key: Uint8Array; readonly nonce: Uint8Array; readonly box: Uint8Array } {
  const sealed = Sealed.safeParse(parsed(text));
  const key = sealed.success ? fromBase64Url(sealed.data.key) : undefined;
  const nonce = sealed.success ? fromBase64Url(sealed.data.nonce) : undefined;
  const box = sealed.success ? fromBase64Url(sealed.data.box) : undefined;
  if (key?.length !== nacl.box.publicKeyLength || nonce?.length !== nacl.box.nonceLength || box === undefined) {
    throw new PeerMisbehaved('The message is not sealed; this client takes only sealed ones.', { code: 'notSealed' });
  }
  // X25519 ignores the highest bit: with it set, one box could be played again as from another sender. No sealer writes a key so.
  if ((key.at(-1) ?? 0) > 127)
    throw new PeerMisbehaved('The key is written as no sealer writes it.', { code: 'brokenSeal' });
  return { key, nonce, box };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
