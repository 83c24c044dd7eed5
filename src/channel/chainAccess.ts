/**
 * The chain as somebody needs it who acts alone: how a channel lies there, the next nonce of an account, and posting. Over a node's HTTP interface as
 * nodes of today have it.
 */
import { z } from 'zod';
import { toHex } from '../bytes.ts';
import { answerOf } from './answers.ts';
import { decode } from './encoding.ts';

/** A channel as a chain shows it. Amounts in the chain's smallest unit. */
export interface ChannelView {
  /** While somebody closes alone, those of the state that was shown. */
  readonly initiatorAmount: bigint;
  readonly responderAmount: bigint;
  /** Of the last state that the chain knows. */
  readonly round: number;
  /** Of that state, in hexadecimal; left out where the chain does not say. */
  readonly stateHash?: string;
  /** The height from which on a closing may be settled; 0 while nobody closes alone. */
  readonly lockedUntil: number;
}

/** Asks a chain. What rejects was not answered: it may be asked again. */
export interface ChainAccess {
  height(): Promise<number>;
  /** @param id `ch_…` or `ch$…` @returns `undefined` where the chain has no such channel, or not any more */
  channel(id: string): Promise<ChannelView | undefined>;
  /** @param account `ak_…` or `ak$…` */
  nextNonce(account: string): Promise<bigint>;
  /** Posts a signed transaction; the same again changes nothing. @returns why it was not taken, or `undefined` */
  post(tx: string): Promise<string | undefined>;
}

const count = z.number().int().nonnegative();
/** No account has as much. */
const tooMuch = 2n ** 256n;
const money = z
  .union([count, z.bigint().nonnegative()])
  .transform(BigInt)
  .refine((amount) => amount < tooMuch);

/** @throws Undecodable for what is no hash of a state: then the node has not answered as a node does */
const hashIn = (text: string | undefined) => (text === undefined ? {} : { stateHash: toHex(decode(text, 'st').bytes) });

const headSchema = z.object({ height: count });
const nonceSchema = z.object({ next_nonce: money });
const refusalSchema = z.object({ reason: z.string() });
const channelSchema = z
  .object({
    initiator_amount: money,
    responder_amount: money,
    round: count,
    locked_until: count,
    state_hash: z.string().optional(),
  })
  .transform(
    (shown): ChannelView => ({
      initiatorAmount: shown.initiator_amount,
      responderAmount: shown.responder_amount,
      round: shown.round,
      ...hashIn(shown.state_hash),
      lockedUntil: shown.locked_until,
    }),
  );

/**
 * Asks a node.
 *
 * @param url the node: `ws://`, `wss://`, `http://` or `https://`; its path is left out
 */
export function chainAt(url: string): ChainAccess {
  const asked = async <Value>(path: string, schema: z.ZodType<Value>): Promise<Value | undefined> => {
    const { status, body } = await answerOf(url, path);
    // What stands before a node has a 404 of its own: only a node says why.
    if (status === 404 && refusalSchema.safeParse(body).success) return undefined;
    const answer = schema.safeParse(body);
    if (status === 200 && answer.success) return answer.data;
    throw new Error(`The node answered ${path} with ${status}, and not as a node does.`);
  };
  const had = async <Value>(path: string, schema: z.ZodType<Value>): Promise<Value> => {
    const value = await asked(path, schema);
    if (value === undefined) throw new Error(`The node does not know ${path}.`);
    return value;
  };
  return {
    height: async () => (await had('/v3/key-blocks/current/height', headSchema)).height,
    channel: (id) => asked(`/v3/channels/${encodeURIComponent(id)}`, channelSchema),
    nextNonce: async (account) =>
      (await had(`/v3/accounts/${encodeURIComponent(account)}/next-nonce`, nonceSchema)).next_nonce,
    async post(tx) {
      const { status, body } = await answerOf(url, '/v3/transactions', { tx });
      if (status === 200) return undefined;
      const refusal = refusalSchema.safeParse(body);
      if (status === 400) return refusal.success ? refusal.data.reason : 'The node does not say why.';
      throw new Error(`The node answered a transaction with ${status}.`);
    },
  };
}
