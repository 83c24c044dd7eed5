/**
 * The dialect of the protocol's origin, TonTube of 2022, so that our payer can stream from that server as it is. Never without the app's own word for it:
 * everything that deals with money or content here is called `unsafe`, and the origin's payers are not taken in by any payee of ours.
 *
 * What it must never do: let an amount pass that the two sides write down differently, or let a key of ours sign anything but what our machine has kept.
 *
 * On the line the messages are those of the text with other arguments: bytes where we have hexadecimal digits, floats in TON where we have nanotons, the
 * whole new state in `pay` where we send its signature. `tontube` translates; the machine is told nothing of it, and takes the origin for a payee that
 * knows only the text. What is ours (refund, top-up, pause, closing together, receipt) does not exist there and is not sent.
 *
 * | unsafe | because | it costs |
 * | --- | --- | --- |
 * | the deposit | the payee signs nothing, so there is no refund and no closing alone | all that was put in, if the server goes away |
 * | the last payment | it is signed as a close with the payee's sequence number 0; the contract refuses that for ever (exit code 108) | the payee, that close: it is left with the state before it |
 * | the same, at the server | it waits for its own wallet before it gives the last token, and dies of an error there | the last part, and every payer's channel: they are in its memory |
 * | the token of a part | it is no key but `String(Math.random())` in an address; who guesses it sees the part | the payee |
 * | the part | nothing was committed to, it comes by plain HTTP, and what plays at the moment of the fetch is what is given | a part that was paid and lost, or is another one |
 * | `play` | it is paid at once, for the part that is on the air already | a part twice with every resumption, lost line and new channel: one large deposit is cheaper |
 * | the channel at the server | `newChannel`, `play` and `latestState` ask for no proof of the key | the channel, if anybody who has seen our key writes over it: it then shows a state that is not ours, and we stop |
 * | the state at the server | it keeps the balances that the payer says, not those that it has checked | the payee |
 * | signatures | it takes second spellings (S + L), which the contract does not | the payee |
 * | funding | it does not look at the chain, and its contract has a quarantine of 0 seconds and no fine | the payee |
 * | amounts | it computes `parseInt(x * 10000)`, one too low for 573 of the first 10,000 values, 0.57 TON among them | the payment after such a value is met with silence; see `tonsOf` |
 * | channel ids | its own payers draw them from 100,000 values, so that old states fit new channels | nothing here: ours have 128 bits; see `idOf` |
 */
import { beginCell, type Cell } from '@ton/core';
import { z } from 'zod';
import type { Offer, State, ToPayee, ToPayer } from '../../machines/streaming/messages.ts';
import { fromHex, toHex } from '../bytes.ts';
import { ConnectionLost, LocalMisuse, PeerMisbehaved, StatewireError } from '../errors.ts';
import type { Packet } from '../packet.ts';
import type { PacketFrame } from '../packets.ts';
import type { Closure, Connect, Decoded, Transport, TransportEvents } from '../transport.ts';
import { download } from './content/download.ts';
import { checkStanding } from './plain.ts';
import type { Content } from './player.ts';
import { type TonScheme, tonScheme } from './ton.ts';
import { decodeToPayee, encodeToPayer } from './wire.ts';

/** The origin reckons in ten-thousandths of a TON. */
const unitsPerTon = 10_000;
const nanosPerUnit = 100_000n;
/** A hundred million TON: up to there a double is exact to far less than a unit. */
const mostUnits = 10 ** 12;

function unitsOf(nanos: string): number {
  const units = Number(BigInt(nanos) / nanosPerUnit);
  if (BigInt(nanos) % nanosPerUnit === 0n && units <= mostUnits) return units;
  throw new LocalMisuse(`${nanos} nanotons cannot be said to the origin: it counts in ten-thousandths of a TON.`, {
    code: 'badAmount',
  });
}

/**
 * An amount as the origin wants it in a payment: the float nearest to it, or the next one where the nearest would come out one ten-thousandth low of the
 * origin's `parseInt(x * 10000)`.
 * @throws LocalMisuse `badAmount`
 */
export function tonsOf(nanos: string): number {
  const units = unitsOf(nanos);
  const tons = units / unitsPerTon;
  return Math.trunc(tons * unitsPerTon) === units ? tons : tons * (1 + Number.EPSILON);
}

const isUnits = (tons: number) => {
  const units = tons * unitsPerTon;
  return units <= mostUnits && Math.abs(units - Math.round(units)) < 0.001;
};

/** The amount that a float of the origin means. */
const nanosOf = (tons: number) => `${BigInt(Math.round(tons * unitsPerTon)) * nanosPerUnit}`;

/**
 * A channel's id as the origin takes it: the same number. What a double holds is a JSON number, as from the origin's own payers; the origin reads larger
 * ones from decimal digits.
 */
export function idOf(id: string): number | string {
  const number = BigInt(`0x${id}`);
  return number <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(number) : `${number}`;
}

const byteObject = z.record(z.string().regex(/^\d{1,2}$/), z.number().int().min(0).max(255));

/** Exactly `length` bytes, raw or as the object `{"0": 1, …}` that JSON makes of them; hexadecimal from here on. */
const bytes = (length: number) =>
  z
    .union([z.instanceof(Uint8Array), byteObject.transform((object) => Uint8Array.from(Object.values(object)))])
    .refine(({ byteLength }) => byteLength === length)
    .transform(toHex);

const tons = z.number().nonnegative().refine(isUnits).transform(nanosOf);

const channelId = z
  .union([z.number().int().nonnegative(), z.string().regex(/^(?:0|[1-9]\d{0,38})$/)])
  .transform((id) => BigInt(id))
  .refine((id) => id < 2n ** 128n)
  .transform((id) => id.toString(16).padStart(32, '0'));

/** After `newChannel` the wallet comes back as the inside of an object of the origin's library. */
const wallet = z.union([
  z.string().max(256),
  z.object({ wc: z.number().int(), hashPart: bytes(32) }).transform(({ wc, hashPart }) => `${wc}:${hashPart}`),
]);

const OriginState = z.object({
  channel_id: channelId,
  channel_address: z.string().max(256),
  client_wallet_address: wallet,
  client_public_key: bytes(32),
  client_balance: tons,
  server_balance: tons,
  client_sequence_number: z.number().int().nonnegative(),
  client_signature: bytes(64).nullish().default(null),
});

/** What the origin says, by event: its arguments, as our message. */
const fromOrigin = {
  publicKey: z
    .tuple([bytes(32), z.string().max(256)])
    .rest(z.unknown())
    .transform(([publicKey, wallet]): ToPayer => ({ event: 'publicKey', publicKey, wallet })),
  latestState: z
    .tuple([z.union([z.null(), z.literal('end').transform(() => null), OriginState])])
    .rest(z.unknown())
    .transform(([state]): ToPayer => ({ event: 'latestState', state })),
  pay: z.array(z.unknown()).transform((): ToPayer => ({ event: 'pay' })),
  secret: z
    .tuple([z.string().max(128)])
    .rest(z.unknown())
    .transform(([secret]): ToPayer => ({ event: 'secret', secret })),
} as const;

/** What a payment says beside its signature: the channel as it was announced, or as the origin shows it. */
export interface TontubeContext {
  readonly channel: State | null;
}

/** "The client sends it to server with the latest state": floats as they are, for the origin reads this one digit by digit. */
const firstState = (state: State) => ({
  ...sidesOf(state),
  client_balance: unitsOf(state.client_balance) / unitsPerTon,
  server_balance: 0,
  client_sequence_number: 0,
  client_signature: null,
});

const sidesOf = ({ channel_id, channel_address, client_wallet_address, client_public_key }: State) => ({
  channel_id: idOf(channel_id),
  channel_address,
  client_wallet_address,
  client_public_key: fromHex(client_public_key),
});

function newState({ signature, signed }: Extract<ToPayee, { readonly event: 'pay' }>, { channel }: TontubeContext) {
  if (channel === null || signed === undefined) {
    throw new LocalMisuse('A payment to the origin is a whole state, and its channel is not known yet.', {
      code: 'noChannel',
    });
  }
  const deposit = BigInt(channel.client_balance) + BigInt(channel.server_balance);
  return {
    ...sidesOf(channel),
    client_balance: tonsOf(`${deposit - BigInt(signed.sent)}`),
    server_balance: tonsOf(signed.sent),
    client_sequence_number: signed.sequence,
    client_signature: fromHex(signature),
  };
}

const saying = (event: string, ...args: readonly unknown[]): Packet => ({ type: 'event', event, args });

/** The origin's packets, and the messages of our payer's machine. */
export const tontube = {
  /**
   * A message as the origin knows it; `undefined` where it knows none.
   * @throws LocalMisuse `badAmount`, `noChannel`
   */
  encode(message: ToPayee, context: TontubeContext): Packet | undefined {
    switch (message.event) {
      case 'publicKey':
        return saying('publicKey');
      case 'latestState':
      case 'play':
        return saying(message.event, fromHex(message.publicKey));
      case 'newChannel':
        return saying('newChannel', firstState(message.state));
      case 'pay':
        return saying('pay', newState(message, context));
      default:
        return undefined;
    }
  },

  /** Reads what the origin says. */
  decode(packet: PacketFrame): Decoded<ToPayer, string> {
    if (packet.type === 'bad') return { ok: false, fault: packet.reason };
    if (packet.type === 'answer') return { ok: false, fault: 'an answer to nothing' };
    const { event, args } = packet;
    if (!isOrigins(event)) return { ok: false, fault: 'an unknown event' };
    const parsed = fromOrigin[event].safeParse(args);
    return parsed.success
      ? { ok: true, message: parsed.data }
      : { ok: false, fault: `${event} with wrong or missing arguments` };
  },
} as const;

const isOrigins = (event: string): event is keyof typeof fromOrigin => Object.hasOwn(fromOrigin, event);

/** A line on which our payer hears and says its own packets, and the origin its own. */
class TontubeLine implements Transport<PacketFrame> {
  readonly #line: Transport<PacketFrame>;
  #channel: State | null = null;

  constructor(line: Transport<PacketFrame>) {
    this.#line = line;
  }

  attach(events: TransportEvents<PacketFrame>): void {
    this.#line.attach({
      frame: (packet) => events.frame(this.#heard(packet)),
      ...(events.drained === undefined ? {} : { drained: () => events.drained?.() }),
      closed: (closure: Closure) => events.closed(closure),
    });
  }

  send(packet: PacketFrame, handedOver?: (ok: boolean) => void): boolean {
    const decoded = decodeToPayee(packet);
    const said = decoded.ok ? this.#said(decoded.message) : undefined;
    if (said !== undefined) return this.#line.send(said, handedOver);
    // What the origin does not know is as good as said.
    handedOver?.(decoded.ok);
    return decoded.ok;
  }

  get bufferedAmount(): number {
    return this.#line.bufferedAmount;
  }

  pause(): void {
    this.#line.pause();
  }

  resume(): void {
    this.#line.resume();
  }

  close(code?: number, reason?: string): void {
    this.#line.close(code, reason);
  }

  terminate(): void {
    this.#line.terminate();
  }

  #said(message: ToPayee): Packet | undefined {
    if (message.event === 'newChannel') this.#channel = message.state;
    return tontube.encode(message, { channel: this.#channel });
  }

  #heard(packet: PacketFrame): PacketFrame {
    const decoded = tontube.decode(packet);
    if (!decoded.ok) return { type: 'bad', reason: decoded.fault };
    // The first one only: what is shown later does not change what our payments are about.
    if (decoded.message.event === 'latestState') this.#channel ??= decoded.message.state;
    return encodeToPayer(decoded.message, { extended: true }) ?? { type: 'bad', reason: 'nothing to say' };
  }
}

/**
 * The origin's scheme: its states are those of `tonScheme`, its last payment is a close that no contract takes (see the table above). It deploys with a
 * quarantine of 0 seconds, no fine and nothing for storage.
 * @param code as for `tonScheme`
 */
export function unsafeTontubeScheme(code: Cell): TonScheme {
  const base = tonScheme({ code, quarantineDuration: 0, excessFee: 0n });
  const bounds = { maxSequence: base.maxSequence, maxAmount: BigInt(mostUnits) * nanosPerUnit };
  const cell: TonScheme['cell'] = (statement, channel, standing) => {
    if (statement !== 'close') return base.cell(statement, channel, standing);
    const { sent, rest } = checkStanding(statement, standing, bounds);
    return beginCell()
      .storeUint(0x436c6f73, 32)
      .storeUint(BigInt(`0x${channel.id}`), 128)
      .storeCoins(rest)
      .storeCoins(sent)
      .storeUint(standing.sequence, 64)
      .storeUint(0, 64)
      .endCell();
  };
  return {
    ...base,
    name: 'tontube',
    cell,
    bytes: (statement, channel, standing) =>
      statement === 'close'
        ? Uint8Array.from(cell(statement, channel, standing).hash())
        : base.bytes(statement, channel, standing),
  };
}

export interface UnsafeTontubeOptions {
  /** The contract's code, as for `tonScheme`. */
  readonly code: Cell;
  /** Where the origin's other server is, the one with `/getVideo`; it is on port 3001 there. */
  readonly videos: string;
  /** Parts to play. The origin's stream has no end: it begins again after 278 seconds. Default: no end. */
  readonly parts?: number;
  /** Milliseconds for the fetch of one part. Default: 20,000. */
  readonly timeout?: number;
  /** Bytes of a part, at most. Default: 64 MiB. */
  readonly limit?: number;
  /** Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch;
}

/** What a `Player` needs to stream from the origin. */
export interface UnsafeTontube {
  readonly schemes: readonly [TonScheme];
  /** The origin makes no offer: 0.01 TON for a part of 30 seconds is what its code says. */
  readonly terms: Offer;
  readonly content: (offer: Offer) => Content;
  /** Over socket.io. */
  readonly line: (connect: Connect<PacketFrame>) => Connect<PacketFrame>;
}

/**
 * Streams from the origin's server, with all that is unsafe about it (see the table at the head of this file): put in only what may be lost.
 *
 * ```ts
 * const { line, ...origin } = unsafeTontube({ code, videos: 'http://127.0.0.1:3001/', parts: 3 });
 * const player = new Player('http://127.0.0.1:3030/', line(connectSocketIo), { ...origin, signer, wallet, store, settlement, budget });
 * await player.open();
 * for await (const { bytes } of player.parts()) show(bytes); // 30 seconds of MP4 each
 * ```
 *
 * `wallet` is an address on TON. Parts are numbered as they come, from `from` on; which one is on the air is the origin's clock's business.
 */
export function unsafeTontube({ code, videos, parts, ...options }: UnsafeTontubeOptions): UnsafeTontube {
  const { timeout = 20_000, limit = 64 * 1_048_576, fetch = globalThis.fetch.bind(globalThis) } = options;
  const scheme = unsafeTontubeScheme(code);
  return {
    schemes: [scheme],
    terms: {
      stream: 'tontube',
      price: `${100n * nanosPerUnit}`,
      unit: 'nanoton',
      partMs: 30_000,
      parts: parts ?? null,
      commitment: '',
      content: videos,
      credit: 0,
      scheme: scheme.name,
    },
    content: ({ content }) => ({
      // It cannot be had before it is paid.
      have: async () => {},
      open: async (_part, token) => {
        const url = new URL(`getVideo?secret=${encodeURIComponent(token)}`, content);
        const signal = new AbortController().signal;
        return download(url, { limit, timeout, signal, fetch }).catch((error: unknown) => {
          // A token is not for logs.
          if (!(error instanceof StatewireError)) throw error;
          const Fault = error instanceof PeerMisbehaved ? PeerMisbehaved : ConnectionLost;
          throw new Fault(error.message.replace(url.search, ''), { code: error.code });
        });
      },
    }),
    line: (connect) => async (url, options) => new TontubeLine(await connect(url, options)),
  };
}
