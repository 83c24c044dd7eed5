/** What may become of a dial and of its bytes, as errors. */
import type { DialerOutput } from '../../machines/star/dialer.ts';
import type { ListenerOutput } from '../../machines/star/listener.ts';
import { errors } from '../../machines/star/messages.ts';
import type { StreamOutput } from '../../machines/star/stream.ts';
import { ConnectionLost, DeadlinePassed, PeerMisbehaved, StatewireError } from '../errors.ts';

/** The server, or the other peer, refused: `peerNotFound`, `notAuthorized`, `refused`; for a join also `notSigned`, `notProven`. */
export class StarRefused extends StatewireError {}

/** The other peer, or the server, cut a stream; the message is the reason that it gave. Bytes may be missing. */
export class StreamCut extends StatewireError {}

/** Why a stream did not come to a good end; `undefined`: it did. */
export function streamFault({ error, cause }: StreamOutput): StatewireError | undefined {
  if (error === true) return undefined;
  switch (cause) {
    case 'lost':
      return new ConnectionLost(error, { code: 'lost' });
    case 'unaccepted':
      return new DeadlinePassed(error, { code: 'notAccepted' });
    case 'stalled':
      return new DeadlinePassed(error, { code: 'stalled' });
    case 'overrun':
      return new PeerMisbehaved(error, { code: 'overrun', clause: 'Types: sio-pull' });
    default:
      return new StreamCut(error === '' ? 'The stream was cut without a reason.' : error, { code: 'cut' });
  }
}

const refusals: ReadonlyMap<string, string> = new Map([
  [errors.peerNotFound, 'peerNotFound'],
  [errors.notAuthorized, 'notAuthorized'],
]);

/** Why there is no connection to the other peer. */
export function dialFault({ cause, reason }: DialerOutput): StatewireError {
  switch (cause) {
    case 'refused':
      return new StarRefused(`The dial was refused: ${reason}`, {
        code: refusals.get(reason) ?? 'refused',
        clause: 'Events: ss-dial',
      });
    case 'unanswered':
      return new DeadlinePassed(reason, { code: 'unanswered' });
    default:
      return new ConnectionLost(reason === '' ? 'The dial was given up.' : reason, { code: cause });
  }
}

/** Why a peer has not joined, or is not joined any more. */
export function joinFault({ cause, reason }: ListenerOutput): StatewireError {
  switch (cause) {
    case 'refused':
    case 'notSigned':
    case 'notProven':
      return new StarRefused(reason, { code: cause, clause: 'Events: ss-join' });
    case 'misanswered':
      return new PeerMisbehaved(reason, { code: 'misanswered', clause: 'Events: ss-join' });
    case 'unanswered':
      return new DeadlinePassed(reason, { code: 'unanswered' });
    default:
      return new ConnectionLost(reason === '' ? 'It was closed.' : reason, {
        code: cause === 'lost' ? 'lost' : 'notOpened',
      });
  }
}
