/** What the node of a channel knows before anybody has come. */
import type { NodeContext, NodeInput } from '../types.ts';
import { nobody, none } from './parties.ts';

export const contextOf = (input: NodeInput): NodeContext => ({
  ...input,
  parties: {
    initiator: { dialect: 'text', takesMore: false, isHere: false },
    responder: { dialect: 'text', takesMore: false, isHere: false },
  },
  askedDepth: null,
  timeouts: {},
  channelId: '',
  agreed: null,
  proposed: null,
  closer: 'initiator',
  wanted: null,
  dispute: null,
  closingTx: '',
  isLeft: false,
  postponed: [],
  held: [],
  owing: none,
  voided: [],
  unheardVoid: { initiator: [], responder: [] },
  ended: '',
  unheard: nobody,
  reason: '',
});
