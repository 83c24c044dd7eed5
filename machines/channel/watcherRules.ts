/**
 * What a watcher knows and what follows from it: pure functions of its context. The chart is in `watcher.ts`.
 *
 * Of two states that both have signed the one with the higher round counts, whoever shows it; what the chain has taken itself (the create transaction, a
 * deposit, a withdrawal) counts without being shown.
 */
import type { Era } from '../../src/channel/encoding.ts';
import type { Keep, Misused, Request, Violated, Withdraw } from '../../src/role.ts';
import type { Party } from './messages.ts';
import type { Payments, Shares } from './party/types.ts';

/** A state that both have signed, as far as a judge needs it. */
export interface Evidence extends Shares {
  readonly round: number;
  readonly payments: Payments;
  /** The transaction as text, with both signatures. */
  readonly tx: string;
  /** Whether it is of the kind that the chain takes itself: then it counts once the chain has it, and is never shown as a proof. */
  readonly isPosted: boolean;
}

/**
 * A deposit or a withdrawal that we have signed and of which we do not know that it counts: it can be posted until the chain knows a state that is as late.
 */
export interface Suspect extends Shares {
  readonly id: string;
  /** Whether it has come to nothing, since the other party or the chain did not want it; else it is under way. */
  readonly isVoid: boolean;
  /** Whether it would cost our party something: the other's deposit costs the other only. */
  readonly isCostly: boolean;
  readonly round: number;
  readonly payments: Payments;
  /** Of the state that it would make, in hexadecimal. */
  readonly stateHash: string;
  /** The height by which it has to be on the chain; 0 for none. */
  readonly ttl: number;
  /** The transaction as text, with our signature. */
  readonly tx: string;
}

/** A channel as it lies on the chain. */
export interface OnChain extends Shares {
  /** Of the last state that the chain knows: while somebody closes alone the one that was shown. */
  readonly round: number;
  /** Of that state, in hexadecimal; empty where the node does not say. */
  readonly stateHash: string;
  /** Whether somebody closes it alone: then the amounts are those that were shown. */
  readonly isClosing: boolean;
  /** The height from which on it may be settled; until then a later state may be shown. */
  readonly lockedUntil: number;
}

/** What a watcher has put on the chain, or is about to. */
export interface Deed extends Shares {
  readonly kind: 'snapshot' | 'close' | 'slash' | 'settle';
  /** Of the state that it shows. */
  readonly round: number;
  readonly payments: Payments;
  /** The state as text; empty where none is needed. */
  readonly state: string;
  /** Whether the state is shown to the chain, which does not know it. */
  readonly isShown: boolean;
  /** The transaction as text, with our signature; empty until it was given. */
  readonly tx: string;
}

export interface WatcherInput {
  readonly role: Party;
  /** How the chain is written to. */
  readonly era: Era;
  /** Both parties' keys, 32 bytes in lower-case hexadecimal. */
  readonly keys: Readonly<Record<Party, string>>;
  /** Likewise. */
  readonly channelId: string;
  /** Milliseconds between two looks at the chain. Far less than the lock period takes. */
  readonly pollTimeout: number;
  /** Milliseconds for our signer. */
  readonly signTimeout: number;
}

export interface WatcherContext extends WatcherInput {
  /** The last state that needs to be shown, and the last that the chain takes itself. */
  readonly shown: Evidence | null;
  readonly posted: Evidence | null;
  /** What may still be posted. */
  readonly suspects: readonly Suspect[];
  readonly height: number;
  /** Null while the chain does not have it, or does not any more. */
  readonly onChain: OnChain | null;
  /** What the chain would pay out; null while nobody closes alone. */
  readonly payout: Shares | null;
  /** From which height on. */
  readonly payableFrom: number;
  readonly hasSeen: boolean;
  readonly deed: Deed | null;
  /** The command to close that waits; empty where there is none. */
  readonly closing: string;
}

/** Why a command to close alone came to nothing. Nothing was posted. */
export type CloseFailure =
  /** The chain does not have the channel. */
  | 'notOnChain'
  /** There is no state that both have signed, or the chain has a later one than we. */
  | 'noState'
  /** Our signer did not want it. */
  | 'refused'
  /** The chain does not take it: `detail` says why. */
  | 'rejected';

export type WatcherEvent =
  /** A state that both have signed; older ones change nothing. */
  | { readonly type: 'command.adopt'; readonly evidence: Evidence }
  /** What may still be posted: these, and nothing else. */
  | { readonly type: 'command.suspect'; readonly suspects: readonly Suspect[] }
  /** Close alone, with the last state. */
  | { readonly type: 'command.close'; readonly id: string }
  /** Something may have happened: look now. */
  | { readonly type: 'command.look' }
  /** The app goes away; what is kept stays, for the next process. */
  | { readonly type: 'command.leave' }
  | { readonly type: `command.${string}`; readonly id?: string }
  | { readonly type: `received.${string}` }
  /** The chain was looked at. */
  | { readonly type: 'found'; readonly id: string; readonly height: number; readonly channel: OnChain | null }
  /** It could not be. */
  | { readonly type: 'unfound'; readonly id: string; readonly reason: string }
  /** The deed is written and signed: `tx` is its text. */
  | { readonly type: 'signed'; readonly id: string; readonly tx: string }
  | { readonly type: 'refused'; readonly id: string; readonly reason: string }
  /** The chain has taken it, and will include it. */
  | { readonly type: 'posted'; readonly id: string }
  /** `isFinal`: the chain does not take it as it is; else it may not have heard of it. */
  | { readonly type: 'unposted'; readonly id: string; readonly reason: string; readonly isFinal: boolean };

export type WatcherEmitted =
  /** How does the channel lie on the chain? */
  | { readonly type: 'consultChannel'; readonly id: string }
  /** Write the deed, and have it signed. */
  | (Request & { readonly type: 'requestSignature'; readonly deed: Deed })
  | (Request & { readonly type: 'requestPost'; readonly tx: string })
  | Withdraw
  /** The state is kept: from now on it is what a dispute is answered with. */
  | { readonly type: 'adopted'; readonly round: number }
  /** What was suspected can be posted no more. */
  | { readonly type: 'buried'; readonly suspect: string }
  /** What had come to nothing was posted after all: what it made is the state that the chain knows. */
  | { readonly type: 'overtaken'; readonly suspect: string; readonly round: number }
  /** Somebody closes alone with the state of this round. */
  | { readonly type: 'soloClosed'; readonly round: number }
  /** The state that was closed with is an older one: it is answered with ours. */
  | { readonly type: 'disputed'; readonly round: number; readonly stale: number }
  /** The chain has paid out, or the two have closed it together: then nobody says here what each got. */
  | { readonly type: 'settled'; readonly id: string; readonly payout: Shares | null }
  | { readonly type: 'failed'; readonly id: string; readonly reason: CloseFailure; readonly detail: string }
  /** The chain could not be asked, or did not take what we posted; it is tried again. */
  | { readonly type: 'hindered'; readonly reason: string }
  /** All that was told before is kept. */
  | { readonly type: 'left' }
  | Keep
  | Violated
  | Misused;

export interface WatcherOutput {
  readonly payout: Shares | null;
}

/** What a context starts with. */
export const unseen = {
  shown: null,
  posted: null,
  suspects: [],
  height: 0,
  onChain: null,
  payout: null,
  payableFrom: 0,
  hasSeen: false,
  deed: null,
  closing: '',
} as const;

/** Whether this state is later than what is known of its kind. */
export function isNewer({ shown, posted }: WatcherContext, evidence: Evidence): boolean {
  const known = evidence.isPosted ? posted : shown;
  return known === null || evidence.round > known.round;
}

/** The latest state that the chain would count, or null where the chain has a later one than we. */
export function latest({ shown, posted, onChain }: WatcherContext): Evidence | null {
  if (onChain === null) return null;
  if (shown !== null && shown.round > onChain.round) return shown;
  if (posted !== null && posted.round === onChain.round) return posted;
  return shown !== null && shown.round === onChain.round ? shown : null;
}

/** Whether somebody closes with an older state than our last. */
export function isStale({ onChain, shown }: WatcherContext): boolean {
  return onChain?.isClosing === true && shown !== null && shown.round > onChain.round;
}

/** What has become of a suspect, as the channel lies on the chain now; what its ttl has ended was there at the look before, or never will be. */
export function fateOf(
  { height }: WatcherContext,
  { round, stateHash, ttl }: Suspect,
  onChain: OnChain,
): 'buried' | 'overtaken' | 'alive' {
  if (onChain.round > round) return 'buried';
  if (onChain.round === round && onChain.stateHash !== '')
    return onChain.stateHash === stateHash ? 'overtaken' : 'buried';
  return ttl !== 0 && height >= ttl ? 'buried' : 'alive';
}

/** Whether what had come to nothing was posted, and not the same that is under way anew. */
export const isUnexpected = ({ suspects }: WatcherContext, { isVoid, round, stateHash }: Suspect): boolean =>
  isVoid && !suspects.some((each) => !each.isVoid && each.round === round && each.stateHash === stateHash);

/** What is known once the chain was looked at: which suspects are left, and the state that one of them has made. */
export function weighed(context: WatcherContext, onChain: OnChain | null): Pick<WatcherContext, 'suspects' | 'posted'> {
  const { suspects, posted } = context;
  if (onChain === null) return { suspects, posted };
  const [made] = suspects.filter((each) => fateOf(context, each, onChain) === 'overtaken');
  return {
    suspects: suspects.filter((each) => fateOf(context, each, onChain) === 'alive'),
    posted: made === undefined ? posted : evidenceOf(made),
  };
}

const evidenceOf = ({ round, payments, initiatorAmount, responderAmount, tx }: Suspect): Evidence => ({
  round,
  payments,
  initiatorAmount,
  responderAmount,
  tx,
  isPosted: true,
});

/** Whether the chain would take a suspect at our cost, and our last state is late enough to keep it from that. */
export function mayBury({ onChain, shown, suspects }: WatcherContext): boolean {
  if (onChain === null || onChain.isClosing || shown === null) return false;
  return suspects.some(({ round, isCostly }) => isCostly && onChain.round < round && round <= shown.round);
}

/** Under which key it lies in the store that the chain has done with a channel. */
export const settledKey = ({ channelId, role }: Pick<WatcherInput, 'channelId' | 'role'>): string =>
  `settled/channel/${channelId}/${role}`;

/** What the chain has paid out, as far as was seen. */
export const payoutOf = ({ payout, payableFrom, height }: WatcherContext): Shares | null =>
  height < payableFrom ? null : payout;

const nobodyPaid: Payments = { initiator: 0, responder: 0 };

/** A deed of this kind as things are. */
export function deedOf(context: WatcherContext, kind: Deed['kind']): Deed | null {
  const { onChain } = context;
  if (onChain === null) return null;
  if (kind === 'settle') {
    const { round, initiatorAmount, responderAmount } = onChain;
    return { kind, round, initiatorAmount, responderAmount, payments: nobodyPaid, state: '', isShown: false, tx: '' };
  }
  const state = latest(context);
  if (state === null) return null;
  const { round, initiatorAmount, responderAmount, payments, tx } = state;
  const isShown = round !== onChain.round;
  return { kind, round, initiatorAmount, responderAmount, payments, state: tx, isShown, tx: '' };
}

/** Whether it is written and signed already, as things are. */
export function isSigned(context: WatcherContext, kind: Deed['kind']): boolean {
  const { deed } = context;
  const wanted = deedOf(context, kind);
  if (deed === null || wanted === null || deed.tx === '') return false;
  return deed.kind === kind && deed.round === wanted.round && deed.isShown === wanted.isShown;
}

/** What the request about a deed is called. */
export const idOf = ({ kind, round }: Pick<Deed, 'kind' | 'round'>): string => `${kind}/${round}`;
