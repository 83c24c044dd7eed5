/** What a party knows before it has begun. */
import type { PartyContext, PartyInput } from '../types.ts';

export const contextOf = (input: PartyInput): PartyContext => ({
  ...input,
  channelId: input.existing?.channelId ?? '',
  isOpened: input.existing !== null,
  agreed: null,
  promised: null,
  rivals: [],
  held: null,
  nothings: 0,
  started: null,
  unlearned: input.existing,
  asked: null,
  fsmId: '',
  isLeft: input.existing !== null,
  isLeftBehind: false,
  isDisputed: false,
  opening: '',
  attempt: 0,
  ended: 'not',
  reason: '',
  isTurnedAway: false,
});
