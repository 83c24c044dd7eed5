/**
 * The contract of a role: a machine is told, and it tells.
 *
 * A role machine receives events and emits events; it never touches the world. This file says, in types only, what may go in and
 * what may come out, so that one session runs every role of every protocol. It must never name a message of any protocol.
 *
 * In (all of them plain data):
 *
 * - `command.<verb>`: the app wants something. A command that will be settled by a notice carries an `id`.
 * - `received.<MESSAGE>`: a peer said something, parsed and valid by its schema; `from` tells which peer, where a role has several.
 * - `connection.opened | lost | failed`: a fact of the connection.
 * - anything else: the answer to a request of the machine, echoing the `id` of what it answers.
 *
 * Out, always through a named `emit` action:
 *
 * - `send`, `broadcast`: a message to a peer, or to a group of them.
 * - `request<Something>`: the host is asked to do or find out something. `id` says what it is about; a stale answer is told apart by it.
 * - `withdraw`: a request is not wanted any more (the state that waited for it was left).
 * - `start`, `stop`: another role's instance by id.
 * - every other type is a notice: what has happened, in the past tense, for the app.
 */

/** A message to a peer. `to` names the connection or party where a role has several; `id` asks for `handedOver` once it has left. */
export interface Send<Message> {
  readonly type: 'send';
  readonly message: Message;
  readonly to?: string;
  readonly id?: string;
}

/** One message to every member of a group: encoded once, the members' machines are not stepped. */
export interface Broadcast<Message> {
  readonly type: 'broadcast';
  readonly group: string;
  readonly message: Message;
  readonly except?: string;
}

/**
 * Something the host shall do or find out. `id` says what it is about, and is unique among the requests of an instance that wait. The
 * answer, where there is one, is an event that carries the same `id`; a durable role's request is asked again after a crash until then.
 */
export interface Request {
  readonly type: `request${Capitalize<string>}`;
  readonly id: string;
}

/** A request that is not wanted any more: the host gives it up. An answer that comes all the same is not what any guard waits for. */
export interface Withdraw {
  readonly type: 'withdraw';
  readonly request: Request['type'];
  readonly id: string;
}

/** Starts an instance of another role: a dial, a stream, a payee. */
export interface Start<Input = unknown> {
  readonly type: 'start';
  readonly role: string;
  readonly id: string;
  readonly input: Input;
}

/** Ends an instance that was started. */
export interface Stop {
  readonly type: 'stop';
  readonly role: string;
  readonly id: string;
}

/** What every role tells when a peer breaks the protocol. The session adds `state` and `clause`: a root transition cannot know them. */
export interface Violated {
  readonly type: 'violated';
  /** The event that the state does not expect. */
  readonly event: string;
  /** What is wrong, as a sentence of blame. */
  readonly reason: string;
  readonly state?: string;
  readonly clause?: string;
}

/** What every role tells when its own app gives a command at the wrong time. */
export interface Misused {
  readonly type: 'misused';
  readonly command: string;
  readonly id?: string;
  readonly state?: string;
}

/** The facts of a role's connection, as told to its machine. */
export type ConnectionFact =
  | { readonly type: 'connection.opened' }
  | { readonly type: 'connection.failed'; readonly reason: string }
  | { readonly type: 'connection.lost'; readonly code: number; readonly reason: string };

/** What a root node's `meta` says of the whole role. */
export interface RoleMeta {
  /** The protocol text's clause that the state or role carries out. */
  readonly clause: string;
  /** A durable role needs a store: it is persisted before anything is sent. */
  readonly durable?: true;
}

/** An emitted event that the session sends to a peer. */
export type SendsOf<Emitted> = Extract<Emitted, { readonly type: 'send' | 'broadcast' }>;
/** An emitted event that the host answers or carries out. */
export type RequestsOf<Emitted> = Extract<Emitted, { readonly type: Request['type'] | 'withdraw' | 'start' | 'stop' }>;
/** An emitted event that the app is told. */
export type NoticesOf<Emitted> = Exclude<Emitted, SendsOf<Emitted> | RequestsOf<Emitted>>;

/** The class of an emitted event, by its type alone. */
export type EmittedClass = 'send' | 'request' | 'notice';

/** Tells what kind of thing a machine told: the session sends, asks or notifies accordingly. */
export function classOf(type: string): EmittedClass {
  switch (type) {
    case 'send':
    case 'broadcast':
      return 'send';
    case 'withdraw':
    case 'start':
    case 'stop':
      return 'request';
    default:
      return type.startsWith('request') ? 'request' : 'notice';
  }
}
