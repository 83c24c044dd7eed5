/**
 * Every message of WebSocketStar, both directions, as schemas; with what socket.io-pull-stream adds, which carries the bytes.
 *
 * The text's events stand first, in its order. An event with a callback is a pair of messages: the question has `callback`, a name of the asker's
 * choosing, the answer has `replyTo`, the same name. Names are those of the wire, `ss-incomming` included. What is marked as ours goes only to peers
 * that know it. Bytes are in no message: a `queue` tells where its chunk is held, and how large it is.
 */
import { z } from 'zod';

/** A multiaddr, as it was written: addresses are compared as text. Whether it is one is for the roles to judge, who have an answer to it. */
const address = z.string().min(1).max(1_024);
/** "Any arbitrary alphanumeric string". */
const dialId = z.string().min(1).max(128);
/** `<dialId>.dialer` goes from the dialer to the listener, `<dialId>.listener` back. */
const stream = z.string().min(1).max(160);
const callback = z.string().max(160);
const replyTo = callback;
/** What a callback is called with where something is wrong. */
const error = z.string().max(1_024).optional();
/** Many addresses. One by one they are looked at only where they are not too many. */
const addresses = z.array(z.unknown()).max(50_000).pipe(z.array(address));
const bytes = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

/** What either side of a byte stream says, by event. (`socket.io-pull-stream.<event>.<stream>` on the wire.) */
export const ofStream = {
  /** Of the reader, once: send. */
  accept: z.object({
    event: z.literal('accept'),
    stream,
    /** Ours: so many bytes and no more, until `credit` adds to it. */
    credit: bytes.optional(),
  }),
  /** Of the writer: one chunk. */
  queue: z.object({
    event: z.literal('queue'),
    stream,
    /** The oldest chunk in the host's queue of this name. */
    chunk: z.object({ held: stream, bytes }),
  }),
  /** Of the writer, once: `true` is the end, everything else a failure; what has no words is empty. */
  error: z.object({ event: z.literal('error'), stream, error: z.union([z.literal(true), z.string().max(1_024)]) }),
  /** Ours, of the reader: so many bytes more may follow. */
  credit: z.object({ event: z.literal('credit'), stream, bytes }),
  /** Ours, of the reader: it wants no more. */
  abort: z.object({ event: z.literal('abort'), stream, reason: z.string().max(1_024) }),
} as const;

/** What a client says, by event. */
export const toServer = {
  /**
   * "The client emits this event after a successful connection was established." `data` is its public key, or the signature of the nonce, or empty
   * where it has no id.
   */
  'ss-join': z.object({
    event: z.literal('ss-join'),
    address,
    data: z.string().max(8_192).default(''),
    callback,
  }),
  /** "The client emits this event when the `.close()` function on the listener is called." */
  'ss-leave': z.object({ event: z.literal('ss-leave'), address }),
  'ss-dial': z.object({ event: z.literal('ss-dial'), from: address, to: address, dialId, callback }),
  /** The callback of `ss-incomming`. */
  'ss-incomming.reply': z.object({ event: z.literal('ss-incomming.reply'), replyTo, error }),
  ...ofStream,
} as const;

/** What a server says, by event. */
export const toClient = {
  /** The callback of `ss-join`: an error, or a nonce that is to be signed, or neither: joined. */
  'ss-join.reply': z.object({
    event: z.literal('ss-join.reply'),
    replyTo,
    error,
    nonce: z.string().min(1).max(1_024).optional(),
    /** Of the code, not of the text: who else is online. */
    peers: addresses.optional(),
  }),
  /** The callback of `ss-dial`. */
  'ss-dial.reply': z.object({ event: z.literal('ss-dial.reply'), replyTo, error }),
  /** "The server emits this event after it receives a valid `ss-dial` from another client." */
  'ss-incomming': z.object({ event: z.literal('ss-incomming'), dialId, from: address, callback }),
  /** "Every 10 s to announce all currently online peers to the client." */
  'ws-peer': z.object({ event: z.literal('ws-peer'), address }),
  /** Ours: who has come and who has gone since the last one. */
  peers: z.object({
    event: z.literal('peers'),
    found: addresses,
    left: addresses,
  }),
  ...ofStream,
} as const;

/** Which arguments of an event are which fields, in the order of the wire. A callback comes after them, and answers have their own. */
export const argumentsOf = {
  'ss-join': ['address', 'data'],
  'ss-join.reply': ['error', 'nonce', 'peers'],
  'ss-leave': ['address'],
  'ss-dial': ['from', 'to', 'dialId'],
  'ss-dial.reply': ['error'],
  'ss-incomming': ['dialId', 'from'],
  'ss-incomming.reply': ['error'],
  'ws-peer': ['address'],
  peers: ['found', 'left'],
  accept: ['credit'],
  queue: ['chunk'],
  error: ['error'],
  credit: ['bytes'],
  abort: ['reason'],
} as const satisfies Readonly<Record<keyof typeof toServer | keyof typeof toClient, readonly string[]>>;

/** What answers what. */
export const answers = {
  'ss-join': 'ss-join.reply',
  'ss-dial': 'ss-dial.reply',
  'ss-incomming': 'ss-incomming.reply',
} as const;

type MessageOf<Schemas extends Readonly<Record<string, z.ZodType>>> = {
  [E in keyof Schemas]: Readonly<z.infer<Schemas[E]>>;
}[keyof Schemas];
/** What a client says. */
export type ToServer = MessageOf<typeof toServer>;
/** What a client hears. */
export type ToClient = MessageOf<typeof toClient>;
/** What both sides of a stream say. */
export type StreamMessage = MessageOf<typeof ofStream>;
/** One message, by its event. */
export type Message<E extends (ToServer | ToClient)['event']> = Extract<ToServer | ToClient, { readonly event: E }>;

export type SsJoin = Message<'ss-join'>;
export type JoinReply = Message<'ss-join.reply'>;
export type SsLeave = Message<'ss-leave'>;
export type SsDial = Message<'ss-dial'>;
export type DialReply = Message<'ss-dial.reply'>;
export type SsIncomming = Message<'ss-incomming'>;
export type IncommingReply = Message<'ss-incomming.reply'>;
export type WsPeer = Message<'ws-peer'>;
export type Peers = Message<'peers'>;
/** The oldest chunk in the host's queue of that name. */
export type Chunk = Message<'queue'>['chunk'];

/** A received message as an event of a role machine. */
export type Received<M extends ToServer | ToClient> = M extends M
  ? { readonly type: `received.${M['event']}`; readonly message: M }
  : never;

/** A frame that is no message; `about` and `callback` say what it was meant to be and who waits for an answer, as far as can be seen. */
export interface Misshapen {
  readonly type: 'received.malformed';
  readonly reason: string;
  readonly about: string;
  readonly callback: string;
}

/**
 * What is answered where something is wrong, word for word: clients of old show these, and their tests compare them. What the original answers
 * with nothing, or with an object that is empty on the wire, has words here too.
 */
export const errors = {
  invalidMultiaddr: 'Invalid multiaddr',
  idNeeded: 'Crypto Challenge required but no Id provided',
  cryptoError: 'Crypto error',
  signatureInvalid: 'Signature Invalid',
  notAuthorized: 'Not authorized for this address',
  peerNotFound: 'Peer not found',
  /** The original says `{}`. */
  idNotMatching: 'Id is not matching',
  /** The original says nothing, as a server and as a peer. */
  dialInvalid: 'Invalid dial',
} as const;
