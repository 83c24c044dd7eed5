/** The two parties of a channel as the node knows them, and what they and their channel are called. */
import { fromHex } from '../../../../src/bytes.ts';
import { encode } from '../../../../src/channel/encoding.ts';
import type { Dialect, Party } from '../../messages.ts';
import type { NodeContext } from '../types.ts';

export const both: readonly Party[] = ['initiator', 'responder'];
export const none: Readonly<Record<Party, string>> = { initiator: '', responder: '' };
export const nobody: Readonly<Record<Party, boolean>> = { initiator: false, responder: false };

export const dialectOf = ({ parties }: NodeContext, party: Party): Dialect => parties[party].dialect;
export const isEpoch = (context: NodeContext, party: Party) => dialectOf(context, party) === 'epoch';
/** Whether a party takes a conflict only in its place: a client of old dies of one that it does not expect, and today's loses its way. */
export const isParticular = (context: NodeContext, party: Party): boolean => dialectOf(context, party) !== 'text';
/** Whether a party knows what the text does not have. */
export const takesMore = ({ parties }: NodeContext, party: Party): boolean =>
  parties[party].takesMore || parties[party].dialect === 'rpc';
export const isHere = ({ parties }: NodeContext, party: Party): boolean => parties[party].isHere;
export const hasLeft = ({ parties }: NodeContext, party: Party): boolean => parties[party].hasLeft;

/** Whether a party stays when the other leaves: it wants to, and takes what it is told then. */
const keepsRunning = (context: NodeContext, party: Party): boolean =>
  context.parties[party].keepsRunning && takesMore(context, party);
/** Who leaves when a party wants to: the other one too, unless it stays. */
export const leaversWith = (context: NodeContext, leaver: Party): readonly Party[] =>
  both.filter((party) => party === leaver || !keepsRunning(context, party));
/** Whether a party has stayed when the other left, and is told of it. */
export const isAlone = (context: NodeContext, party: Party): boolean =>
  context.parties[party].isAlone && takesMore(context, party);

export const keyOfParty = ({ terms }: NodeContext, party: Party): string => terms[party];
export const nameOfParty = ({ terms }: NodeContext, party: Party): string =>
  party === 'initiator' ? terms.initiatorName : terms.responderName;

export const partyOf = ({ terms }: NodeContext, key: string | undefined): Party | undefined =>
  both.find((party) => terms[party] === key);

export const channelName = ({ channelId: id, terms }: NodeContext): string => encode('ch', terms.era, fromHex(id));

/** The channel as the parties are told of it: before the initiator has signed there is none. */
export const toldChannel = (context: NodeContext): string | null => {
  const { channelId: id, agreed, proposed } = context;
  return id === '' || (agreed === null && proposed?.signature === '') ? null : channelName(context);
};
