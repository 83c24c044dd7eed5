/**
 * Sketch of the star's four roles as types: what each is told and what it tells. It is for writing `messages.ts` and the four machines
 * against, and is replaced by them. Nothing here runs.
 *
 * - Nothing is durable. A broken line ends dials and streams; a listener joins again with a fresh challenge.
 * - `listener`: one per address of ours; its connection carries everything else. `dialer`: one per dial, named by the dial id. `rendezvous`: one
 *   per socket on the server. `stream`: one per direction of a dial at one place, named `<dialId>.dialer` or `<dialId>.listener`: at the writer
 *   it takes from the app, at the reader it gives to the app, on the server it takes from one socket and gives to the other.
 * - Callbacks: a message that wants one has `callback`, a name of the sender's choosing; the answer is a message with `replyTo`. A callback ends
 *   with its connection, so a late one cannot come from an earlier connection.
 * - Bytes never pass a machine. The host keeps each stream's chunks in a queue; events carry sizes, and a `queue` message names the queue, of
 *   which the wire takes the oldest chunk. The machine counts, and so decides who may send.
 */
import type { Ask, Do, Says, Told } from '../../src/contract.ts';
import type {
  Broadcast,
  ConnectionFact,
  Malformed,
  Misused,
  Send,
  Start,
  Stop,
  Violated,
  Withdraw,
} from '../../src/role.ts';

// The wire. `from` and `to` of a dial are multiaddrs, which is why messages lie under `message`.

export type SsJoin = Says<'ss-join', { address: string; data: string; callback: string }>;
/** `nonce` asks for a signature; `peers` is the code's addition. */
export type JoinReply = Says<'ss-join.reply', { replyTo: string; error?: string; nonce?: string; peers?: string[] }>;
export type SsLeave = Says<'ss-leave', { address: string }>;
export interface SsDial {
  readonly event: 'ss-dial';
  readonly from: string;
  readonly to: string;
  readonly dialId: string;
  readonly callback: string;
}
export type DialReply = Says<'ss-dial.reply', { replyTo: string; error?: string }>;
export type SsIncomming = Says<'ss-incomming', { dialId: string; from: string; callback: string }>;
export type IncommingReply = Says<'ss-incomming.reply', { replyTo: string; error?: string }>;
export type WsPeer = Says<'ws-peer', { address: string }>;
/** Ours: who came and who went since the last one. */
export type Peers = Says<'peers', { found: string[]; left: string[] }>;
/** Of socket.io-pull-stream, and ours: `credit`, the bytes that may follow, and `abort`, by the reader. Only to a peer that knows them. */
export type StreamMessage =
  | Says<'accept', { stream: string; credit?: number }>
  | Says<'queue', { stream: string; chunk: Chunk }>
  | Says<'error', { stream: string; error: true | string }>
  | Says<'credit', { stream: string; bytes: number }>
  | Says<'abort', { stream: string; reason: string }>;
/** The oldest chunk in the host's queue of that name. */
export interface Chunk {
  readonly held: string;
  readonly bytes: number;
}
type Received<M extends { event: string }> = M extends M ? Told<`received.${M['event']}`, { message: M }> : never;
type ConnectionLost = Extract<ConnectionFact, { readonly type: 'connection.lost' }>;
/**
 * A connection carries one listener (or rendezvous) and many dials and streams: who is told of a message is read from the message alone. The
 * protocol's folder exports this as a pure function; the host has no names of messages in it.
 */
export type RouteOf = (message: StreamMessage | DialReply) => {
  readonly role: 'stream' | 'dialer';
  readonly id: string;
};

// The listener.

export interface ListenerInput {
  readonly address: string;
  /** Public key as the server's dialect wants it; empty: joins without proof. */
  readonly publicKey: string;
  readonly attempts: number;
  readonly maxIncoming: number;
  readonly joinTimeout: number;
  readonly closeTimeout: number;
}
export type ListenerState =
  | 'idle'
  | `opening.${'connecting' | 'awaitingNonce' | 'awaitingSignature' | 'awaitingJoined' | 'reconnecting'}`
  | 'open'
  | 'closing.disconnecting'
  | 'closed'
  | 'failed';
export interface ListenerContext extends ListenerInput {
  readonly attempt: number;
  /** The id of the signature request that is waited for. */
  readonly nonce: string;
  /** Dials taken and not ended, at most `maxIncoming`. */
  readonly incoming: readonly string[];
  readonly reason: string;
}
export type ListenerEvent =
  | Told<'command.listen' | 'command.close'>
  | Received<JoinReply | SsIncomming | WsPeer | Peers>
  | Malformed
  | ConnectionFact
  | Told<'signed', { id: string; signature: string }>
  | Told<'refused', { id: string; reason: string }>
  /** Both streams of an incoming dial have ended. */
  | Told<'ended', { id: string }>;
export type ListenerEmitted =
  | Send<SsJoin | SsLeave | IncommingReply>
  | Ask<'requestConnection', { attempt: number }>
  /** `id` is the nonce. A broken line withdraws it: the next join has another nonce. */
  | Ask<'requestSignature'>
  | Do<'orderClose', { code: number; reason: string }>
  | Withdraw
  /** Before the callback is answered: `accept` comes once, and a sink that is late is a dead stream. */
  | (Start<StreamInput> & { readonly role: 'stream' })
  | (Stop & { readonly role: 'stream' })
  | Told<'joined', { address: string }>
  | Told<'found' | 'left', { addresses: string[] }>
  | Told<'dialled', { dialId: string; from: string }>
  | Told<'disconnected', { reason: string }>
  | Violated
  | Misused;
export type ListenerOutput = { readonly reason: string };

// The dialer: one dial over the connection of the listener whose address is `from`.

export interface DialerInput {
  readonly dialId: string;
  readonly from: string;
  readonly to: string;
  readonly window: number;
  readonly dialTimeout: number;
}
/** A direction that has ended is a substate: each may end by itself. */
export type DialerState =
  | 'opening.awaitingCallback'
  | `open.${'bothWays' | 'awaitingReadEnd' | 'awaitingWriteEnd'}`
  | 'closed'
  | 'failed';
export interface DialerContext extends DialerInput {
  readonly reason: string;
}
export type DialerEvent =
  | Told<'command.abort', { reason: string }>
  | Received<DialReply>
  | ConnectionLost
  /** A stream that this dial started has ended. `id` is the stream's. */
  | Told<'ended', { id: string; error: string }>;
export type DialerEmitted =
  /** `callback` is the dial id. */
  | Send<SsDial>
  | (Start<StreamInput> & { readonly role: 'stream' })
  | (Stop & { readonly role: 'stream' })
  | Told<'connected', { observed: string }>
  | Told<'failed', { reason: string }>
  | Violated
  | Misused;
export type DialerOutput = { readonly reason: string };

// The stream.

export interface StreamInput {
  readonly id: string;
  /** Where bytes come from and go to: the app, or the connection of this name. */
  readonly source: { readonly connection: string } | 'app';
  readonly sink: { readonly connection: string } | 'app';
  /** Bytes that may lie here, and the credit that is given. An old writer that exceeds it has its socket paused, then is cut. */
  readonly window: number;
  readonly acceptTimeout: number;
  readonly stallTimeout: number;
}
export type StreamState =
  | `opening.${'awaitingAccept' | 'awaitingQueue'}`
  | `open.${'flowing' | 'awaitingCredit' | 'stalled'}`
  | 'closing.draining'
  | 'closed'
  | 'failed';
/** Three counts, each at most the window: the state space is finite and the size of a chunk does not matter to it. */
export interface StreamContext extends StreamInput {
  readonly held: number;
  readonly underWay: number;
  readonly credit: number;
}
export type StreamEvent =
  /** `bytes` lie at the end of this stream's queue; the façade has awaited `writable`. */
  | Told<'command.write' | 'command.read', { bytes: number }>
  | Told<'command.end'>
  | Told<'command.abort', { reason: string }>
  | Received<StreamMessage>
  /** Which side it came from is the connection's name. */
  | (ConnectionLost & { readonly from: string })
  /** A chunk has left this process: the room it took is free. What makes a slow socket felt. */
  | Told<'handedOver', { id: string; ok: boolean; bytes: number }>;
export type StreamEmitted =
  | (Send<StreamMessage> & { readonly to: string })
  /** For a writer without credit: its whole socket stops. `id` is the connection. */
  | Do<'orderPause' | 'orderResume'>
  /** The queue is thrown away. */
  | Do<'orderDiscard'>
  | Told<'writable' | 'readable', { bytes: number }>
  | Told<'ended', { error: string }>
  | Violated
  | Misused;
export type StreamOutput = { readonly error: string };

// The rendezvous: one socket on the server.

export interface RendezvousInput {
  /** `old` takes only addresses that do not crash it, and the full refresh. */
  readonly dialect: 'old' | 'ours';
  readonly challenge: boolean;
  readonly strict: boolean;
  readonly namespace: string;
  readonly maxAddresses: number;
  readonly maxDials: number;
  readonly maxViolations: number;
  readonly refresh: number;
  readonly nonceTimeout: number;
  readonly dialTimeout: number;
}
export type RendezvousState = `open.${'quiet' | 'announcing'}` | 'closing.disconnecting' | 'closed';
export interface RendezvousContext extends RendezvousInput {
  /** The addresses it may dial from. */
  readonly joined: readonly string[];
  /** Challenges that wait, by address; single use; at most `maxAddresses`. `callback` is set while the signature is being verified. */
  readonly challenges: readonly {
    readonly address: string;
    readonly key: string;
    readonly nonce: string;
    readonly callback: string;
  }[];
  /** Dials of this socket, and dials to it, that wait for a callback; ids are bound to the two sockets by the host. */
  readonly dials: readonly { readonly id: string; readonly side: 'from' | 'to'; readonly callback: string }[];
  readonly violations: number;
}
export type RendezvousEvent =
  | (Received<SsJoin> & { readonly fresh: string })
  | Received<SsLeave | SsDial | IncommingReply>
  | Malformed
  | ConnectionLost
  | Told<'command.close'>
  | Told<'verified', { id: string; ok: boolean }>
  | Told<'listed', { id: string; peers: string[] }>
  | Told<'unlistable' | 'undialled' | 'dialExpired', { id: string; error: string }>
  /** Another socket dials an address of this one. */
  | Told<'dial', { id: string; dialId: string; from: string }>
  /** The other socket has answered. */
  | Told<'dialled', { id: string; error: string }>;
export type RendezvousEmitted =
  | Send<JoinReply | DialReply | SsIncomming>
  /** `group` is namespace and dialect; encoded once per wire, and capped in rate by the host. */
  | Broadcast<WsPeer | Peers>
  | Ask<'requestVerification', { key: string; nonce: string; signature: string }>
  | Do<'orderListing' | 'orderUnlisting', { group: string }>
  /** Finds who holds `to` and tells that socket `dial`; `undialled` where there is none, `dialExpired` after `timeout`. */
  | Ask<'requestDial', { dialId: string; from: string; to: string; timeout: number }>
  | Told<'tell', { id: string; role: 'rendezvous'; event: Extract<RendezvousEvent, { type: 'dialled' }> }>
  | Do<'orderClose', { code: number; reason: string }>
  | Withdraw
  /** The dialling side starts both directions and stops both: one owner. */
  | (Start<StreamInput> & { readonly role: 'stream' })
  | (Stop & { readonly role: 'stream' })
  | Violated
  | Misused;
export type RendezvousOutput = undefined;
