/**
 * What the rendezvous judges by: who may join an address, who may dial from one, and the words in which it says no. Pure.
 */
import { keyIn, peerIdOf } from '../../src/star/ids.ts';
import { isMultiaddr, isStarAddress, peerIdIn } from '../../src/star/multiaddr.ts';
import {
  type DialReply,
  errors,
  type JoinReply,
  type Misshapen,
  type Received,
  type SsDial,
  type SsIncomming,
  type SsJoin,
  type StreamMessage,
  type ToServer,
} from './messages.ts';

/** What the original never says, as it has no limits and no end. */
export const refusals = {
  ...errors,
  tooManyJoins: 'Too many joins: try again later',
  joinUnderWay: 'This address is being joined already',
  tooManyAddresses: 'Too many addresses on this connection',
  addressTaken: 'The address is held by another peer',
  tooManyPeers: 'The server has no room for another peer',
  forbidden: 'The server does not allow it',
  tooManyDials: 'Too many dials: try again later',
  dialIdInUse: 'The dial id is in use',
  dialTimedOut: 'The peer has not answered the dial',
  peerBusy: 'The peer has too many dials to answer',
  peerGone: 'The peer has gone',
  closing: 'The server is closing',
} as const;
export type Refusal = keyof typeof refusals;

/** A join that is not done. */
export interface Join {
  readonly address: string;
  /** Of the one that waits for its answer now; while the client signs, of none. */
  readonly callback: string;
  /** What the server does about it. */
  readonly step: 'signing' | 'judging' | 'listing';
  readonly key: string;
  readonly nonce: string;
  /** When the nonce ends, in milliseconds of the host's clock. */
  readonly expires: number;
}

/** A dial of this socket that nobody has answered. `peer` is the connection that it goes to, once it is found. */
export interface Dialling {
  readonly dialId: string;
  readonly callback: string;
  readonly peer: string;
}

/** A dial to this socket that it has not answered, and whose it is. */
export interface Incoming {
  readonly dialId: string;
  readonly by: string;
}

/** What joins and dials are judged by. */
export interface Standing {
  readonly challenge: boolean;
  readonly strict: boolean;
  readonly maxAddresses: number;
  readonly maxDials: number;
  readonly joined: readonly string[];
  readonly joins: readonly Join[];
  readonly dialling: readonly Dialling[];
}

/** A join as the host brings it: with a nonce that nobody has had, the time, and whether limits of rate allow it. */
export type Joining = Received<SsJoin> & { readonly fresh: string; readonly at: number; readonly granted: boolean };
/** A dial as the host brings it. */
export type DialAsked = Received<SsDial> & { readonly granted: boolean };

/** The join of this address that is under way. */
export const joinOf = (joins: readonly Join[], address: string): Join | undefined =>
  joins.find((join) => join.address === address);

/** Whether it is an address that this server takes. */
export const isAddress = ({ strict }: Standing, address: string): boolean =>
  strict ? isStarAddress(address) : isMultiaddr(address);

/** Whether the socket has all the addresses that it may have, this one apart. */
export function hasAllAddresses({ joined, joins, maxAddresses }: Standing, address: string): boolean {
  const others = new Set([...joined, ...joins.map((join) => join.address)]);
  others.delete(address);
  return others.size >= maxAddresses;
}

/** Whether `data` is the public key of the peer that the address names. */
export function isKeyOf(address: string, data: string): boolean {
  const key = keyIn(data);
  return key !== undefined && peerIdOf(key) === peerIdIn(address);
}

/** Why a join that proves nothing is refused. */
export function proofFault({ joins }: Standing, { message: { address, data } }: Joining): Refusal {
  if (data === '') return 'idNeeded';
  if (joinOf(joins, address) !== undefined) return 'signatureInvalid';
  return keyIn(data) === undefined ? 'cryptoError' : 'idNotMatching';
}

/** Why a join is refused before anybody has to prove anything. */
export function joinFault(standing: Standing, { message: { address }, granted }: Joining): Refusal | undefined {
  if (!granted) return 'tooManyJoins';
  if (!isAddress(standing, address)) return 'invalidMultiaddr';
  const step = joinOf(standing.joins, address)?.step ?? 'signing';
  if (step !== 'signing') return 'joinUnderWay';
  return hasAllAddresses(standing, address) ? 'tooManyAddresses' : undefined;
}

/** Why a dial is refused before anybody is looked for. */
export function dialFault(standing: Standing, { message: { from, dialId }, granted }: DialAsked): Refusal | undefined {
  if (!granted) return 'tooManyDials';
  if (!standing.joined.includes(from)) return 'notAuthorized';
  if (standing.dialling.some((dial) => dial.dialId === dialId)) return 'dialIdInUse';
  return standing.dialling.length >= standing.maxDials ? 'tooManyDials' : undefined;
}

/** What the host knows and a machine does not. */
export interface Bringer {
  /** A nonce for this address that nobody has had. */
  nonceFor(address: string): string;
  now(): number;
  /** Whether limits of rate allow another one. */
  mayJoin(): boolean;
  mayDial(): boolean;
}

/** What a client says to this role. */
export type Heard = Received<Exclude<ToServer, StreamMessage>> | Misshapen;

/** What a client said, as the host brings it to the machine. */
export function brought(event: Heard, host: Bringer): Exclude<Heard, Received<SsJoin | SsDial>> | Joining | DialAsked {
  if (event.type === 'received.ss-join')
    return { ...event, fresh: host.nonceFor(event.message.address), at: host.now(), granted: host.mayJoin() };
  if (event.type === 'received.ss-dial') return { ...event, granted: host.mayDial() };
  return event;
}

/** What an answer settles, and whether well; `undefined` where it settles nothing. */
export function outcomeOf(
  message: JoinReply | DialReply | SsIncomming,
): { readonly of: 'joins' | 'dials'; readonly isSuccess: boolean } | undefined {
  if (message.event === 'ss-incomming' || ('nonce' in message && message.nonce !== undefined)) return undefined;
  return { of: message.event === 'ss-join.reply' ? 'joins' : 'dials', isSuccess: message.error === undefined };
}

/** What a client says to one of its streams, and not to this role. */
export const isOfStream = (event: Received<ToServer> | Misshapen): event is Received<StreamMessage> =>
  'message' in event && 'stream' in event.message;
