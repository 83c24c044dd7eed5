/** The frames that the node sends, as short as they can be said. */
import type { FromNode, Info, Party, Reason } from '../../messages.ts';
import type { Sent } from '../types.ts';

export const send = (to: Party, message: FromNode): Sent => ({ type: 'send', to, message });
export const info = (to: Party, event: Info): Sent => send(to, { action: 'info', payload: { event } });
export const state = (to: Party, tx: string): Sent => send(to, { action: 'update', payload: { state: tx } });

export const error = (reason: Reason, request: string): FromNode => ({ action: 'error', payload: { reason, request } });
/** What the node itself has found wrong: the node of its time says that in a shape of its own. */
export const failure = (message: string, code: Reason, frame = ''): FromNode => ({
  action: 'error',
  payload: { message, code, frame },
});
