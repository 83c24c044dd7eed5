/** How the deeds of the node are written: by what it knows and what it was told, and by nothing else. */
import { setup } from 'xstate';
import type { RoleMeta } from '../../../../src/role.ts';
import type { NodeContext, NodeEmitted, NodeEvent, NodeInput, NodeOutput, Proposal } from '../types.ts';

/** What a deed or a fact is about. */
export interface Told {
  readonly context: NodeContext;
  readonly event: NodeEvent;
}

/** The node without its words. */
export const bare = setup({
  types: {} as {
    context: NodeContext;
    input: NodeInput;
    output: NodeOutput;
    events: NodeEvent;
    emitted: NodeEmitted;
    tags: 'waiting' | 'usable' | 'ending';
    meta: RoleMeta;
  },
});

const { assign, enqueueActions } = bare;

/** Tells all of it, in this order. */
export const tellsAll = (words: (told: Told) => readonly NodeEmitted[]) =>
  enqueueActions(({ context, event, enqueue }) => {
    for (const each of words({ context, event })) enqueue.emit(each);
  });

/** Tells something of what is under way; nothing where nothing is. */
export const tellsOfProposed = (words: (proposed: Proposal, told: Told) => readonly NodeEmitted[]) =>
  tellsAll((told) => (told.context.proposed === null ? [] : words(told.context.proposed, told)));

/** Keeps something of what is under way; nothing where nothing is. */
export const keepsInProposed = (change: (proposed: Proposal, told: Told) => Proposal) =>
  assign(({ context, event }) => ({
    proposed: context.proposed === null ? null : change(context.proposed, { context, event }),
  }));
