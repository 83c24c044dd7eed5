/** What the node of a channel knows before anybody has come. */
import type { Attendance, NodeContext, NodeInput } from '../types.ts';
import { nobody, none } from './parties.ts';

const absent: Attendance = {
  dialect: 'text',
  takesMore: false,
  keepsRunning: false,
  isHere: false,
  hasLeft: false,
  isAlone: false,
};

export const contextOf = (input: NodeInput): NodeContext => ({
  ...input,
  parties: {
    initiator: absent,
    responder: absent,
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
  postponed: [],
  held: [],
  owing: none,
  voided: [],
  unheardVoid: { initiator: [], responder: [] },
  unheardConflict: { initiator: 0, responder: 0 },
  ended: '',
  unheard: nobody,
  reason: '',
});
