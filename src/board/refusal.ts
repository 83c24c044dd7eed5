/** How a request to the board fails, as an app is told. */
import type { Outcome, RequestFailure } from '../../machines/board/client.ts';
import { ConnectionLost, StatewireError } from '../errors.ts';

/** The board, or we ourselves, refused a request: nothing was done. `code` is the fault's name. */
export class BoardRefused extends StatewireError {}

/**
 * What a request has come to, where it has not failed.
 * @throws BoardRefused
 * @throws ConnectionLost `unknown`, `notOpen`
 */
export function resultOf(ended: Outcome): 'done' | 'sent' {
  switch (ended.outcome) {
    case 'failed':
      throw failureOf(ended.error, ended.reason);
    case 'unknown':
      throw new ConnectionLost('The line broke, or nobody answered: it may have been done or not.', {
        code: 'unknown',
      });
    default:
      return ended.outcome;
  }
}

function failureOf(error: RequestFailure, reason: string): StatewireError {
  if (error === 'notOpen') return new ConnectionLost(reason, { code: error });
  return new BoardRefused(reason, { code: error });
}
