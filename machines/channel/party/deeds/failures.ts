/** Why a command comes to nothing: all that waited fails, since one thing is under way at a time. */
import { assertEvent } from 'xstate';
import { conflictCodes } from '../../messages.ts';
import { judge } from '../rules/judgement.ts';
import { conflictCode } from '../rules/shown.ts';
import type { Failure } from '../types.ts';
import { bare, type Told } from './deed.ts';

const { enqueueActions } = bare;

interface Why {
  readonly reason: Failure;
  readonly detail?: string;
  readonly code?: number;
}

const fails = (why: (told: Told) => Why) =>
  enqueueActions(({ context, event, enqueue }) => {
    const { reason, detail = '', code = 0 } = why({ context, event });
    for (const id of [context.opening, context.started?.command ?? ''])
      if (id !== '') enqueue.emit({ type: 'failed', id, reason, detail, code });
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
  failedByDispute: fails(() => ({ reason: 'disputed' })),
  failedByError: fails(({ event }) => {
    assertEvent(event, 'received.error');
    const { payload } = event.message;
    return { reason: 'rejected', detail: 'reason' in payload ? payload.reason : payload.message };
  }),
  failedBySilence: fails(() => ({ reason: 'timeout' })),
  failedByLoss: fails(({ context }) => ({ reason: 'lost', detail: context.reason })),
  failedByDeath: fails(() => ({ reason: 'died' })),
  failedByLeaving: fails(() => ({ reason: 'left' })),
};
