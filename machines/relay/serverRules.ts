/**
 * What the relay knows of one connection, what it is told and what it tells. The machine is in `server.ts`.
 */
import type { ConnectionFact, Malformed, Misused, Send, Violated } from '../../src/role.ts';
import type { Ending, OrderClose, OrderTermination } from '../../src/vocabulary.ts';
import type { Ack, Deliver, Err, ErrorName, Init, Initresp, Leave, Left, Message, Received } from './messages.ts';

export interface ServerInput {
  /** Addresses that one connection may hold. */
  readonly maxAddresses: number;
  /** Routes, and deliveries, that may wait for their acknowledgement on one connection. */
  readonly window: number;
  /** Frames out of order or out of shape after which the connection is closed. */
  readonly maxViolations: number;
  /** Milliseconds for the oldest delivery to be acknowledged; then all that are due count as lost. */
  readonly ackTimeout: number;
  /** Milliseconds for each step of closing. */
  readonly closeTimeout: number;
}

export interface ServerContext extends ServerInput, Ending {
  readonly addresses: readonly string[];
  /** Routes of this client that are under way. */
  readonly routing: readonly string[];
  /** Deliveries to this client that it has not acknowledged. */
  readonly unacknowledged: readonly string[];
  /** Routes settled last, as many as the window and some: a repeated one is known by its id. */
  readonly settled: readonly string[];
}

export type ServerEvent =
  /** `fresh` is a new random address, made by the host: a machine has no randomness. */
  | (Received<Init> & { readonly fresh: string })
  | Received<Exclude<Message, Init>>
  | Malformed
  /** The host brings a message of another connection; only to a client that acknowledges. */
  | { readonly type: 'deliver'; readonly id: string; readonly msg: string }
  /** What became of an `orderDelivery`. `confirmed`: the receiver acknowledged; otherwise it cannot, and the message was handed over. */
  | { readonly type: 'routed'; readonly id: string; readonly confirmed: boolean }
  | { readonly type: 'unroutable'; readonly id: string; readonly error: ErrorName }
  | Extract<ConnectionFact, { readonly type: 'connection.lost' }>
  | { readonly type: 'command.close' }
  /** Any other command is a mistake of the app. */
  | { readonly type: `command.${string}` };

export type ServerEmitted =
  | Send<Initresp | Deliver | Err | Ack | Leave | Left>
  /** List the address as this connection's. */
  | { readonly type: 'orderListing'; readonly address: string }
  /** Unlist all of this connection's addresses. */
  | { readonly type: 'orderRelease'; readonly addresses: readonly string[] }
  /** Hand `msg` to whoever holds the address `to`. `id` is the client's name for the route, or empty: then only a failure is told. */
  | { readonly type: 'orderDelivery'; readonly id: string; readonly to: string; readonly msg: string }
  | OrderClose
  | OrderTermination
  | { readonly type: 'acknowledged'; readonly id: string }
  | { readonly type: 'unacknowledged'; readonly ids: readonly string[]; readonly error: ErrorName }
  | Violated
  | Misused;
