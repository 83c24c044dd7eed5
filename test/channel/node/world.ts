/**
 * A node in this process, and parties that are nothing but a WebSocket and a key: what they say is written out in the tests, as somebody with wscat
 * would type it.
 */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { decode, type Era, encode } from '../../../src/channel/encoding.ts';
import { type Seen, see } from '../../../src/channel/seen.ts';
import { decodeTransaction, encodeTransaction } from '../../../src/channel/serialization.ts';
import { type ChannelServer, type ChannelServerOptions, channelServer } from '../../../src/channel/serve.ts';
import { type SigningForm, sign } from '../../../src/channel/signing.ts';
import { parseJson } from '../../../src/json.ts';
import { signerFromSeed } from '../../../src/keys/index.ts';
import type { Signer } from '../../../src/signer.ts';

/** A seed of which nobody needs to keep the secret. */
const seed = (byte: number) => new Uint8Array(32).fill(byte);

export interface Person {
  readonly signer: Signer;
  /** `ak$…` */
  readonly legacy: string;
  /** `ak_…` */
  readonly modern: string;
}

async function person(byte: number): Promise<Person> {
  const signer = await signerFromSeed(seed(byte));
  return {
    signer,
    // As the protocol text writes accounts: with the tag of their id before the key.
    legacy: encode('ak', 'legacy', Uint8Array.of(1, ...signer.publicKey)),
    modern: encode('ak', 'modern', signer.publicKey),
  };
}

export const alice = await person(1);
export const bob = await person(2);
export const mallory = await person(3);

const networkId = 'ae_devnet';

/** The transaction in a text, signed as its era has it. */
export async function signed(tx: string, { signer }: Person, form?: SigningForm): Promise<string> {
  const { era, bytes } = decode(tx, 'tx');
  const chosen = form ?? (era === 'legacy' ? 'raw' : 'networkHash');
  const signing = chosen === 'raw' ? { form: chosen } : { form: chosen, networkId };
  const whole = await sign(decodeTransaction(bytes), signer, signing, new AbortController().signal);
  return encode('tx', era, encodeTransaction(whole));
}

/** A message as it came, numbers that are too long for a double as bigint. */
export type Fields = { readonly [name: string]: unknown };

export function fields(value: unknown): Fields {
  return value !== null && typeof value === 'object' ? { ...value } : {};
}

/** The transaction of a message. */
export function txOf(message: Fields): string {
  const { tx, state } = fields(message['payload']);
  return String(tx ?? state);
}

export const seenIn = (message: Fields): Seen => see(txOf(message));

/** What is not part of the test's own words: the transaction, of which is said what it is about. */
export function shown(message: Fields): Fields {
  const payload = fields(message['payload']);
  const replaced = Object.fromEntries(
    Object.entries(payload).map(([name, value]) => {
      if ((name !== 'tx' && name !== 'state') || typeof value !== 'string') return [name, value];
      const seen = see(value);
      return [
        name,
        seen.kind === 'unreadable' ? seen.reason : `${seen.kind} with ${seen.signatures.length} signatures`,
      ];
    }),
  );
  return 'payload' in message ? { ...message, payload: replaced } : message;
}

/** Items for whoever takes them first. */
class Inbox {
  readonly #items: string[] = [];
  readonly #takers: ((item: string) => void)[] = [];

  put(item: string): void {
    const take = this.#takers.shift();
    if (take === undefined) this.#items.push(item);
    else take(item);
  }

  take(): Promise<string> {
    const item = this.#items.shift();
    return item === undefined ? new Promise((resolve) => this.#takers.push(resolve)) : Promise.resolve(item);
  }

  get waiting(): readonly string[] {
    return this.#items;
  }
}

/** Somebody on a WebSocket. */
export class Wscat {
  readonly person: Person;
  readonly socket: WebSocket;
  readonly #inbox = new Inbox();
  /** The code and the reason with which the socket was closed. */
  readonly closed: Promise<readonly [number, string]>;

  constructor(url: string, who: Person) {
    this.person = who;
    this.socket = new WebSocket(url, { perMessageDeflate: false });
    this.socket.on('message', (data) => this.#inbox.put(data.toString()));
    this.closed = new Promise((resolve) =>
      this.socket.on('close', (code, reason) => resolve([code, reason.toString()])),
    );
  }

  static async connect(url: string, who: Person): Promise<Wscat> {
    const wscat = new Wscat(url, who);
    await once(wscat.socket, 'open');
    return wscat;
  }

  type(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  text(): Promise<string> {
    return this.#inbox.take();
  }

  async next(): Promise<Fields> {
    return fields(parseJson(await this.text()));
  }

  /** So many messages, with transactions replaced by what they are. */
  async shows(count: number): Promise<Fields[]> {
    const messages: Fields[] = [];
    while (messages.length < count) messages.push(shown(await this.next()));
    return messages;
  }

  /** What has come and was not taken. */
  get unread(): readonly string[] {
    return this.#inbox.waiting;
  }

  /** Takes the request to sign, and answers it with its own tag (or another action). */
  async signs(action?: string): Promise<Fields> {
    const message = await this.next();
    if (message['action'] !== 'sign') throw new Error(`Not asked to sign: ${JSON.stringify(message)}`);
    this.type({ action: action ?? message['tag'], payload: { tx: await signed(txOf(message), this.person) } });
    return message;
  }

  /** What was sent has been read when this is done: the answer to what makes no sense comes after everything before it. */
  async settled(): Promise<void> {
    this.type('{"action":"ping"}');
    for (;;) {
      const { action, payload } = await this.next();
      if (action === 'error' && fields(payload)['reason'] === 'unknown_request') return;
    }
  }

  async leave(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  /** The line breaks. */
  async cut(): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }
}

/** The parameters of the protocol text. */
export const textTerms = {
  lock_period: '10',
  push_amount: '3',
  initiator_amount: '10',
  responder_amount: '10',
  channel_reserve: '2',
  ttl: '1000',
};

export interface QueryOptions {
  readonly era?: Era;
  readonly dialect?: 'text' | 'epoch';
  readonly initiator?: Person;
  readonly responder?: Person;
  readonly more?: Readonly<Record<string, string>>;
}

/** The query strings of the protocol text, with keys of which the secret is known. */
export function queryOf(
  role: 'initiator' | 'responder',
  { era = 'legacy', dialect = 'text', initiator = alice, responder = bob, more = {} }: QueryOptions = {},
): string {
  const suffix = dialect === 'text' ? '' : '_id';
  const params = {
    [`initiator${suffix}`]: initiator[era],
    [`responder${suffix}`]: responder[era],
    ...textTerms,
    ...(role === 'initiator' ? { host: 'localhost' } : {}),
    port: '1234',
    ...more,
    role,
  };
  return Object.entries(params)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** A node, and who is connected to it. Blocks are made on command, where a test does not say otherwise. */
export class World {
  readonly server: ChannelServer;
  readonly reports: unknown[];

  private constructor(server: ChannelServer, reports: unknown[]) {
    this.server = server;
    this.reports = reports;
  }

  static async open(options: ChannelServerOptions = {}): Promise<World> {
    const reports: unknown[] = [];
    const server = await channelServer({ blockMs: 0, report: (error) => reports.push(error), ...options });
    return new World(server, reports);
  }

  connect(role: 'initiator' | 'responder', options: QueryOptions = {}): Promise<Wscat> {
    const { initiator = alice, responder = bob } = options;
    const who = role === 'initiator' ? initiator : responder;
    return Wscat.connect(`${this.server.url}/channel?${queryOf(role, options)}`, who);
  }

  /** An open channel: every message of the opening is taken. */
  async opened(options: QueryOptions = {}, other: QueryOptions = options): Promise<readonly [Wscat, Wscat]> {
    const initiator = await this.connect('initiator', options);
    const responder = await this.connect('responder', other);
    await initiator.next();
    await responder.next();
    await initiator.signs();
    await responder.next();
    await responder.signs();
    await initiator.next();
    await Promise.all([initiator.next(), responder.next()]);
    await this.server.chain.mine(5);
    for (const [party, { dialect }] of [
      [initiator, options],
      [responder, other],
    ] as const) {
      await party.shows(dialect === 'epoch' ? 4 : 3);
    }
    return [initiator, responder];
  }

  /** A whole update, taken by both. */
  async updated(starter: Wscat, acknowledger: Wscat, amount: number | bigint, from = starter): Promise<void> {
    const era = decode(txOfTerms(from), 'ak').era;
    const to = from === starter ? acknowledger : starter;
    starter.type(
      `{"action":"update","tag":"new","payload":{"from":"${from.person[era]}","to":"${to.person[era]}","amount":${amount}}}`,
    );
    await starter.signs();
    await acknowledger.next();
    await acknowledger.signs();
    await acknowledger.next();
    await starter.next();
  }

  close(): Promise<void> {
    return this.server.close();
  }
}

const txOfTerms = ({ socket, person: { legacy, modern } }: Wscat) => (socket.url.includes('ak_') ? modern : legacy);
