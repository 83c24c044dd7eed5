/**
 * Every message of the channel protocol, both directions, as schemas: those of the text, in its order, those of the node of its time, and those that
 * nodes have learnt since (deposits, withdrawals, leaving, aborting, questions).
 *
 * Where they differ, the difference is a value and not another message: the node of its time says `initiator_sign` where the text says
 * `initiator_signed`, and ends an update with the state itself where the text says `update_finalized`. A party takes both and echoes what it was
 * given; a node speaks to each party in that party's dialect. Dialect `rpc` puts the same messages into JSON-RPC frames (`src/channel/rpc.ts`).
 * Amounts are canonical decimal strings here and JSON integers of any size on the wire.
 */
import { z } from 'zod';
import { type Reason, reasons } from './reasons.ts';

/** The two ends of a channel, by their role in opening it. */
export const parties = ['initiator', 'responder'] as const;
export type Party = (typeof parties)[number];
export const otherParty = (party: Party): Party => (party === 'initiator' ? 'responder' : 'initiator');

/** How a node speaks to a party: as the text has it, as the node of its time did, or as nodes do today, in JSON-RPC. */
export const dialects = ['text', 'epoch', 'rpc'] as const;
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

/** The id of a request that is answered by it. */
const RequestId = z.union([z.number().int(), z.string().max(64)]);

const Tx = z.object({ tx: encoded });

/** What an app says of an update: at most 16 texts. */
export const Meta = z.array(z.string().max(1_024)).max(16);

/** "The update is a change to be applied on top of the latest state." */
export const Update = z.object({ from: address, to: address, amount: integer });

/** An update as today's nodes name it; without the name it is the same. */
const NamedUpdate = Update.extend({ op: z.literal('OffChainTransfer').optional() }).transform(
  ({ from, to, amount }) => ({
    from,
    to,
    amount,
  }),
);

/** What a transaction that is to be signed changes, in the node's words: an update, or one of those that name themselves. */
export const Change = z.union([
  z.object({ op: z.literal('OffChainDeposit'), from: address, amount: integer }),
  z.object({ op: z.literal('OffChainWithdrawal'), to: address, amount: integer }),
  z.object({ op: z.literal('OffChainMeta'), data: z.string().max(1_024) }),
  NamedUpdate,
]);

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
/** What nodes have learnt to say since. */
export const laterInfos = [
  'fsm_up',
  'deposit_created',
  'own_deposit_locked',
  'deposit_locked',
  'withdraw_created',
  'own_withdraw_locked',
  'withdraw_locked',
  'aborted_update',
  'channel_reestablished',
  'peer_disconnected',
  'timeout',
  'shutdown',
  'closing',
  'closed_confirmed',
] as const;
export const infos = [...openingInfos, ...otherInfos, ...laterInfos] as const;
export type OpeningInfo = (typeof openingInfos)[number];
export type Info = (typeof infos)[number];

/** What `on_chain_tx` can be about. */
export const onChainInfos = [
  'funding_created',
  'funding_signed',
  'channel_changed',
  'deposit_created',
  'withdraw_created',
  'close_mutual',
  'solo_closing',
  'can_slash',
  'channel_closed',
] as const;
export type OnChainInfo = (typeof onChainInfos)[number];

/** The tags of the create transaction: the text's, and those of the node of its time. */
export const createTags = ['initiator_signed', 'responder_signed', 'initiator_sign', 'responder_sign'] as const;
/** The tags of transactions that change what is in the channel. */
export const changeTags = ['deposit_tx', 'deposit_ack', 'withdraw_tx', 'withdraw_ack'] as const;
export const signTags = [
  ...createTags,
  'update',
  'update_ack',
  'shutdown_sign',
  'shutdown_sign_ack',
  ...changeTags,
] as const;
export type CreateTag = (typeof createTags)[number];
export type ChangeTag = (typeof changeTags)[number];
export type SignTag = (typeof signTags)[number];

/** What an app says instead of signing: 1 to 65535, from 128 on of its own making. */
export const errorCode = z.number().int().min(1).max(65_535);

/** What a conflict is about, where the node says so; from 128 on it is what the other party's app says. */
export const conflictCodes = { validation: 1, conflict: 2, timeout: 3, aborted: 4, rejected: 5 } as const;

/** What a node says, by action. */
export const fromNode = {
  info: z.object({
    action: z.literal('info'),
    payload: z.object({
      event: z.string().min(1).max(64),
      /** Of `fsm_up`: by it a party comes back to its channel. */
      fsm_id: z.string().max(256).optional(),
      /** Of `open` and `update_finalized`, for a party that asks with `states=true`: the co-signed state. */
      state: encoded.optional(),
    }),
  }),
  sign: z.object({
    action: z.literal('sign'),
    tag: z.enum(signTags),
    /** With `updates`, since today's off-chain transaction does not say what has changed. */
    payload: z.object({ tx: encoded, updates: z.array(Change).max(32).optional().catch(undefined) }),
  }),
  on_chain_tx: z.object({
    action: z.literal('on_chain_tx'),
    payload: Tx.extend({ info: z.string().max(64).optional(), type: z.string().max(64).optional() }),
  }),
  /** Of the node of its time: this is the latest state, the create transaction's to begin with. */
  update: z.object({ action: z.literal('update'), payload: z.object({ state: encoded }) }),
  /** "The structure is having a `reason` and `request` holding the request being sent"; the node's own faults come as a `message`. */
  error: z.object({
    action: z.literal('error'),
    payload: z.union([
      /** `request` is the JSON text of what was asked, as it was written. */
      z.object({ reason: z.string().max(256), request: z.string().max(66_000) }),
      /** `code` and `frame`, what was asked, only leave in dialect `rpc`. */
      z.object({
        message: z.string().max(4_096),
        code: z.enum(reasons).optional(),
        frame: z.string().max(66_000).optional(),
      }),
    ]),
  }),
  conflict: z.object({
    action: z.literal('conflict'),
    payload: z.object({
      channel_id: address,
      round,
      error_code: z.number().int().optional(),
      error_msg: z.string().max(256).optional(),
    }),
  }),
  message: z.object({ action: z.literal('message'), payload: z.object({ message: Envelope }) }),
  /** Both are out of the channel, which stays as it is: with this state either comes back. */
  leave: z.object({ action: z.literal('leave'), channel_id: address, payload: z.object({ state: encoded }) }),
  /** The answer to a question, by its id. */
  get: z.discriminatedUnion('tag', [
    z.object({
      action: z.literal('get'),
      tag: z.literal('balances'),
      id: RequestId.optional(),
      payload: z.array(z.object({ account: address, balance: integer })).max(256),
    }),
    z.object({
      action: z.literal('get'),
      tag: z.literal('poi'),
      id: RequestId.optional(),
      payload: z.object({ poi: z.string().max(65_536) }),
    }),
    z.object({
      action: z.literal('get'),
      tag: z.literal('offchain_state'),
      id: RequestId.optional(),
      payload: z.object({
        calls: z.string().max(65_536),
        trees: z.string().max(65_536),
        signed_tx: z.string().max(16_384),
        half_signed_tx: z.string().max(16_384),
      }),
    }),
  ]),
  system: z.object({ action: z.literal('system'), tag: z.literal('pong') }),
} as const;

const reply = <A extends Exclude<SignTag, 'update'>>(action: A) => z.object({ action: z.literal(action), payload: Tx });

const Amount = z.object({ amount: integer });

/** What a party says, by action; an update that is started (`update.new`) and one that is signed have the same. */
export const toNode = {
  initiator_signed: reply('initiator_signed'),
  responder_signed: reply('responder_signed'),
  initiator_sign: reply('initiator_sign'),
  responder_sign: reply('responder_sign'),
  'update.new': z.object({
    action: z.literal('update'),
    tag: z.literal('new'),
    payload: Update.extend({ meta: Meta.optional() }),
  }),
  update: z.object({ action: z.literal('update'), payload: Tx }),
  update_ack: reply('update_ack'),
  deposit: z.object({ action: z.literal('deposit'), tag: z.literal('new').default('new'), payload: Amount }),
  deposit_tx: reply('deposit_tx'),
  deposit_ack: reply('deposit_ack'),
  withdraw: z.object({ action: z.literal('withdraw'), tag: z.literal('new').default('new'), payload: Amount }),
  withdraw_tx: reply('withdraw_tx'),
  withdraw_ack: reply('withdraw_ack'),
  /** Instead of any signed reply: the party does not sign, and what is under way ends with a conflict. */
  abort: z.object({ action: z.enum(signTags), payload: z.object({ error: errorCode }) }),
  leave: z.object({ action: z.literal('leave') }),
  shutdown: z.object({ action: z.literal('shutdown') }),
  shutdown_sign: reply('shutdown_sign'),
  shutdown_sign_ack: reply('shutdown_sign_ack'),
  message: z.object({
    action: z.literal('message'),
    payload: z.object({ info: z.string().max(65_536), to: address }),
  }),
  'get.balances': z.object({
    action: z.literal('get'),
    tag: z.literal('balances'),
    id: RequestId.optional(),
    payload: z.object({ accounts: z.array(address).max(256) }),
  }),
  'get.poi': z.object({
    action: z.literal('get'),
    tag: z.literal('poi'),
    id: RequestId.optional(),
    payload: z.object({ accounts: z.array(address).max(256).default([]) }),
  }),
  'get.offchain_state': z.object({
    action: z.literal('get'),
    tag: z.literal('offchain_state'),
    id: RequestId.optional(),
  }),
  system: z.object({ action: z.literal('system'), tag: z.literal('ping') }),
} as const;

export type Update = z.infer<typeof Update>;
export type Change = z.infer<typeof Change>;
export type Envelope = z.infer<typeof Envelope>;
export type FromNode = { [Action in keyof typeof fromNode]: z.infer<(typeof fromNode)[Action]> }[keyof typeof fromNode];
export type ToNode = { [Action in keyof typeof toNode]: z.infer<(typeof toNode)[Action]> }[keyof typeof toNode];
/** A party's signed answer to `sign`. */
export type Reply = Extract<ToNode, { readonly payload: { readonly tx: string } }>;
/** What a party says that does not sign. */
export type Abort = z.infer<typeof toNode.abort>;
/** A question of a party. */
export type Question = Extract<ToNode, { readonly action: 'get' }>;
/** The answer to one. */
export type Answer = Extract<FromNode, { readonly action: 'get' }>;
export type { Reason };
export { reasons };

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
  deposit_tx: 'deposit_tx',
  deposit_ack: 'deposit_ack',
  withdraw_tx: 'withdraw_tx',
  withdraw_ack: 'withdraw_ack',
} as const satisfies Record<SignTag, string>;
export type Subject = (typeof subjects)[SignTag];
