/** The node's deeds, facts and delays, by name, each with its idea in `deeds/`; and the clauses of the text that its chart carries. */

import * as answers from './deeds/answers.ts';
import * as attendance from './deeds/attendance.ts';
import * as chain from './deeds/chain.ts';
import * as conflicts from './deeds/conflicts.ts';
import { bare } from './deeds/deed.ts';
import * as ends from './deeds/ends.ts';
import * as signing from './deeds/signing.ts';
import * as waiting from './deeds/waiting.ts';
import { isHere } from './rules/parties.ts';
import { askedTimeout, timeout } from './rules/timers.ts';

export const clause = {
  parameters: 'Channel open: Channel parameters',
  create: 'Channel open: Create transaction signing',
  posting: 'Channel open: Transaction in mempool',
  depth: 'Channel open: Block inclusion',
  open: 'Channel open: Open confirmation',
  starter: 'Channel off-chain update: Starter signs updated state',
  acknowledger: 'Channel off-chain update: Acknowledger update',
  conflict: 'Other WebSocket events: Update conflict',
  closing: 'Channel mutual close: Initiate mutual close',
  closingStarter: 'Channel mutual close: Starter signing',
  closingAcknowledger: 'Channel mutual close: Acknowledger signing',
  closed: 'Channel mutual close: Channel closing',
  alone: 'Interactions: HTTP requests',
};

/** The node, with its words. */
export const between = bare.extend({
  actions: {
    ...attendance.deeds,
    ...signing.deeds,
    ...chain.deeds,
    ...waiting.deeds,
    ...conflicts.deeds,
    ...ends.deeds,
    ...answers.deeds,
  },
  guards: {
    ...attendance.facts,
    ...signing.facts,
    ...chain.facts,
    ...waiting.facts,
    ...conflicts.facts,
    ...ends.facts,
  },
  delays: {
    pairTimeout: ({ context }) =>
      isHere(context, 'initiator') ? timeout(context, 'initialized', 'accept') : timeout(context, 'awaiting_open'),
    createTimeout: ({ context }) => timeout(context, 'sign', 'funding_create'),
    fundingSignTimeout: ({ context }) => timeout(context, 'sign', 'funding_sign'),
    fundingLockTimeout: ({ context }) => askedTimeout(context, 'funding_lock'),
    idleTimeout: ({ context }) => askedTimeout(context, 'open', 'idle'),
    signTimeout: ({ context }) => timeout(context, 'sign'),
    acknowledgeTimeout: ({ context }) => timeout(context, 'sign', 'accept'),
    lingerTimeout: ({ context }) => context.lingerTimeout,
  },
});
