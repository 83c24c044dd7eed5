/**
 * Words that roles of several protocols have in common, for the `setup` of each: how a client gets its connection and how a server ends one, and whom
 * a role blames.
 *
 * Deeds and facts only: when they are done is on each role's own chart. What this file must never do: name a message of a protocol, or a state.
 */
import { assign, type EventObject, emit, type MachineContext } from 'xstate';
import type { Misused, Request, Violated } from './role.ts';

/** What a client role knows of its tries to get a connection. */
export interface Tries {
  /** Tries to get the connection back before giving up; 0 never reconnects. */
  readonly attempts: number;
  /** Which try to get the connection back this is; 0 for the first connection. */
  readonly attempt: number;
}

/** Get a connection; `attempt` 0 at once, later ones after a back-off that the session chooses. */
export type RequestConnection = Request & { readonly type: 'requestConnection'; readonly attempt: number };

/** The connection is not wanted any more. */
export interface WithdrawConnection {
  readonly type: 'withdraw';
  readonly request: 'requestConnection';
  readonly id: string;
}

/** End the connection as its kind of line does. */
export interface OrderClose {
  readonly type: 'orderClose';
  readonly code: number;
  readonly reason: string;
}

/** End the connection at once, without a word. */
export interface OrderTermination {
  readonly type: 'orderTermination';
}

/** The line broke. */
export interface Disconnected {
  readonly type: 'disconnected';
  readonly reason: string;
}

/** What a client role tells of its connection. */
export type ConnectingEmitted = RequestConnection | WithdrawConnection | OrderClose | OrderTermination | Disconnected;

/** What an event gives as its reason. */
function reasonOf(event: EventObject): string {
  if ('reason' in event && typeof event.reason === 'string') return event.reason;
  throw new Error(`${event.type} gives no reason.`);
}

/** What every client role does about its connection. */
export const connecting = <Context extends Tries, Event extends EventObject>() => ({
  requestConnection: emit<Context, Event, undefined, Event, RequestConnection>(({ context }) => ({
    type: 'requestConnection',
    id: 'connection',
    attempt: context.attempt,
  })),
  withdrawConnection: emit<Context, Event, undefined, Event, WithdrawConnection>(() => ({
    type: 'withdraw',
    request: 'requestConnection',
    id: 'connection',
  })),
  countAttempt: assign<Context, Event, undefined, Event, never>(({ context }) => ({
    ...context,
    attempt: context.attempt + 1,
  })),
  /** The back-off begins anew. Not as soon as a line is there: a server that ends each of them would be asked several times a second, for ever. */
  forgetAttempts: assign<Context, Event, undefined, Event, never>(({ context }) => ({ ...context, attempt: 0 })),
  orderClose: emit<Context, Event, undefined, Event, OrderClose>(() => ({
    type: 'orderClose',
    code: 1000,
    reason: '',
  })),
  disconnected: emit<Context, Event, undefined, Event, Disconnected>(({ event }) => ({
    type: 'disconnected',
    reason: reasonOf(event),
  })),
});

/** There are tries left. */
export const mayRetry = ({ context }: { readonly context: Tries }): boolean => context.attempt < context.attempts;

/** The line is not the first one. */
export const hasTried = ({ context }: { readonly context: Tries }): boolean => context.attempt > 0;

/** As `mayRetry`, where a server that is just going down or coming up refuses; on the first connection the app is told at once. */
export const mayRetryRefused = ({ context }: { readonly context: Tries }): boolean =>
  hasTried({ context }) && mayRetry({ context });

/** Why there is no connection is why the role has ended. */
export const keepFailure = <Context extends { readonly reason: string }, Event extends EventObject>() =>
  assign<Context, Event, undefined, Event, never>(({ context, event }) => ({ ...context, reason: reasonOf(event) }));

/** A line that is not closed in time is cut. */
export const orderTermination = <Context extends MachineContext, Event extends EventObject>() =>
  emit<Context, Event, undefined, Event, OrderTermination>(() => ({ type: 'orderTermination' }));

/** What a server's role knows of how its connection is to end. */
export interface Ending {
  /** Invalid messages so far, and after how many the connection is closed. */
  readonly violations: number;
  readonly maxViolations: number;
  /** How the connection is to be closed. */
  readonly closure: { readonly code: number; readonly reason: string };
}

/** One more. */
export const countViolation = <Context extends Pick<Ending, 'violations'>, Event extends EventObject>() =>
  assign<Context, Event, undefined, Event, never>(({ context }) => ({
    ...context,
    violations: context.violations + 1,
  }));

/** What a server's role does to end its connection. */
export const ending = <Context extends Ending, Event extends EventObject>() => ({
  orderClose: emit<Context, Event, undefined, Event, OrderClose>(({ context }) => ({
    type: 'orderClose',
    ...context.closure,
  })),
  orderTermination: orderTermination<Context, Event>(),
  closeAsGoingAway: assign<Context, Event, undefined, Event, never>(({ context }) => ({
    ...context,
    closure: { code: 1001, reason: 'Going away' },
  })),
  closeForViolations: assign<Context, Event, undefined, Event, never>(({ context }) => ({
    ...context,
    closure: { code: 1008, reason: 'Too many invalid messages' },
  })),
  countViolation: countViolation<Context, Event>(),
});

/** This one was one too many. */
export const hasViolatedTooOften = ({ context }: { readonly context: Ending }): boolean =>
  context.violations + 1 >= context.maxViolations;

/** Whom a role blames: the peer, called by what it is, or its own app. */
export const blaming = <Context extends MachineContext, Event extends EventObject>(peer: string) => ({
  violatedShape: emit<Context, Event, undefined, Event, Violated>(({ event }) => ({
    type: 'violated',
    event: event.type,
    reason: `The ${peer} sent what is no message: ${reasonOf(event)}.`,
  })),
  violated: emit<Context, Event, undefined, Event, Violated>(({ event }) => ({
    type: 'violated',
    event: event.type,
    reason: `The ${peer} sent a message that it may not send now.`,
  })),
  misused: emit<Context, Event, undefined, Event, Misused>(({ event }) => ({ type: 'misused', command: event.type })),
});
