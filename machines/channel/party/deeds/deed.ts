/** How the deeds of a party are written: by what it knows and what it was told, and by nothing else. */
import { setup } from 'xstate';
import type { RoleMeta } from '../../../../src/role.ts';
import type { PartyContext, PartyEmitted, PartyEvent, PartyInput, PartyOutput } from '../types.ts';

/** What a deed or a fact is about. */
export interface Told {
  readonly context: PartyContext;
  readonly event: PartyEvent;
}

/** A party without its words. */
export const bare = setup({
  types: {} as {
    context: PartyContext;
    input: PartyInput;
    output: PartyOutput;
    events: PartyEvent;
    emitted: PartyEmitted;
    tags: 'usable' | 'waiting' | 'settled';
    meta: RoleMeta;
  },
});
