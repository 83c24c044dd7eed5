/** What a socket is told when a join or a dial of it comes to nothing, and what one socket's machine tells another's. */
import type { Send } from '../../../src/role.ts';
import type { DialReply, JoinReply } from '../messages.ts';
import { type Refusal, refusals } from '../rendezvousRules.ts';
import type { Told } from './types.ts';

export const refusedJoin = (replyTo: string, refusal: Refusal): Send<JoinReply> => ({
  type: 'send',
  message: { event: 'ss-join.reply', replyTo, error: refusals[refusal] },
});

export const refusedDial = (replyTo: string, error: string): Send<DialReply> => ({
  type: 'send',
  message: { event: 'ss-dial.reply', replyTo, error },
});

export const told = (id: string, event: Told) => ({ type: 'tell', role: 'rendezvous', id, event }) as const;
