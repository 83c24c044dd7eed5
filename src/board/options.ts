/**
 * What an app gives a client of the board and is told by it.
 */
import type { ClientInput } from '../../machines/board/client.ts';
import type { Fault, Proposal } from '../../machines/board/messages.ts';
import type { Backoff } from '../connector.ts';
import type { HostOptions } from '../host.ts';
import type { Violated } from '../role.ts';
import type { Signer } from '../signer.ts';
import type { Interest, Opener } from './opener.ts';
import type { EndReason } from './proposals.ts';
import type { AddressSigner } from './prover.ts';

/** What a client tells. */
export type BoardNotice =
  /** The board has us, at first or again; `extended`: it knows more than the text. */
  | { readonly type: 'joined'; readonly extended: boolean }
  | { readonly type: 'disconnected'; readonly reason: string }
  | { readonly type: 'proposed'; readonly proposal: Proposal }
  | { readonly type: 'ended'; readonly proposal: Proposal; readonly reason: EndReason }
  /** Somebody is interested in a proposal of ours. */
  | ({ readonly type: 'interest' } & Interest)
  /** The offer of a proposal has answered somebody's interest: this is what it opened. */
  | { readonly type: 'opened'; readonly interest: Interest; readonly opened: unknown }
  | { readonly type: 'openFailed'; readonly interest: Interest; readonly error: unknown }
  /** Interest in this address goes to another client now. */
  | { readonly type: 'displaced'; readonly address: string }
  /** This address was not registered, though others were. */
  | { readonly type: 'addressRefused'; readonly address: string; readonly error: Fault }
  /** The board refuses what no request of ours was. */
  | { readonly type: 'refused'; readonly error: Fault; readonly about: string; readonly reason: string }
  | Violated;

export interface BoardClientOptions extends HostOptions {
  /** The public addresses that are ours and cannot be proven. None at all: the client only watches. */
  readonly addresses?: readonly string[];
  /** Those that we prove, where the board can verify it: addresses that are the signers' own keys, or others that the board knows to be theirs. */
  readonly signers?: readonly (Signer | AddressSigner)[];
  /** The board's name in proofs. Default: the URL's host and port. */
  readonly name?: string;
  /** Open channels of proposals, by protocol. */
  readonly openers?: readonly Opener<unknown>[];
  /** Tries to get a lost connection back before giving up, counted until a connection has held for `timeout`. Default: 10. */
  readonly attempts?: number;
  readonly backoff?: Backoff;
  /** Requests that may be under way at once; further ones wait for their turn. Default: 64. */
  readonly window?: number;
  /** Milliseconds for the connection, and for each step of joining. Default: 10 s. */
  readonly timeout?: number;
  /** Milliseconds without any answer after which what is under way ends as unknown. Default: 10 s. */
  readonly answerTimeout?: number;
  /** Milliseconds for each step of closing. Default: 5 s. */
  readonly closeTimeout?: number;
  /** The largest frame that is taken. Default: 16 MiB: the original sends its whole list at once. */
  readonly maxFrame?: number;
  /** Gives up joining; once joined, closes the client. */
  readonly signal?: AbortSignal;
}

export interface RequestOptions {
  /** Stops waiting: the promise rejects with the signal's reason. What was sent cannot be taken back. */
  readonly signal?: AbortSignal;
}

export interface InterestOptions extends RequestOptions {
  /** Default: our first address. */
  readonly fromAddress?: string;
  /** JSON for the proposer. Dropped by a board that knows only the text. */
  readonly otherData?: unknown;
}

/** As `InterestOptions`; what the proposer is told is the opener's. */
export type OpenOptions = Omit<InterestOptions, 'otherData'>;

/** The input of a client's machine that suits most; the addresses are the app's. */
export const boardClientDefaults: Omit<ClientInput, 'addresses' | 'proves' | 'name'> = {
  attempts: 10,
  window: 64,
  joinTimeout: 10_000,
  answerTimeout: 10_000,
  closeTimeout: 5_000,
};

/** The input of a client's machine at the board of `url`, for these options and addresses. */
export const inputOf = (url: string, options: BoardClientOptions, addresses: readonly string[]): ClientInput => ({
  addresses,
  proves: (options.signers ?? []).length > 0,
  name: options.name ?? new URL(url).host,
  attempts: options.attempts ?? boardClientDefaults.attempts,
  window: options.window ?? boardClientDefaults.window,
  joinTimeout: options.timeout ?? boardClientDefaults.joinTimeout,
  answerTimeout: options.answerTimeout ?? boardClientDefaults.answerTimeout,
  closeTimeout: options.closeTimeout ?? boardClientDefaults.closeTimeout,
});
