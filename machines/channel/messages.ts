/**
 * Every message of the channel protocol, both directions, as schemas: those of the text, in its order, and those of the node of its time.
 *
 * Where the two differ, the difference is a value and not another message: the node of its time says `initiator_sign` where the text says
 * `initiator_signed`, and ends an update with the state itself where the text says `update_finalized`. A party takes both and echoes what it was
 * given; a node speaks to each party in that party's dialect. Amounts are canonical decimal strings here and JSON integers of any size on the wire.
 */
import { z } from 'zod';

/** The two ends of a channel, by their role in opening it. */
export const parties = ['initiator', 'responder'] as const;
export type Party = (typeof parties)[number];
export const otherParty = (party: Party): Party => (party === 'initiator' ? 'responder' : 'initiator');

/** How a node speaks to a party: as the text has it, or as the node of its time did. */
export const dialects = ['text', 'epoch'] as const;
export type Dialect = (typeof dialects)[number];

/** An encoded transaction; longer ones are none of this protocol's. */
const encoded = z.string().min(1).max(16_384);
const address = z.string().min(1).max(256);
/** A JSON integer of any size, as a decimal string that may be negative. */
const integer = z
  .union([z.number().refine(Number.isSafeInteger), z.bigint()])
  .transform((value) => `${value}`)
  .pipe(z.string().max(80));
const round = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

const Tx = z.object({ tx: encoded });

/** "The update is a change to be applied on top of the latest state." */
export const Update = z.object({ from: address, to: address, amount: integer });

/** What a generic message is about, as its receiver sees it. */
export const Envelope = z.object({ channel_id: address, from: address, to: address, info: z.string().max(65_536) });

/** What `info` can say of the opening, in the order in which it is said. */
export const openingInfos = [
  'channel_accept',
  'channel_open',
  'funding_created',
  'funding_signed',
  'own_funding_locked',
  'funding_locked',
  'open',
] as const;
/** What else it can say. `close_mutual` is the node of its time's; the text goes from `on_chain_tx` to `died`. */
export const otherInfos = ['update', 'update_finalized', 'close_mutual', 'died'] as const;
export const infos = [...openingInfos, ...otherInfos] as const;
export type OpeningInfo = (typeof openingInfos)[number];
export type Info = (typeof infos)[number];

/** The tags of the create transaction: the text's, and those of the node of its time. */
export const createTags = ['initiator_signed', 'responder_signed', 'initiator_sign', 'responder_sign'] as const;
export const signTags = [...createTags, 'update', 'update_ack', 'shutdown_sign', 'shutdown_sign_ack'] as const;
export type CreateTag = (typeof createTags)[number];
export type SignTag = (typeof signTags)[number];

/** Why the node did not do what was asked. The first three are the text's; the others the node of its time's. */
export const reasons = [
  'insufficient_balance',
  'negative_amount',
  'invalid_pubkeys',
  'broken_encoding',
  'unknown_recipient',
  'unknown_request',
  'conflict',
] as const;
export type Reason = (typeof reasons)[number];

/** What a node says, by action. */
export const fromNode = {
  info: z.object({
    action: z.literal('info'),
    payload: z.object({ event: z.string().min(1).max(64) }),
  }),
  sign: z.object({
    action: z.literal('sign'),
    tag: z.enum(signTags),
    /** Ours: `updates`, since today's off-chain transaction does not say what has changed. */
    payload: z.object({ tx: encoded, updates: z.array(Update).max(1).optional().catch(undefined) }),
  }),
  on_chain_tx: z.object({ action: z.literal('on_chain_tx'), payload: Tx }),
  /** Of the node of its time: this is the latest state, the create transaction's to begin with. */
  update: z.object({ action: z.literal('update'), payload: z.object({ state: encoded }) }),
  /** "The structure is having a `reason` and `request` holding the request being sent"; the node's own faults come as a `message`. */
  error: z.object({
    action: z.literal('error'),
    payload: z.union([
      /** `request` is the JSON text of what was asked, as it was written. */
      z.object({ reason: z.string().max(256), request: z.string().max(66_000) }),
      z.object({ message: z.string().max(4_096) }),
    ]),
  }),
  conflict: z.object({ action: z.literal('conflict'), payload: z.object({ channel_id: address, round }) }),
  message: z.object({ action: z.literal('message'), payload: z.object({ message: Envelope }) }),
} as const;

const reply = <A extends Exclude<SignTag, 'update'>>(action: A) => z.object({ action: z.literal(action), payload: Tx });

/** What a party says, by action; an update that is started (`update.new`) and one that is signed have the same. */
export const toNode = {
  initiator_signed: reply('initiator_signed'),
  responder_signed: reply('responder_signed'),
  initiator_sign: reply('initiator_sign'),
  responder_sign: reply('responder_sign'),
  'update.new': z.object({ action: z.literal('update'), tag: z.literal('new'), payload: Update }),
  update: z.object({ action: z.literal('update'), payload: Tx }),
  update_ack: reply('update_ack'),
  shutdown: z.object({ action: z.literal('shutdown') }),
  shutdown_sign: reply('shutdown_sign'),
  shutdown_sign_ack: reply('shutdown_sign_ack'),
  message: z.object({
    action: z.literal('message'),
    payload: z.object({ info: z.string().max(65_536), to: address }),
  }),
} as const;

export type Update = z.infer<typeof Update>;
export type Envelope = z.infer<typeof Envelope>;
export type FromNode = { [Action in keyof typeof fromNode]: z.infer<(typeof fromNode)[Action]> }[keyof typeof fromNode];
export type ToNode = { [Action in keyof typeof toNode]: z.infer<(typeof toNode)[Action]> }[keyof typeof toNode];
/** A party's signed answer to `sign`. */
export type Reply = Extract<ToNode, { readonly payload: { readonly tx: string } }>;

/** What a `sign` is about, whatever the dialect calls it. */
export const subjects = {
  initiator_signed: 'create',
  initiator_sign: 'create',
  responder_signed: 'create',
  responder_sign: 'create',
  update: 'update',
  update_ack: 'update_ack',
  shutdown_sign: 'shutdown_sign',
  shutdown_sign_ack: 'shutdown_sign_ack',
} as const satisfies Record<SignTag, string>;
export type Subject = (typeof subjects)[SignTag];
