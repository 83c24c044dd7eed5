/** Why a command comes to nothing: all that waited fails, since one thing is under way at a time. */
import { assertEvent } from 'xstate';
import { conflictCodes } from '../../messages.ts';
import { judge } from '../rules/judgement.ts';
import { conflictCode } from '../rules/shown.ts';
import type { Failure, PartyContext } from '../types.ts';
import { bare, type Told } from './deed.ts';

const { enqueueActions } = bare;

interface Why {
  readonly reason: Failure;
  readonly detail?: string;
  readonly code?: number;
}

/** The commands that wait for what is under way. */
const waiting = ({ opening, started }: PartyContext) => [opening, started?.command ?? ''];

const fails = (why: (told: Told) => Why, commands = waiting) =>
  enqueueActions(({ context, event, enqueue }) => {
    const { reason, detail = '', code = 0 } = why({ context, event });
    for (const id of commands(context)) if (id !== '') enqueue.emit({ type: 'failed', id, reason, detail, code });
  });

export const deeds = {
  failedByRefusal: fails(({ context, event }) =>
    event.type === 'refused'
      ? { reason: 'refused', detail: event.reason }
      : { reason: 'wrong', detail: judge(context, event).objection },
  ),
  failedByConflict: fails(({ event }) => {
    const code = conflictCode(event);
    return { reason: code === 0 || code === conflictCodes.conflict ? 'conflict' : 'aborted', code };
  }),
  /** Also what both have signed and is not certain: nothing will make it so any more. */
  failedByDispute: fails(
    () => ({ reason: 'disputed' }),
    (context) => [...waiting(context), context.held?.command ?? ''],
  ),
  failedByError: fails(({ event }) => {
    assertEvent(event, 'received.error');
    const { payload } = event.message;
    return { reason: 'rejected', detail: 'reason' in payload ? payload.reason : payload.message };
  }),
  failedBySilence: fails(() => ({ reason: 'timeout' })),
  failedByLoss: fails(({ context: { reason, isTurnedAway } }) => ({
    reason: isTurnedAway ? 'turnedAway' : 'lost',
    detail: reason,
  })),
  failedByDeath: fails(() => ({ reason: 'died' })),
  failedByLeaving: fails(() => ({ reason: 'left' })),
};
