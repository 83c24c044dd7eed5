/**
 * The one error family. Whose fault it is decides the class: ours and our app's (`LocalMisuse`), the peer's (`PeerMisbehaved`), or the
 * world's (`ConnectionLost`, `StoreFailed`); `LimitReached` is nobody's. Every message is a sentence that says who did what wrong and what to do.
 */

/** What every error of the library has beside its sentence. */
export interface FaultDetails {
  /** A stable name for programs, in lowerCamelCase. */
  readonly code: string;
  /** The clause of the protocol text that was broken, where one was. */
  readonly clause?: string;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/** The base of every error that statewire gives out. */
export class StatewireError extends Error {
  readonly code: string;
  readonly clause: string | undefined;

  constructor(message: string, details: FaultDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = details.code;
    this.clause = details.clause;
  }
}

/** The app, or this library on its behalf, did what the role does not allow now. Nothing was sent. */
export class LocalMisuse extends StatewireError {}

/** The peer said something that the protocol forbids. */
export class PeerMisbehaved extends StatewireError {}

/** The connection could not be made, or it broke. */
export class ConnectionLost extends StatewireError {}

/** Nobody answered in time. What had been said before may still have its effect. */
export class DeadlinePassed extends StatewireError {}

/** A limit that the app itself has set was reached: a budget. Nothing beyond it was done. */
export class LimitReached extends StatewireError {}

/** The store could not keep what must be kept; the session stands still at its last durable state. */
export class StoreFailed extends StatewireError {}

/** A guard or an assignment threw, or a machine did not come to rest: a defect of the role, not of its peer. */
export class MachineFailed extends StatewireError {}
