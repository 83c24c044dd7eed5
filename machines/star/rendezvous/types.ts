/** What one socket at the rendezvous server knows, is told, and tells: the types of its machine. */
import type { ConnectionFact, Consult, Misused, Request, Send, Start, Stop, Violated } from '../../../src/role.ts';
import type { Ending, OrderClose, OrderTermination } from '../../../src/vocabulary.ts';
import type {
  DialReply,
  IncommingReply,
  JoinReply,
  Misshapen,
  Received,
  SsIncomming,
  SsLeave,
  ToServer,
} from '../messages.ts';
import type { DialAsked, Dialling, Incoming, Join, Joining, Refusal } from '../rendezvousRules.ts';

export interface RendezvousInput {
  /** The connection's name at the host, by which other sockets' dials reach it. */
  readonly name: string;
  /** Every address must be proven by the key of the peer that it names. */
  readonly challenge: boolean;
  /** Only addresses of the star's own format. */
  readonly strict: boolean;
  /** Addresses that one socket may join. */
  readonly maxAddresses: number;
  /** Dials that may wait for an answer, each way. */
  readonly maxDials: number;
  /** Invalid messages after which the socket is closed. */
  readonly maxViolations: number;
  /** Milliseconds for which a nonce may be signed. */
  readonly nonceTimeout: number;
  /** Milliseconds for closing. */
  readonly closeTimeout: number;
}

export interface RendezvousContext extends RendezvousInput, Ending {
  /** The addresses that it may dial from. */
  readonly joined: readonly string[];
  readonly joins: readonly Join[];
  readonly dialling: readonly Dialling[];
  readonly incoming: readonly Incoming[];
}

/** What one socket's machine tells another's. */
export type Told =
  /** A socket dials an address of this one. */
  | { readonly type: 'dial'; readonly dialId: string; readonly from: string; readonly by: string }
  /** The dial is not wanted any more. */
  | { readonly type: 'dropped'; readonly dialId: string }
  /** The dialled socket has answered; an empty error is none. */
  | { readonly type: 'dialled'; readonly id: string; readonly error: string };

export type RendezvousEvent =
  | Joining
  | DialAsked
  | Received<SsLeave | IncommingReply>
  /** What is of streams is told to them. */
  | Received<Exclude<ToServer, { readonly event: 'ss-join' | 'ss-dial' | 'ss-leave' | 'ss-incomming.reply' }>>
  | Misshapen
  /** What became of a `consultSignature`. */
  | { readonly type: 'verified'; readonly id: string; readonly verdict: 'valid' | 'invalid' | 'unusable' }
  /** It is listed, and these were before it. */
  | { readonly type: 'listed'; readonly id: string; readonly peers: readonly string[] }
  | { readonly type: 'unlistable'; readonly id: string; readonly error: Refusal }
  /** Another socket has joined an address of this one, by the server's policy. */
  | { readonly type: 'displaced'; readonly address: string }
  /** What became of a `requestDial`. */
  | { readonly type: 'reached'; readonly id: string; readonly peer: string; readonly from: string }
  | { readonly type: 'unreachable'; readonly id: string; readonly error: Refusal }
  | { readonly type: 'dialExpired'; readonly id: string }
  | Told
  | Extract<ConnectionFact, { readonly type: 'connection.lost' }>
  /** With a farewell the client is not to come back. */
  | { readonly type: 'command.close'; readonly farewell?: true }
  /** Any other command is a mistake of the app. */
  | { readonly type: `command.${string}` };

/** A stream through the server: what it reads from one connection it writes to the other. */
export interface ProxyInput {
  readonly source: string;
  readonly sink: string;
}

export type RendezvousEmitted =
  | Send<JoinReply | DialReply | SsIncomming>
  /** Is it the signature of the nonce by the key? */
  | (Consult & {
      readonly type: 'consultSignature';
      readonly key: string;
      readonly nonce: string;
      readonly signature: string;
    })
  /** Enter the address into the directory and announce it. */
  | (Request & { readonly type: 'requestListing'; readonly address: string })
  /** Find the socket that holds `to`; `dialExpired` if it has not answered in time. */
  | (Request & { readonly type: 'requestDial'; readonly dialId: string; readonly from: string; readonly to: string })
  /** What still leads to this socket: its late end harms no newer one. */
  | { readonly type: 'orderUnlisting'; readonly addresses: readonly string[] }
  /** The streams of this socket end, with this reason. */
  | { readonly type: 'orderCut'; readonly reason: string }
  | OrderClose
  | OrderTermination
  | { readonly type: 'tell'; readonly role: 'rendezvous'; readonly id: string; readonly event: Told }
  | (Start<ProxyInput> & { readonly role: 'stream' })
  | (Stop & { readonly role: 'stream' })
  | Violated
  | Misused;
