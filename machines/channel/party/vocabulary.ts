/**
 * The deeds, facts and delays of both parties, by name, each with its idea in `deeds/`. The charts that are made of them are beside this file, each for
 * a part of a channel's life.
 *
 * What a party must never do: sign two transactions of one round, unless a conflict has taken the round back; tell its app as certain a state that a
 * signature which it has given before could undo; sign what it has not compared with what was announced; leave a command of its app without an end.
 */
import * as agreeing from './deeds/agreeing.ts';
import { bare } from './deeds/deed.ts';
import * as ends from './deeds/ends.ts';
import * as failures from './deeds/failures.ts';
import * as learning from './deeds/learning.ts';
import * as line from './deeds/line.ts';
import * as notices from './deeds/notices.ts';
import * as opening from './deeds/opening.ts';
import * as signing from './deeds/signing.ts';
import * as starting from './deeds/starting.ts';

export const clause = {
  connection: 'Connection opened messages',
  create: 'Create transaction signing',
  onChain: 'Signed channel_create_tx',
  locks: 'Block inclusion',
  open: 'Open confirmation',
  start: 'Start update',
  acknowledge: 'Acknowledger update',
  finish: 'Finish update',
  close: 'Channel mutual close',
  died: 'Channel closing',
  error: 'Update error',
  conflict: 'Update conflict',
  message: 'Generic messages',
  http: 'HTTP requests',
  state: 'Channel state',
};

/** A party, with its words. */
export const party = bare.extend({
  actions: {
    ...line.deeds,
    ...opening.deeds,
    ...signing.deeds,
    ...agreeing.deeds,
    ...starting.deeds,
    ...learning.deeds,
    ...ends.deeds,
    ...failures.deeds,
    ...notices.deeds,
  },
  guards: {
    ...line.facts,
    ...signing.facts,
    ...agreeing.facts,
    ...starting.facts,
    ...learning.facts,
    ...ends.facts,
    ...notices.facts,
  },
  delays: {
    openTimeout: ({ context }) => context.openTimeout,
    answerTimeout: ({ context }) => context.answerTimeout,
    signTimeout: ({ context }) => context.signTimeout,
    finishTimeout: ({ context }) => context.finishTimeout,
    // Two that begin at once would void each other's: the responder begins later, and later each time, whatever the other's patience is.
    settleTimeout: ({ context }) => (context.role === 'initiator' ? 1 : 2 + context.nothings) * context.settleTimeout,
    closeTimeout: ({ context }) => context.closeTimeout,
  },
});
