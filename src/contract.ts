/**
 * Short forms for writing a role's events as types. Only for contracts that are not machines yet: what a machine is told and tells is written out.
 */
import type { Order, Request } from './role.ts';

/** An event or a notice of this type, with these fields. */
export type Told<T extends string, Fields = unknown> = T extends T ? Readonly<{ type: T } & Fields> : never;
/** A request: answered once. */
export type Ask<T extends Request['type'], Fields = unknown> = T extends T
  ? Request & Readonly<{ type: T } & Fields>
  : never;
/** An order: carried out once, without an answer. */
export type Do<T extends Order['type'], Fields = unknown> = T extends T
  ? Order & Readonly<{ type: T } & Fields>
  : never;
/** A message of a wire whose messages are named events. */
export type Says<E extends string, Fields = unknown> = E extends E ? Readonly<{ event: E } & Fields> : never;
