/**
 * The app's own judgement before anything is signed. The machine has compared what is put to us with what was announced; a policy can want more: a
 * limit, a person's consent, a delivery that has to come first.
 */

import type { Subject } from '../../machines/channel/messages.ts';
import type { Inspected } from '../../machines/channel/party/types.ts';

/** What is to be signed, as far as it was understood. Amounts in the chain's smallest unit. */
export interface Question {
  /** What it is for: opening; our own update, deposit or withdrawal, or the other's (`…_ack`); closing on our wish or on the other's. */
  readonly what: Subject;
  /** As text, as the node sent it. */
  readonly tx: string;
  readonly channelId: string;
  readonly round: number;
  /** What both have when it is signed by both. */
  readonly initiatorAmount: bigint;
  readonly responderAmount: bigint;
  /** What changes; null where it is no update, or nobody says. Keys in hexadecimal. */
  readonly updates: readonly { readonly from: string; readonly to: string; readonly amount: bigint }[] | null;
  /** What the other's app says of its update. Nobody signs it. */
  readonly meta: readonly string[];
  readonly fee: bigint;
  /** What is wrong with it; empty where nothing is. Only with `inspect: 'ask'` is a policy asked about such a one. */
  readonly objection: string;
}

/** Does not sign, and tells the other's app why, where the node can tell it: a whole number from 1 to 65535, from 128 on of one's own making. */
export interface Aborts {
  readonly abort: number;
  /** For our own app. */
  readonly reason?: string;
}

type Verdict = boolean | string | Aborts;

/**
 * `true` signs; `false`, a sentence that says why, or a code for the other party, does not. May take as long as `signTimeout`; `signal` is aborted
 * when nobody waits any more.
 */
export type Policy = (question: Question, signal: AbortSignal) => Verdict | Promise<Verdict>;

/** Signs what is right, and nothing else. */
export const careful: Policy = ({ objection }) => objection === '' || objection;

/** Signs whatever can be read, right or wrong. For recordings and for peers whose transactions say nothing. */
export const trusting: Policy = () => true;

/** @param what what the tag is about */
export function questionOf(what: Subject, tx: string, inspected: Inspected): Question {
  const { channelId, round, initiatorAmount, responderAmount, updates, meta, fee, objection } = inspected;
  return {
    what,
    tx,
    channelId,
    round,
    initiatorAmount: BigInt(initiatorAmount),
    responderAmount: BigInt(responderAmount),
    updates: updates?.map(({ from, to, amount }) => ({ from, to, amount: BigInt(amount) })) ?? null,
    meta,
    fee: BigInt(fee),
    objection,
  };
}
