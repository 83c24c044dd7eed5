/** What a listener knows, is told, and tells: the types of its machine. */
import type { ConnectionFact, Misused, Request, Send, Start, Violated } from '../../../src/role.ts';
import type { ConnectingEmitted, Tries } from '../../../src/vocabulary.ts';
import type { StreamPlace } from '../dialer.ts';
import type {
  IncommingReply,
  JoinReply,
  Misshapen,
  Peers,
  Received,
  SsIncomming,
  SsJoin,
  SsLeave,
  WsPeer,
} from '../messages.ts';

export interface ListenerInput {
  /** The multiaddr to be reached by. */
  readonly address: string;
  /** The public key in hex, as the server's code takes it; empty: joins without proof. */
  readonly publicKey: string;
  /** Tries to get the connection back before giving up; 0 never reconnects. */
  readonly attempts: number;
  /** Keeps trying from the first: it is one of several servers. */
  readonly patient: boolean;
  /** Dials that were taken and have not ended, at most. */
  readonly maxIncoming: number;
  /** Those among them that the app has not looked at, at most. */
  readonly maxWaiting: number;
  /** Milliseconds for each step of joining. */
  readonly joinTimeout: number;
  /** Milliseconds for each step of closing. */
  readonly closeTimeout: number;
}

/** Why a listener has ended. */
export type ListenerCause =
  | 'closed'
  | 'notOpened'
  | 'refused'
  | 'notSigned'
  | 'notProven'
  | 'misanswered'
  | 'unanswered'
  | 'lost';

export interface ListenerContext extends ListenerInput, Tries {
  /** What the signature that is waited for is of. */
  readonly nonce: string;
  /** Dials that were taken and have not ended. */
  readonly incoming: readonly string[];
  /** Those that the app has not looked at. */
  readonly waiting: readonly string[];
  readonly cause: ListenerCause;
  readonly reason: string;
}

export type ListenerEvent =
  | { readonly type: 'command.listen' }
  /** Gives the address back; what is connected stays so. */
  | { readonly type: 'command.leave' }
  | { readonly type: 'command.close' }
  /** Any other command is a mistake of the app. */
  | { readonly type: `command.${string}` }
  | Received<JoinReply | SsIncomming | WsPeer | Peers>
  | Misshapen
  | ConnectionFact
  /** The answers to `requestSignature`. */
  | { readonly type: 'signed'; readonly id: string; readonly signature: string }
  | { readonly type: 'refused'; readonly id: string; readonly reason: string }
  /** The app has looked at this dial. */
  | { readonly type: 'taken'; readonly id: string }
  /** Both streams of a dial that was taken have ended. */
  | { readonly type: 'ended'; readonly id: string }
  /** The answer to `requestQuiet`. */
  | { readonly type: 'quiet'; readonly id: string };

export type ListenerEmitted =
  | Send<SsJoin | SsLeave | IncommingReply>
  | ConnectingEmitted
  /** Sign the nonce, which is the request's id. */
  | (Request & { readonly type: 'requestSignature' })
  /** Tell `quiet` when no stream goes over the connection any more. */
  | (Request & { readonly type: 'requestQuiet' })
  | { readonly type: 'withdraw'; readonly request: 'requestSignature' | 'requestQuiet'; readonly id: string }
  | (Start<StreamPlace> & { readonly role: 'stream' })
  | { readonly type: 'joined'; readonly address: string }
  | { readonly type: 'found' | 'left'; readonly addresses: readonly string[] }
  /** Another peer has dialled us. Its streams are there. */
  | { readonly type: 'dialled'; readonly dialId: string; readonly from: string }
  /** A try to join came to nothing; there will be another. */
  | { readonly type: 'delayed'; readonly reason: string }
  | Violated
  | Misused;

export interface ListenerOutput {
  readonly cause: ListenerCause;
  readonly reason: string;
}
