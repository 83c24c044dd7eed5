/**
 * What an app gives a client of the relay and is given by it.
 */
import type { EmittedFrom } from 'xstate';
import type { ClientInput, client } from '../../machines/relay/client.ts';
import type { Backoff } from '../connector.ts';
import type { PeerMisbehaved } from '../errors.ts';
import type { HostOptions } from '../host.ts';
import type { JsonValue } from '../json.ts';
import type { NoticesOf } from '../role.ts';

/** A message that has arrived. */
export interface Delivery {
  /** The message. Whole numbers beyond 2^53 are bigint. */
  readonly msg: JsonValue;
  /** The message's JSON text exactly as it was sent. */
  readonly text: string;
  /** Who sealed it, as a 32-byte public key; only on a client with `sealed`. */
  readonly sealedBy?: Uint8Array;
}

/** A delivery that a sealed client did not take: not sealed, altered, for somebody else, or played again. */
export interface Rejected {
  readonly type: 'rejected';
  readonly error: PeerMisbehaved;
}

/** What a client tells beside its deliveries. */
export type RelayNotice =
  | Exclude<NoticesOf<EmittedFrom<typeof client>>, { readonly type: 'delivered' | 'routed' }>
  | Rejected;

export interface RelayClientOptions extends HostOptions {
  /** Ask for acknowledgements. A server that only knows the text's five messages ignores it. Default: true. */
  readonly ack?: boolean;
  /**
   * Seal what is routed, and take only what is sealed. Messages go to contacts then (`<address>#<key>`), and `relay.contact` is what to hand out.
   * A 32-byte secret key, or `true` for a fresh one.
   */
  readonly sealed?: boolean | Uint8Array;
  /** Tries to get a lost connection back before giving up, counted until a connection has held for `timeout`. Default: 10. */
  readonly attempts?: number;
  readonly backoff?: Backoff;
  /** Routes that may be under way at once on a connection without acknowledgements; further ones wait for their turn. Default: 256. */
  readonly window?: number;
  /** Milliseconds for the oldest route to be answered, where the server acknowledges; then all that are under way end as `unknown`. Default: 60 s. */
  readonly ackTimeout?: number;
  /** Bytes of the largest frame that is sent. Default: 1 MiB, the original server's limit. */
  readonly maxFrame?: number;
  /** Bytes of the largest frame that is taken. Default: 6 MiB: the original server may write a byte that it got as six (`\\u007f`). */
  readonly maxDelivery?: number;
  /**
   * Deliveries that may wait to be taken before reading is paused. Default: 1024. A pause that outlasts the server's patience for pings ends the
   * connection. 0 is for who only sends: what no iterator waits for is dropped.
   */
  readonly backlog?: number;
  /** Milliseconds to wait for the connection, and for the address. Default: 10 s each. */
  readonly timeout?: number;
  /** Milliseconds for each step of closing. Default: 5 s. */
  readonly closeTimeout?: number;
  /** Gives up connecting; once open, closes the client. */
  readonly signal?: AbortSignal;
}

export interface RouteOptions {
  /** Stops waiting: the promise rejects with the signal's reason. What was sent cannot be taken back. */
  readonly signal?: AbortSignal;
}

/** The input of a client's machine that suits most. */
export const clientDefaults: ClientInput = {
  ack: true,
  attempts: 10,
  window: 256,
  ackTimeout: 60_000,
  addressTimeout: 10_000,
  closeTimeout: 5_000,
};

/** The input of a client's machine, for these options. */
export const inputOf = (options: RelayClientOptions): ClientInput => ({
  ack: options.ack ?? clientDefaults.ack,
  attempts: options.attempts ?? clientDefaults.attempts,
  window: options.window ?? clientDefaults.window,
  ackTimeout: options.ackTimeout ?? clientDefaults.ackTimeout,
  addressTimeout: options.timeout ?? clientDefaults.addressTimeout,
  closeTimeout: options.closeTimeout ?? clientDefaults.closeTimeout,
});
