/** How a command of a channel's app comes to nothing, as errors. */
import type { Failure, PartyOutput } from '../../machines/channel/party/types.ts';
import { type Reason, rejections } from '../../machines/channel/reasons.ts';
import type { CloseFailure } from '../../machines/channel/watcherRules.ts';
import { ConnectionLost, DeadlinePassed, LocalMisuse, PeerMisbehaved, StatewireError } from '../errors.ts';

/** Nobody's fault: the update, the deposit, the withdrawal or the closing did not come about. Nothing has changed. */
export class NotAgreed extends StatewireError {
  /** `conflict`, `aborted`, `disputed`, `overtaken`, or the node's reason: `insufficient_balance`, … */
  readonly reason: string;
  /**
   * Of `aborted`: 1 it was found wrong, 3 nobody answered in time, 4 nobody wanted it, 5 the chain did not take it, or what the other party's app says.
   * Of a node's reason: its number, as `1001` for `insufficient_balance`. 0 where there is none.
   */
  readonly errorCode: number;

  /** @param code `conflict`, `aborted`, `disputed`, `overtaken` or `rejected` */
  constructor(message: string, code: string, reason = code, errorCode = 0) {
    super(message, { code });
    this.reason = reason;
    this.errorCode = errorCode;
  }
}

const isReason = (name: string): name is Reason => Object.hasOwn(rejections, name);
const numberOf = (reason: string): number => (isReason(reason) ? rejections[reason].code : 0);

const abortedBy = (code: number): string => {
  switch (code) {
    case 1:
      return 'The other party found it wrong';
    case 3:
      return 'It was not signed in time';
    case 5:
      return 'The chain did not take it';
    default:
      return 'The other party does not want it';
  }
};

/** A command that came to nothing. @param isCut whether the line has broken since it began */
export function failureError(reason: Failure, detail: string, code = 0, isCut = false): StatewireError {
  switch (reason) {
    case 'refused':
      return new LocalMisuse(`It was not signed: ${detail}`, { code: 'refused' });
    case 'wrong':
      return new PeerMisbehaved(`What the node put to us was not what was announced, and not signed: ${detail}`, {
        code: 'wrongTransaction',
      });
    case 'conflict':
      return new NotAgreed(
        isCut
          ? 'What was begun before the line broke is void, and nothing has changed; try again.'
          : 'Both parties started at once; try again.',
        'conflict',
      );
    case 'aborted':
      return new NotAgreed(`${abortedBy(code)} (code ${code}).`, 'aborted', 'aborted', code);
    case 'rejected':
      // Nodes report a conflict sometimes so (code 107), and sometimes as one.
      if (detail === 'conflict')
        return new NotAgreed(
          'The node does something else just now, and nothing has changed; try again.',
          detail,
          detail,
          numberOf(detail),
        );
      return new NotAgreed(`The node rejected it: ${detail}`, 'rejected', detail, numberOf(detail));
    case 'disputed':
      return new NotAgreed('Somebody closes the channel alone: nothing is agreed on any more.', 'disputed');
    case 'timeout':
      return new DeadlinePassed('Nobody answered in time.', { code: 'noAnswer' });
    case 'lost':
      return new ConnectionLost(detail === '' ? 'The connection is lost.' : detail, { code: 'lost' });
    case 'turnedAway':
      return new ConnectionLost(`The node does not want us: ${detail}`, { code: 'turnedAway' });
    case 'died':
      return new ConnectionLost('The node has ended the channel.', { code: 'died' });
    case 'left':
      return new ConnectionLost('The channel was left.', { code: 'left' });
  }
}

/** What both have signed does not count, since something else was posted in its place. */
export const overtakenError = (): StatewireError =>
  new NotAgreed(
    'A deposit or withdrawal that had come to nothing was posted after all, and is what counts: close the channel alone.',
    'overtaken',
  );

/** Why nothing more comes of a channel. */
export function overError(ended: PartyOutput['ended'], reason: string): StatewireError {
  if (ended === 'closed') return new ConnectionLost('The channel is closed.', { code: 'closed' });
  if (ended === 'died') return new ConnectionLost('The node has ended the channel.', { code: 'died' });
  return new ConnectionLost(reason, { code: 'notOpened' });
}

/** Why nobody closes alone. */
const closeSentences: Readonly<Record<CloseFailure, string>> = {
  notOnChain: 'The chain does not have the channel.',
  noState: 'There is no state that both have signed and that the chain would count.',
  refused: 'It was not signed.',
  rejected: 'The chain does not take it.',
};

/** A command to close alone that came to nothing. */
export function closeError(reason: CloseFailure, detail: string): StatewireError {
  return new LocalMisuse(`${closeSentences[reason]}${detail === '' ? '' : ` ${detail}`}`, { code: reason });
}
