/**
 * The contract of a role: a machine is told, and it tells.
 *
 * A role machine receives events and emits events; it never touches the world. This file says, in types only, what may go in and
 * what may come out, so that one session runs every role of every protocol. It must never name a message of any protocol.
 *
 * In (all of them plain data):
 *
 * - `command.<verb>`: the app wants something. A command that will be settled by a notice carries an `id`.
 * - `received.<MESSAGE>`: a peer said something; `message` is what, parsed and valid by its schema; `from` tells which peer, where there are several.
 * - `connection.opened | lost | failed`: a fact of the connection.
 * - anything else: the answer to a request of the machine, echoing the `id` of what it answers, or a fact that the host brings.
 *
 * Out, always through a named action:
 *
 * - `send`, `broadcast`: a message to a peer, or to a group of them.
 * - `request<Something>`: the host is asked, and answers once. `id` says what it is about; a stale answer is told apart by it.
 * - `withdraw`: a request is not wanted any more (the state that waited for it was left).
 * - `consult<Something>`: the host is asked for a verdict or a look that changes nothing in the world. It answers as it does a request, but needs no
 *   write before it: what only was thought is thought again after a crash.
 * - `order<Something>`: the host does something, once, and does not answer.
 * - `start`, `stop`, `tell`: another role's instance by id. When one ends, who started it is told `ended`.
 * - `keep`: a value for the store, in the same write as the role's state: histories, which do not belong in a context.
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
 * Something the host is asked. `id` says what it is about, and is unique among the requests of an instance that wait. The answer is an event that
 * carries the same `id`, and comes once; a durable role's request is asked again after a crash until then.
 */
export interface Request {
  readonly type: `request${Capitalize<string>}`;
  readonly id: string;
}

/** Something the host is asked that changes nothing: a signature judged, a hash compared. Otherwise as a `Request`. */
export interface Consult {
  readonly type: `consult${Capitalize<string>}`;
  readonly id: string;
}

/** Something the host does without an answer. A durable role's order is given again after a crash that may have come before it was carried out. */
export interface Order {
  readonly type: `order${Capitalize<string>}`;
}

/** A request that is not wanted any more: the host gives it up. An answer that comes all the same is not what any guard waits for. */
export interface Withdraw {
  readonly type: 'withdraw';
  readonly request: Request['type'] | Consult['type'];
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

/** An event for another role's instance. */
export interface Tell {
  readonly type: 'tell';
  readonly role: string;
  readonly id: string;
  readonly event: { readonly type: string };
}

/** A value for the store, written with the role's state or not at all. */
export interface Keep {
  readonly type: 'keep';
  readonly key: string;
  readonly value: string | undefined;
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

/** The facts of a role's connection, as told to its machine. `from` tells which, where a role has several. */
export type ConnectionFact =
  | { readonly type: 'connection.opened'; readonly from?: string }
  | { readonly type: 'connection.failed'; readonly reason: string; readonly from?: string }
  | { readonly type: 'connection.lost'; readonly code: number; readonly reason: string; readonly from?: string };

/** A frame that is no message of the protocol; `reason` ends the sentence "This is no valid message: …". */
export interface Malformed {
  readonly type: 'received.malformed';
  readonly reason: string;
  readonly from?: string;
}

/** The transport's answer to a `send` with an `id`: it has left for the network, or never will. */
export interface HandedOver {
  readonly type: 'handedOver';
  readonly id: string;
  readonly ok: boolean;
}

/** An instance that was started has ended. */
export interface Ended<Output = unknown> {
  readonly type: 'ended';
  readonly role: string;
  readonly id: string;
  readonly output: Output;
}

/** What a root node's `meta` says of the whole role. */
export interface RoleMeta {
  /** The protocol text's clause that the state or role carries out. */
  readonly clause: string;
  /** A durable role needs a store: it is persisted before anything is sent. */
  readonly durable?: true;
}

/** An emitted event that the session sends to a peer. */
export type SendsOf<Emitted> = Extract<Emitted, { readonly type: 'send' | 'broadcast' }>;
/** An emitted event that the host answers. */
export type RequestsOf<Emitted> = Extract<Emitted, { readonly type: Request['type'] | Consult['type'] }>;
/** An emitted event that the host carries out. */
export type OrdersOf<Emitted> = Extract<
  Emitted,
  { readonly type: Order['type'] | 'withdraw' | 'start' | 'stop' | 'tell' }
>;
/** An emitted event that the app is told. */
export type NoticesOf<Emitted> = Exclude<Emitted, SendsOf<Emitted> | RequestsOf<Emitted> | OrdersOf<Emitted> | Keep>;

/** The class of an emitted event, by its type alone. */
export type EmittedClass = 'send' | 'request' | 'consult' | 'order' | 'keep' | 'notice';

/** Tells what kind of thing a machine told: the session sends, asks, orders, keeps or notifies accordingly. */
export function classOf(type: string): EmittedClass {
  switch (type) {
    case 'send':
    case 'broadcast':
      return 'send';
    case 'withdraw':
    case 'start':
    case 'stop':
    case 'tell':
      return 'order';
    case 'keep':
      return 'keep';
    default:
      if (type.startsWith('request') && isCapital(type, 'request'.length)) return 'request';
      if (type.startsWith('consult') && isCapital(type, 'consult'.length)) return 'consult';
      return type.startsWith('order') && isCapital(type, 'order'.length) ? 'order' : 'notice';
  }
}

function isCapital(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 65 && code <= 90;
}
