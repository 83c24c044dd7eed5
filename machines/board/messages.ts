/**
 * Every message of the channel-proposal board, both directions, as schemas.
 *
 * The text's messages stand first, in its order, with the fields that the original's clients and server really send; `pinger` and `ponger` are the
 * original's. What follows them, and every field marked as ours, is only used between peers that have both said so: the client by the query of its
 * connection, the server in `requestAddresses`. Amounts are decimal strings and stay strings. An id is a number or a string, and is compared as the
 * JSON text that it is.
 */
import { z } from 'zod';

/** A decimal without sign or exponent, as a person types it: `10`, `2.50`, `0.001`. Prices have fractions. */
const decimal = z.string().regex(/^\d{1,39}(?:\.\d{1,18})?$/);

/** A public address, compared as it is. */
const address = z.string().min(1).max(256);

/** The proposer's name for a proposal; the original makes it with `Math.random()`. */
const id = z.union([z.number(), z.string().min(1).max(128)]);

/** What a client calls one of its requests, so that the answer can name it. Ours. */
const request = z.string().min(1).max(64).optional().catch(undefined);

/** Characters of JSON that what is passed on unread may have. */
const mostJson = 4_096;

/** Any JSON value that is not too large. It is passed on and not read. */
const passedOn = z.unknown().refine((value) => value === undefined || JSON.stringify(value).length <= mostJson);

/** An object's own values, whatever their names: `__proto__` is one as any other. */
const ownValues = z
  .custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))
  .transform((map): unknown[] => Object.values(map));

/** A public key's or an address's signature, 64 bytes in hexadecimal. */
const proof = z.string().regex(/^[0-9a-fA-F]{128}$/);

/** A proposed channel, as the text has it. */
export const Proposal = z.object({
  marginBalance: decimal,
  quotePrice: decimal,
  unpublishedTradeSize: decimal,
  /** Whose it is: interest in it goes there. */
  address,
  id,
  /** Ours: what somebody who is interested needs to open the channel. A server that knows only the text passes it on with the rest. */
  opening: z.object({ protocol: z.string().min(1).max(32), terms: passedOn }).optional(),
});
export type Proposal = z.infer<typeof Proposal>;

/** The name by which a proposal is known: its id as JSON text. */
export const keyOf = (proposalId: Proposal['id']): string => JSON.stringify(proposalId);

/** Why something was refused. */
export const faults = {
  malformed: 'It is no valid message.',
  unexpected: 'It may not be said now.',
  foreignAddress: 'The address is registered by somebody else.',
  unknownAddress: 'Nobody who is connected has registered the address.',
  unknownChannel: 'No such channel is proposed.',
  ownChannel: 'The channel is proposed by the sender.',
  duplicateId: 'Another channel is proposed with this id.',
  addressTaken: 'Another client holds the address, and keeps it.',
  badProof: 'The proof is not a signature by the key that the address is.',
  proofNeeded: 'The board demands a proof for every address.',
  tooMany: 'It is more than the board grants to one client.',
  tooFast: 'It comes faster than the board reads; it is read more slowly.',
  boardFull: 'The board has no room for another proposal.',
  unavailable: 'The board could not keep it.',
  closing: 'The board is closing.',
} as const;
export type Fault = keyof typeof faults;

const fault = z
  .custom<Fault>((value) => typeof value === 'string' && Object.hasOwn(faults, value))
  .catch('unavailable');

/** What a client says, by event. */
export const toServer = {
  /** "An array of her public addresses". */
  registerAddresses: z.object({
    event: z.literal('registerAddresses'),
    addresses: z.array(address).min(1),
    /** Ours: for each address the signature of its statement (see `src/board/proof.ts`). */
    proofs: z.array(proof).optional(),
    request,
  }),
  /** "For a channel Bob has set up; she includes the channel and address in her message". */
  indicateInterest: z.object({
    event: z.literal('indicateInterest'),
    /** Only who and what: the rest is the board's own. Clients of 2019 name no channel, only its address. */
    channel: z.object({ id: id.optional(), address }),
    fromAddress: address,
    /** Ours: what the proposer needs to open the channel. */
    otherData: passedOn.optional(),
    request,
  }),
  /** "With data". */
  proposeChannel: z.object({
    event: z.literal('proposeChannel'),
    channelData: Proposal,
    /** Ours: milliseconds after which it ends. */
    lasts: z.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional(),
    request,
  }),
  pinger: z.object({ event: z.literal('pinger') }),
  /** Ours: the page behind this one. */
  nextChannels: z.object({ event: z.literal('nextChannels'), cursor: z.string().regex(/^\d{1,15}$/) }),
  /** Ours: it is not proposed any more. */
  withdrawChannel: z.object({ event: z.literal('withdrawChannel'), id, request }),
} as const;

/** Proposals of a list that came; what is none is counted and left out, since one bad entry is not the fault of the others. */
const proposals = ownValues.transform((values) => {
  const channels: Proposal[] = [];
  let skipped = 0;
  for (const value of values) {
    const parsed = Proposal.safeParse(value);
    if (parsed.success) channels.push(parsed.data);
    else skipped += 1;
  }
  return { channels, skipped };
});

const cursor = z.string().min(1).max(64).optional();

/** What a server says, by event. */
export const toClient = {
  /** "Sends Alice back a `requestAddresses` message". */
  requestAddresses: z.object({
    event: z.literal('requestAddresses'),
    /** Ours: who asks, what is to be signed, and whether it must be. */
    board: z
      .object({ name: z.string().max(256), nonce: z.string().max(128), proof: z.boolean() })
      .optional()
      .catch(undefined),
  }),
  /** "The current state of the currently proposed channels". */
  receiveChannels: z.object({
    event: z.literal('receiveChannels'),
    list: proposals,
    /** Ours: the page that this one comes after, and the cursor of the one that comes after this. */
    after: cursor,
    next: cursor,
  }),
  /** "To all clients; all clients now have latest proposed-channel states". */
  receiveChannelProposal: z.object({ event: z.literal('receiveChannelProposal'), proposal: Proposal }),
  /** "Letting him know of Alice's interest". */
  receiveIndicator: z.object({
    event: z.literal('receiveIndicator'),
    fromAddress: address,
    otherData: passedOn.optional(),
    /** Ours: in which channel. */
    channel: id.optional().catch(undefined),
  }),
  ponger: z.object({ event: z.literal('ponger') }),
  /** Ours: it is not proposed any more. */
  channelEnded: z.object({ event: z.literal('channelEnded'), id, reason: z.enum(['withdrawn', 'expired', 'left']) }),
  /** Ours: interest in channels of this address goes to somebody else now. */
  addressLost: z.object({ event: z.literal('addressLost'), address }),
  /** Ours: a request was carried out. `refused` names the addresses that were not registered. */
  boardDone: z.object({
    event: z.literal('boardDone'),
    request: z.string(),
    refused: z.array(z.object({ address, error: fault })).optional(),
  }),
  /** Ours: a message was refused, and why. */
  boardError: z.object({
    event: z.literal('boardError'),
    error: fault,
    /** The message's event; empty where it had none. */
    about: z.string(),
    reason: z.string().max(1_024),
    request,
  }),
} as const;

type MessageOf<Schemas extends Readonly<Record<string, z.ZodType>>> = {
  [E in keyof Schemas]: z.infer<Schemas[E]>;
}[keyof Schemas];
/** What a client says. */
export type ToServer = MessageOf<typeof toServer>;
/** What a client hears. */
export type ToClient = MessageOf<typeof toClient>;
/** One message of a client. */
export type FromClient<E extends ToServer['event']> = Extract<ToServer, { readonly event: E }>;
/** One message of a server. */
export type FromServer<E extends ToClient['event']> = Extract<ToClient, { readonly event: E }>;

/** A page of the list, which the host holds encoded, once for all who get it. A machine knows it by its cursor; the first one's is empty. */
export interface Page {
  readonly event: 'receiveChannels';
  readonly page: string;
}

/** What a server sends. */
export type Sent = Exclude<ToClient, { readonly event: 'receiveChannels' }> | Page;

/** A received message as an event of a role machine. */
export type Received<M extends ToServer | ToClient> = M extends M
  ? { readonly type: `received.${M['event']}`; readonly message: M }
  : never;

/** A frame that is no message; `about` and `request` say what it was meant to be, as far as can be seen. */
export interface Misshapen {
  readonly type: 'received.malformed';
  readonly reason: string;
  readonly about: string;
  readonly request: string;
}

/** What the original puts into every indicator. */
export const originalOtherData = 'trade info here';
