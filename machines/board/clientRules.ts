/**
 * What a client of the board knows, what it is told and what it tells; and which of its requests an event ends. The machine is in `client.ts`.
 */
import type { ConnectionFact, HandedOver, Misused, Request, Send, Violated } from '../../src/role.ts';
import type { ConnectingEmitted, Tries } from '../../src/vocabulary.ts';
import {
  type Fault,
  type FromServer,
  keyOf,
  type Misshapen,
  type Proposal,
  type Received,
  type ToClient,
  type ToServer,
} from './messages.ts';

export interface ClientInput {
  /** The public addresses that are ours. None: it only watches. */
  readonly addresses: readonly string[];
  /** We can prove them. */
  readonly proves: boolean;
  /** The board's name as we know it: we prove nothing to a board of another name, which could use the proof elsewhere. */
  readonly name: string;
  /** Tries to get the connection back before giving up, counted until a line has held; 0 never reconnects. */
  readonly attempts: number;
  /** Requests that may be under way at once. */
  readonly window: number;
  /** Milliseconds to wait for each step of joining. */
  readonly joinTimeout: number;
  /** Milliseconds without any answer after which all that is under way ends as `unknown`. */
  readonly answerTimeout: number;
  /** Milliseconds for each step of closing. */
  readonly closeTimeout: number;
}

/** What a board says of itself that knows more than the text. */
export type Introduction = NonNullable<FromServer<'requestAddresses'>['board']>;

export interface Pending {
  readonly id: string;
  /** The proposal's id as JSON text; empty for what does not come back. */
  readonly channel: string;
}

export interface ClientContext extends ClientInput, Tries {
  /** Null for a server that only knows the text. */
  readonly board: Introduction | null;
  /** As many as `addresses`, once signed for this connection's nonce. */
  readonly proofs: readonly string[];
  readonly hasChannels: boolean;
  readonly pending: readonly Pending[];
  readonly reason: string;
  /** The name of a fault, where the board named one. */
  readonly error: string;
}

/** Why a request failed. */
export type RequestFailure = Fault | 'notOpen' | 'notSupported';

/** How a request ended. */
export type Outcome =
  | { readonly outcome: 'done' }
  /** It has left; this server tells no more. */
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'failed'; readonly error: RequestFailure; readonly reason: string }
  /** The line broke, or nobody answered. */
  | { readonly outcome: 'unknown' };

export type ClientEvent =
  | { readonly type: 'command.connect' }
  | { readonly type: 'command.propose'; readonly id: string; readonly proposal: Proposal; readonly lasts?: number }
  | { readonly type: 'command.withdraw'; readonly id: string; readonly channel: Proposal['id'] }
  | {
      readonly type: 'command.indicateInterest';
      readonly id: string;
      readonly channel: Proposal;
      readonly fromAddress: string;
      readonly otherData?: unknown;
    }
  | { readonly type: 'command.close' }
  /** Any other command is a mistake of the app. */
  | { readonly type: `command.${string}` }
  | Received<ToClient>
  | Misshapen
  | ConnectionFact
  | HandedOver
  /** The answers to `requestProofs`. */
  | { readonly type: 'signed'; readonly id: string; readonly proofs: readonly string[] }
  | { readonly type: 'refused'; readonly id: string; readonly reason: string };

export type ClientEmitted =
  | Send<ToServer>
  | ConnectingEmitted
  /** Sign the statement of each address. */
  | (Request & {
      readonly type: 'requestProofs';
      readonly name: string;
      readonly nonce: string;
      readonly addresses: readonly string[];
    })
  | { readonly type: 'withdraw'; readonly request: 'requestProofs'; readonly id: string }
  /** The board has us and we have its list. */
  | { readonly type: 'joined'; readonly extended: boolean }
  /** These addresses were not registered. */
  | { readonly type: 'addressesRefused'; readonly refused: NonNullable<FromServer<'boardDone'>['refused']> }
  /** The list, or a page of it: `begins` it anew, `ends` it. */
  | {
      readonly type: 'listed';
      readonly proposals: readonly Proposal[];
      readonly begins: boolean;
      readonly ends: boolean;
    }
  | { readonly type: 'proposed'; readonly proposal: Proposal }
  | { readonly type: 'ended'; readonly channel: Proposal['id']; readonly reason: FromServer<'channelEnded'>['reason'] }
  /** Somebody is interested in a channel of ours; `channel` names it where the server does. */
  | {
      readonly type: 'interested';
      readonly fromAddress: string;
      readonly otherData: unknown;
      readonly channel: Proposal['id'] | null;
    }
  /** Interest in this address goes to another client now. */
  | { readonly type: 'displaced'; readonly address: string }
  /** These requests have ended. */
  | ({ readonly type: 'settled'; readonly ids: readonly string[] } & Outcome)
  /** The server refuses something that no request of ours was. */
  | { readonly type: 'refused'; readonly error: Fault; readonly about: string; readonly reason: string }
  | Violated
  | Misused;

export interface ClientOutput {
  /** Empty when the app closed it. */
  readonly reason: string;
  /** Why the board did not take us, if it said so. */
  readonly error: string;
}

export const none: readonly never[] = [];
/** What we call a registration: there is one at a time. */
export const registration = 'addresses';

/** The request of ours that an event ends, if it ends one. */
export function endedBy({ pending, board }: ClientContext, event: ClientEvent): Pending | undefined {
  switch (event.type) {
    case 'received.boardDone':
    case 'received.boardError':
      return pending.find(({ id }) => id === event.message.request);
    case 'handedOver':
      return pending.find(({ id }) => id === event.id);
    case 'received.receiveChannelProposal': {
      // A board that answers does so: until then it is not known whether it was ours or another's of the same id.
      const channel = keyOf(event.message.proposal.id);
      return board === null ? pending.find((each) => each.channel === channel) : undefined;
    }
    default:
      return undefined;
  }
}

export const failed = (id: string, error: RequestFailure, reason: string) =>
  ({ type: 'settled', ids: [id], outcome: 'failed', error, reason }) as const;
