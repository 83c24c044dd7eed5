/**
 * What the board knows of one connection, what it is told and what it tells; how a client's requests are named, and the words in which it says no. The
 * machine is in `server.ts`.
 */
import type { Broadcast, ConnectionFact, Misused, Request, Send, Violated } from '../../src/role.ts';
import type { Ending, OrderClose, OrderTermination } from '../../src/vocabulary.ts';
import {
  type Fault,
  type FromClient,
  type FromServer,
  faults,
  keyOf,
  type Misshapen,
  type Page,
  type Proposal,
  type Received,
  type Sent,
  type ToServer,
} from './messages.ts';

export interface ServerInput {
  /** The client knows more than the text. */
  readonly extended: boolean;
  /** What a client signs to prove an address: the board's name, and a nonce that no other connection has. */
  readonly name: string;
  readonly nonce: string;
  /** Every address must be proven. */
  readonly proof: boolean;
  /** Addresses that one connection may register. */
  readonly maxAddresses: number;
  /** Requests of one connection that may be under way. */
  readonly maxPending: number;
  /** Invalid messages after which the connection is closed. */
  readonly maxViolations: number;
  /** Milliseconds for each step of closing. */
  readonly closeTimeout: number;
}

/** A request of this client that the host has not answered. */
export interface Pending {
  readonly id: string;
  /** The client's name for it; empty for one that gives none. */
  readonly request: string;
  readonly about: ToServer['event'];
}

export interface ServerContext extends ServerInput, Ending {
  readonly addresses: readonly string[];
  readonly pending: readonly Pending[];
}

/** An address that was not registered, and why. */
export type RefusedAddress = NonNullable<FromServer<'boardDone'>['refused']>[number];

export type ServerEvent =
  | Received<ToServer>
  | Misshapen
  | Extract<ConnectionFact, { readonly type: 'connection.opened' | 'connection.lost' }>
  | { readonly type: 'command.close' }
  /** Any other command is a mistake of the app. */
  | { readonly type: `command.${string}` }
  /** What became of a `requestRegistration`. */
  | {
      readonly type: 'registered';
      readonly id: string;
      readonly addresses: readonly string[];
      readonly refused: readonly RefusedAddress[];
    }
  /** The proposal is kept: only now is it told to anyone. */
  | { readonly type: 'listed'; readonly id: string; readonly proposal: Proposal }
  /** It was carried out; there is nothing more to say than that. */
  | { readonly type: 'done'; readonly id: string }
  | { readonly type: 'denied'; readonly id: string; readonly error: Fault }
  /** Somebody else is interested in a proposal of this client. */
  | {
      readonly type: 'indicate';
      readonly fromAddress: string;
      readonly otherData: unknown;
      readonly channel: Proposal['id'];
    }
  /** Somebody else has registered an address of this client, by the board's policy. */
  | { readonly type: 'displaced'; readonly address: string }
  /** The client sends faster than it is read. */
  | { readonly type: 'hurried' };

export type ServerEmitted =
  | Send<Sent>
  /** To all clients; what only the original's need, to them. Each is encoded once. */
  | (Broadcast<FromServer<'receiveChannelProposal'> | Page> & { readonly group: 'all' | 'original' })
  /** Verify the proofs, if there are any, and enter the addresses into the directory. */
  | (Request & {
      readonly type: 'requestRegistration';
      readonly nonce: string;
      readonly addresses: readonly string[];
      readonly proofs: readonly string[];
    })
  /** Keep the proposal. */
  | (Request & { readonly type: 'requestListing'; readonly proposal: Proposal; readonly lasts: number })
  | (Request & { readonly type: 'requestWithdrawal'; readonly channel: string })
  /** Tell the proposer. `channel` is empty where the client names only the address. */
  | (Request & {
      readonly type: 'requestIndication';
      readonly channel: string;
      readonly address: string;
      readonly fromAddress: string;
      readonly otherData: unknown;
    })
  /** Unlist what still leads to this connection: its late end harms no newer one. */
  | { readonly type: 'orderRelease'; readonly addresses: readonly string[] }
  | OrderClose
  | OrderTermination
  | Violated
  | Misused;

export const none: readonly never[] = [];

/** Every request of a connection has a name of its own: the client's, or what it is about. */
export function pendingOf(event: ServerEvent): Pending {
  switch (event.type) {
    case 'received.registerAddresses':
      return named(event.message, 'addresses');
    case 'received.proposeChannel':
      return named(event.message, keyOf(event.message.channelData.id));
    case 'received.withdrawChannel':
      return named(event.message, keyOf(event.message.id));
    case 'received.indicateInterest': {
      const { channel, fromAddress } = event.message;
      return named(event.message, JSON.stringify([channel.id ?? null, channel.address, fromAddress]));
    }
    default:
      return { id: '', request: '', about: 'pinger' };
  }
}

type Named = FromClient<'registerAddresses' | 'proposeChannel' | 'withdrawChannel' | 'indicateInterest'>;

function named({ event, request }: Named, subject: string): Pending {
  return { id: `${event}/${request === undefined ? subject : `#${request}`}`, request: request ?? '', about: event };
}

export const answeredBy = (pending: readonly Pending[], event: ServerEvent): Pending | undefined =>
  'id' in event ? pending.find(({ id }) => id === event.id) : undefined;

/** The new addresses of a registration, behind those that are there. */
export const together = (addresses: readonly string[], others: readonly string[]): readonly string[] => [
  ...new Set([...addresses, ...others]),
];

export function refusal(error: Fault, about: string, request: string, reason: string = faults[error]): Send<Sent> {
  return {
    type: 'send',
    message: { event: 'boardError', error, about, reason, ...(request === '' ? {} : { request }) },
  };
}
