/**
 * Transactions made for whoever has no tools of its own: fields as JSON in, the unsigned transaction out, as the nodes of 2018 had it
 * (`POST /v2/tx/channel/…`). Nothing is decided here: what is made must be signed and posted like any other.
 */
import { z } from 'zod';
import { toHex } from '../bytes.ts';
import type { Chain } from './chain.ts';
import type { Asked, Route } from './chainHttp.ts';
import { NotAnswered } from './chainHttp.ts';
import { accountKey, decode, type Era, encode } from './encoding.ts';
import { encodeTransaction } from './serialization.ts';
import type { Unsigned } from './transactions.ts';

const beyond = 1n << 256n;

/** A whole number: JSON's, of any length, or its digits as text. */
const whole = z
  .union([z.number().int().nonnegative(), z.bigint().nonnegative(), z.string().regex(/^\d{1,78}$/)])
  .transform((value) => BigInt(value))
  .refine((value) => value < beyond, 'is too large');

const text = z.string().max(65_536);
const bytesOf = (kind: 'ch' | 'st' | 'tx' | 'pi') => text.transform((value) => decode(value, kind).bytes);

/** Whose nonce it is, and in which era it is written. */
const account = text.transform((value) => ({ key: accountKey(value), era: decode(value, 'ak').era }));

const terms = { channel_id: bytesOf('ch'), fee: whole, ttl: whole.default(0n), nonce: whole.optional() };

/** An empty text, or the text of no bytes: the last state on the chain. */
const payload = z.union([z.literal('').transform(() => new Uint8Array(0)), bytesOf('tx')]);

const from = { from: account };
const change = { ...terms, amount: whole, state_hash: bytesOf('st'), round: whole };
const dispute = { ...terms, ...from, payload, poi: bytesOf('pi') };

const depositSchema = z.object({ ...change, ...from });
const withdrawalSchema = z.object({ ...change, to: account });
const disputeSchema = z.object(dispute);
const snapshotSchema = z.object({ ...terms, ...from, payload });
const settleSchema = z.object({ ...terms, ...from, initiator_amount: whole, responder_amount: whole });

interface Draft {
  readonly by: { readonly key: Uint8Array; readonly era: Era };
  readonly nonce: bigint | undefined;
  readonly make: (nonce: bigint) => Unsigned;
}

/** Names that the nodes of other years had for the same. */
const aliases: Readonly<Record<string, string>> = {
  from_id: 'from',
  to_id: 'to',
  initiator_amount_final: 'initiator_amount',
  responder_amount_final: 'responder_amount',
};

function read<Value>(schema: z.ZodType<Value>, { body }: Asked): Value {
  const isObject = body !== null && typeof body === 'object' && !Array.isArray(body);
  const named = Object.entries(isObject ? body : {}).map(([name, value]) => [
    Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name,
    value,
  ]);
  const parsed = schema.safeParse(isObject ? Object.fromEntries(named) : body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new NotAnswered(
    400,
    `${where === '' ? 'The body' : where}: ${issue?.message ?? 'it is not what is asked for'}`,
  );
}

type Channel = { readonly channel_id: Uint8Array; readonly fee: bigint; readonly ttl: bigint };

const common = ({ channel_id: channelId, fee, ttl }: Channel, nonce: bigint) => ({ channelId, fee, ttl, nonce });

const drafts: Readonly<Record<string, (asked: Asked) => Draft>> = {
  deposit(asked) {
    const given = read(depositSchema, asked);
    const { amount, state_hash: stateHash, round } = given;
    const rest = { type: 'channelDeposit', amount, stateHash, round, from: given.from.key } as const;
    return { by: given.from, nonce: given.nonce, make: (nonce) => ({ ...rest, ...common(given, nonce) }) };
  },
  withdrawal(asked) {
    const given = read(withdrawalSchema, asked);
    const { amount, state_hash: stateHash, round } = given;
    const rest = { type: 'channelWithdraw', amount, stateHash, round, to: given.to.key } as const;
    return { by: given.to, nonce: given.nonce, make: (nonce) => ({ ...rest, ...common(given, nonce) }) };
  },
  'close/solo'(asked) {
    const given = read(disputeSchema, asked);
    const rest = { type: 'channelCloseSolo', from: given.from.key, payload: given.payload, poi: given.poi } as const;
    return { by: given.from, nonce: given.nonce, make: (nonce) => ({ ...rest, ...common(given, nonce) }) };
  },
  slash(asked) {
    const given = read(disputeSchema, asked);
    const rest = { type: 'channelSlash', from: given.from.key, payload: given.payload, poi: given.poi } as const;
    return { by: given.from, nonce: given.nonce, make: (nonce) => ({ ...rest, ...common(given, nonce) }) };
  },
  'snapshot/solo'(asked) {
    const given = read(snapshotSchema, asked);
    const rest = { type: 'channelSnapshotSolo', from: given.from.key, payload: given.payload } as const;
    return { by: given.from, nonce: given.nonce, make: (nonce) => ({ ...rest, ...common(given, nonce) }) };
  },
  settle(asked) {
    const given = read(settleSchema, asked);
    const { initiator_amount: initiatorAmount, responder_amount: responderAmount } = given;
    const rest = { type: 'channelSettle', from: given.from.key, initiatorAmount, responderAmount } as const;
    return { by: given.from, nonce: given.nonce, make: (nonce) => ({ ...rest, ...common(given, nonce) }) };
  },
};

/** `POST /v2/tx/channel/…`: `{tx}`, unsigned. Without a nonce it has the next free one. */
export const draftRoutes = (chain: Chain): readonly Route[] =>
  Object.entries(drafts).map(([name, draft]) => ({
    method: 'POST',
    path: `/v2/tx/channel/${name}`,
    answer(asked) {
      const { by, nonce, make } = draft(asked);
      const transaction = make(nonce ?? chain.nextNonce(toHex(by.key)));
      return { tx: encode('tx', by.era, encodeTransaction(transaction)) };
    },
  }));
