/**
 * Every message of the relay protocol, both directions, as schemas; and the table of error codes.
 *
 * The five messages of the text stand first, in its order. What follows them is ours and is only ever used on a connection that has
 * negotiated it with an extra field of INIT (`ack`), which servers that only know the text ignore. `msg` is carried as the JSON text in
 * which it came: the relay never reads it, and so never rounds a number, reorders a key or escapes a letter in it.
 */
import { z } from 'zod';
import { secret } from '../../src/secrets.ts';

/** An ephemeral address: what the server made, compared as it is, byte for byte. */
const address = z.string().max(256);

/** A target: what is no address is a target that nobody holds, as in the original, where a number or null is answered with 404. */
const target = z.union([z.string(), z.number(), z.null()]).transform(String);

/** The JSON text of an arbitrary value, exactly as the sender wrote it. Never logged. */
const msg = secret(z.string());

/** What a client calls one of its routes, or a server one of its deliveries, so that an ACK or ERR can name it. */
const id = z.string().min(1).max(64);

/** "Requests from a client for a new ephemeral address". */
export const Init = z.object({
  type: z.literal('INIT'),
  /** Ours: the client acknowledges deliveries and wants its routes acknowledged. Any other value than `true` counts as absent. */
  ack: z.literal(true).optional().catch(undefined),
});

/** "Response from the server containing that address". */
export const Initresp = z.object({
  type: z.literal('INITRESP'),
  EpheWssAddr: address.min(1),
  /** Ours: acknowledgements are on; at most so many routes may wait for theirs. */
  ack: z.number().int().positive().optional().catch(undefined),
});

/** "Client request to route a message to a target". */
export const Route = z.object({
  type: z.literal('ROUTE'),
  EpheWssAddr: target,
  msg,
  id: id.optional().catch(undefined),
});

/** "Server message to a client containing a message for them". */
export const Deliver = z.object({ type: z.literal('DELIVER'), msg, id: id.optional().catch(undefined) });

/** "Error message". `ERR` in the list of types, which the original sends, and `ERROR` in the example below it: a client takes both. */
export const Err = z.object({
  type: z.enum(['ERR', 'ERROR']).transform(() => 'ERR' as const),
  errCode: z.number().int(),
  errMsg: z.string().max(1024),
  /** Ours: the route that failed. */
  id: id.optional().catch(undefined),
});

/** Ours, both ways: the route or delivery with this id has arrived; with `sent`, it was handed to a receiver that does not acknowledge. */
export const Ack = z.object({ type: z.literal('ACK'), id, sent: z.literal(true).optional().catch(undefined) });

/** Ours, both ways: I am leaving; give me nothing new. */
export const Leave = z.object({ type: z.literal('LEAVE') });

/** Ours, both ways: understood; what I gave you before this was the last. */
export const Left = z.object({ type: z.literal('LEFT') });

export type Init = z.infer<typeof Init>;
export type Initresp = z.infer<typeof Initresp>;
export type Route = z.infer<typeof Route>;
export type Deliver = z.infer<typeof Deliver>;
export type Err = z.infer<typeof Err>;
export type Ack = z.infer<typeof Ack>;
export type Leave = z.infer<typeof Leave>;
export type Left = z.infer<typeof Left>;

/** Everything that can be on the wire, by its `type`. */
export const messages = {
  INIT: Init,
  INITRESP: Initresp,
  ROUTE: Route,
  DELIVER: Deliver,
  ERR: Err,
  ERROR: Err,
  ACK: Ack,
  LEAVE: Leave,
  LEFT: Left,
} as const;

/** Any message of the protocol. */
export type Message = Init | Initresp | Route | Deliver | Err | Ack | Leave | Left;

/** A received message as an event of a role machine. */
export type Received<M extends Message = Message> = M extends Message
  ? { readonly type: `received.${M['type']}`; readonly message: M }
  : never;

/** Our table of error codes. 404 and its text are the original's; it knows no other. */
export const errors = {
  malformed: { errCode: 400, errMsg: 'Not a valid message' },
  unknownAddress: { errCode: 404, errMsg: 'Socket address not found' },
  unexpected: { errCode: 405, errMsg: 'Message not expected from a client' },
  unacknowledged: { errCode: 410, errMsg: 'The receiver went away without acknowledging' },
  tooMany: { errCode: 429, errMsg: 'Too many addresses on this connection' },
  windowFull: { errCode: 430, errMsg: 'Too many messages wait for their acknowledgement' },
  closing: { errCode: 503, errMsg: 'Closing' },
  receiverBusy: { errCode: 507, errMsg: 'The receiver reads too slowly' },
} as const;

/** The name of an error in our table. */
export type ErrorName = keyof typeof errors;

/** The name of a code of our table; `refused` for a code that we do not know. */
export function nameOf(errCode: number): ErrorName | 'refused' {
  for (const name of Object.keys(errors) as ErrorName[]) if (errors[name].errCode === errCode) return name;
  return 'refused';
}

/** A delivery as the text has it: the message and nothing else, not even who sent it. */
export const delivery = (text: string): Deliver => ({ type: 'DELIVER', msg: text });
