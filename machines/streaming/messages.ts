/**
 * Every message of the streaming protocol, both directions, as schemas.
 *
 * The six messages of the text stand first, in its order, each a named event with the text's arguments. What follows them, and every argument that
 * the text does not have, is ours: it is only sent to a peer that has named the extension in `publicKey`, and whoever knows only the text ignores it.
 * Keys and signatures are hexadecimal here; on a line that carries bytes they may come as bytes.
 */
import { z } from 'zod';
import { amount } from '../../src/money.ts';
import { secret } from '../../src/secrets.ts';

const digits = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Exactly `length` bytes: hexadecimal, raw, or as the object `{"0": 1, …}` that JSON makes of a byte array. */
function bytes(length: number) {
  const text = z.string().regex(new RegExp(`^[0-9a-fA-F]{${2 * length}}$`));
  const raw = z.instanceof(Uint8Array).refine(({ byteLength }) => byteLength === length);
  const object = z
    .record(z.string().regex(/^(?:0|[1-9]\d?)$/), z.number().int().min(0).max(255))
    .refine((value) => Object.keys(value).length === length && Object.hasOwn(value, `${length - 1}`));
  return z.union([
    text.transform((value) => value.toLowerCase()),
    raw.transform(digits),
    // Of keys that are numbers an object keeps the order.
    object.transform((value) => digits(Uint8Array.from(Object.values(value)))),
  ]);
}

const key = bytes(32);
const signature = bytes(64);
/** What a payee calls one of its streams. */
const stream = z.string().min(1).max(64);
const part = z.number().int().nonnegative().max(0xffff_ffff);
const sequence = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const wallet = z.string().max(256);

/** The "state object" of the text, with its eight fields. `client_signature` is null in the first state, which nobody has signed. */
export const State = z.object({
  /** 128 random bits. */
  channel_id: bytes(16),
  channel_address: wallet,
  client_wallet_address: wallet,
  client_public_key: key,
  client_balance: amount,
  server_balance: amount,
  client_sequence_number: sequence,
  client_signature: signature.nullable(),
});

/** Ours: what a payee asks for its stream, pinned for the session. */
export const Offer = z.object({
  stream,
  /** What one part costs, in `unit`. */
  price: amount,
  unit: z.string().min(1).max(32),
  /** Milliseconds of a part; 0 where parts are not played but fetched. */
  partMs: z.number().int().nonnegative().max(86_400_000),
  /** How many parts there are; null where nobody knows. */
  parts: part.nullable(),
  /** The hash over all parts and keys, 64 hexadecimal digits; empty where the content is not known in advance. */
  commitment: z.union([z.literal(''), bytes(32)]),
  /** Where the encrypted parts are. */
  content: z.string().max(2_048),
  /** Parts that are released before they are paid. */
  credit: z.number().int().nonnegative().max(1_000),
  /** The encoding of what is signed. */
  scheme: z.string().min(1).max(32),
});

/** Ours, in `publicKey`: the extensions are known, and this stream is wanted (the payee's first, if it is left out). */
export const Hello = z.object({ extensions: z.literal(true), stream: stream.optional() });

/** Ours, in `pay`: for what, and how the payee sees the channel. "Need payment": `required` is cumulative, as everything that is paid. */
export const Need = z.object({
  stream,
  part,
  required: amount,
  accepted: amount,
  deposit: amount,
});

/** Ours, with a signature: which state it is of. */
export const Signed = z.object({ sequence, sent: amount });

/** Why a message was refused. */
export const faults = [
  'malformed',
  'unexpected',
  'unknownKey',
  'unknownStream',
  'weakKey',
  'badSignature',
  'wrongState',
  'overdraft',
  'duplicateChannel',
  'unfunded',
  'closing',
  'tooMany',
  'unavailable',
] as const;
export type Fault = (typeof faults)[number];

/** What a payer says, by event. */
export const toPayee = {
  /** "Client only sends". */
  publicKey: z.object({ event: z.literal('publicKey'), hello: Hello.optional().catch(undefined) }),
  /** "Client sends it along with its publicKey". */
  latestState: z.object({ event: z.literal('latestState'), publicKey: key }),
  /** "Client sends it to server with the latest state (which is actually the first state)". */
  newChannel: z.object({ event: z.literal('newChannel'), state: State }),
  /** "Client sends it to server along with client's publicKey". Ours: from which part of which stream. */
  play: z.object({
    event: z.literal('play'),
    publicKey: key,
    at: z.object({ stream, part }).optional().catch(undefined),
  }),
  /** "Client replies with a signature of the updated state which is the next payment". */
  pay: z.object({ event: z.literal('pay'), signature, signed: Signed.optional().catch(undefined) }),
  /** Ours: sign me the refund of this first state before I put money in. */
  refund: z.object({ event: z.literal('refund'), state: State }),
  /** Ours: there is so much in the channel now. */
  topUp: z.object({ event: z.literal('topUp'), publicKey: key, deposit: amount }),
  /** Ours: ask me nothing until I play again. */
  pause: z.object({ event: z.literal('pause'), publicKey: key }),
  /** Ours: let us end the channel with this state. */
  close: z.object({ event: z.literal('close'), publicKey: key, signature, signed: Signed }),
  /** Ours: sign me what you have got. */
  receipt: z.object({ event: z.literal('receipt'), publicKey: key }),
} as const;

/** What a payee says, by event. */
export const toPayer = {
  /** "Server replies on the same event with the server's public key and wallet address". */
  publicKey: z.object({
    event: z.literal('publicKey'),
    publicKey: key,
    wallet,
    offer: Offer.optional().catch(undefined),
  }),
  /** "Server replies with the latest state object or empty". */
  latestState: z.object({ event: z.literal('latestState'), state: State.nullable().default(null) }),
  /** "Server only sends". */
  pay: z.object({ event: z.literal('pay'), need: Need.optional().catch(undefined) }),
  /** "Server sends it to client along with the secret to download the next n seconds of the stream". */
  secret: z.object({
    event: z.literal('secret'),
    /** The key of the part. The machines never hold it: who carries the message out fills it in, and who receives it takes it out. */
    secret: secret(z.string().max(128)),
    about: z.object({ stream, part }).optional().catch(undefined),
  }),
  /** Ours. */
  refund: z.object({ event: z.literal('refund'), signature }),
  closed: z.object({ event: z.literal('closed'), signature, signed: Signed }),
  receipt: z.object({ event: z.literal('receipt'), signature, signed: Signed }),
  /** Ours: which message was refused, and why. */
  refused: z.object({ event: z.literal('refused'), about: z.string().max(32), fault: z.enum(faults) }),
} as const;

/** The arguments of an event, in their order; those after the first `text` are ours. An event that is all ours has `text: null`. */
interface Arguments<Field extends string = string> {
  readonly fields: readonly Field[];
  readonly text: number | null;
}

export const argumentsToPayee = {
  publicKey: { fields: ['hello'], text: 0 },
  latestState: { fields: ['publicKey'], text: 1 },
  newChannel: { fields: ['state'], text: 1 },
  play: { fields: ['publicKey', 'at'], text: 1 },
  pay: { fields: ['signature', 'signed'], text: 1 },
  refund: { fields: ['state'], text: null },
  topUp: { fields: ['publicKey', 'deposit'], text: null },
  pause: { fields: ['publicKey'], text: null },
  close: { fields: ['publicKey', 'signature', 'signed'], text: null },
  receipt: { fields: ['publicKey'], text: null },
} as const satisfies Record<keyof typeof toPayee, Arguments>;

export const argumentsToPayer = {
  publicKey: { fields: ['publicKey', 'wallet', 'offer'], text: 2 },
  latestState: { fields: ['state'], text: 1 },
  pay: { fields: ['need'], text: 0 },
  secret: { fields: ['secret', 'about'], text: 1 },
  refund: { fields: ['signature'], text: null },
  closed: { fields: ['signature', 'signed'], text: null },
  receipt: { fields: ['signature', 'signed'], text: null },
  refused: { fields: ['about', 'fault'], text: null },
} as const satisfies Record<keyof typeof toPayer, Arguments>;

export type State = z.infer<typeof State>;
export type Offer = z.infer<typeof Offer>;
export type Need = z.infer<typeof Need>;
export type ToPayee = { [Event in keyof typeof toPayee]: z.infer<(typeof toPayee)[Event]> }[keyof typeof toPayee];
export type ToPayer = { [Event in keyof typeof toPayer]: z.infer<(typeof toPayer)[Event]> }[keyof typeof toPayer];

/** A received message as an event of a role machine. */
export type Received<M extends { readonly event: string }> = M extends M
  ? { readonly type: `received.${M['event']}`; readonly message: M }
  : never;

/** A stretch of parts, the last one excluded. */
export type Range = readonly [from: number, to: number];

/** More stretches than these are not remembered: who jumps about a stream pays anew for what was forgotten. */
const mostRanges = 32;

/** Whether a part lies in one of the stretches. */
export const hasPart = (ranges: readonly Range[], number: number): boolean =>
  ranges.some(([from, to]) => from <= number && number < to);

/** The stretches with one part more, in order, those that touch joined. */
export function withPart(ranges: readonly Range[], number: number): readonly Range[] {
  if (hasPart(ranges, number)) return ranges;
  const before = ranges.find(([, to]) => to === number);
  const after = ranges.find(([from]) => from === number + 1);
  const joined: Range = [before?.[0] ?? number, after?.[1] ?? number + 1];
  const others = ranges.filter((range) => range !== before && range !== after);
  return [...others, joined].sort(([one], [other]) => one - other).slice(-mostRanges);
}
