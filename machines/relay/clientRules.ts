/**
 * What a client of the relay knows, what it is told and what it tells; and which of its routes an answer is about. The machine is in `client.ts`.
 */
import type { ConnectionFact, HandedOver, Malformed, Misused, Send, Violated } from '../../src/role.ts';
import type { ConnectingEmitted, Tries } from '../../src/vocabulary.ts';
import type { Ack, ErrorName, Init, Leave, Left, Received, Route } from './messages.ts';

export interface ClientInput {
  /** Ask the server for acknowledgements. One that only knows the text ignores the question. */
  readonly ack: boolean;
  /** Tries to get the connection back before giving up, counted until a line has held; 0 never reconnects. */
  readonly attempts: number;
  /** Routes that may be under way at once on a connection without acknowledgements. */
  readonly window: number;
  /** Milliseconds without an answer to the oldest route under way, where the server acknowledges, after which all of them end as `unknown`. */
  readonly ackTimeout: number;
  /** Milliseconds to wait for the address. */
  readonly addressTimeout: number;
  /** Milliseconds for each step of closing. */
  readonly closeTimeout: number;
}

/** Why a route failed. All but `unacknowledged` are certain: the message did not arrive. */
export type RouteFailure = ErrorName | 'refused' | 'notOpen' | 'windowFull' | 'closing';

/** How a route ended. */
export type Outcome =
  /** The receiver has acknowledged it. */
  | { readonly outcome: 'delivered' }
  /** It has left for the network; nobody will tell what became of it. */
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'failed'; readonly reason: RouteFailure }
  /** The line broke, or closing took too long, while it was under way. */
  | { readonly outcome: 'unknown' };

export interface ClientContext extends ClientInput, Tries {
  /** Where this client can be reached now, or was until the line broke. */
  readonly address: string;
  /** Routes that may be under way at once, as agreed on this connection. */
  readonly agreedWindow: number;
  /** Routes under way, by the id that the app gave them. */
  readonly pending: readonly string[];
  /** Deliveries acknowledged last, as many as the window and some: a repeated one is known by its id. */
  readonly recent: readonly string[];
  readonly reason: string;
}

export type ClientEvent =
  | { readonly type: 'command.connect' }
  /** `msg` is JSON text. */
  | { readonly type: 'command.route'; readonly id: string; readonly to: string; readonly msg: string }
  | { readonly type: 'command.close' }
  /** Any other command is a mistake of the app. */
  | { readonly type: `command.${string}` }
  | Received
  | Malformed
  | ConnectionFact
  | HandedOver;

export type ClientEmitted =
  | Send<Init | Route | Ack | Leave | Left>
  | ConnectingEmitted
  /** This client can be reached at `address`; `previous` is the one that was lost, or empty. */
  | { readonly type: 'addressed'; readonly address: string; readonly previous: string; readonly acknowledged: boolean }
  /** A message has arrived. `msg` is its JSON text. */
  | { readonly type: 'delivered'; readonly msg: string }
  /** These routes have ended. */
  | ({ readonly type: 'routed'; readonly ids: readonly string[] } & Outcome)
  /** The server reports an error and does not say of what. */
  | { readonly type: 'refused'; readonly errCode: number; readonly errMsg: string }
  | Violated
  | Misused;

export interface ClientOutput {
  /** Empty when the app closed it. */
  readonly reason: string;
}

/** Whatever a server offers, no more routes than these are under way: the context stays small. */
export const widestWindow = 1_024;

/** The route that an answer names, if it names one. */
export function idOf(event: ClientEvent): string | undefined {
  switch (event.type) {
    case 'handedOver':
      return event.id;
    case 'received.ACK':
    case 'received.ERR':
      return event.message.id;
    default:
      return undefined;
  }
}
