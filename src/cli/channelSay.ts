/** What happens in a channel, printed: a sentence for people, or a line of JSON for machines. */
import { type ChannelNotice, NotAgreed, type PaidOut, type State } from '../channel/index.ts';
import { say } from './terminal.ts';

export const fieldsOf = ({ round, initiatorAmount, responderAmount }: State) => ({
  round,
  initiatorAmount: `${initiatorAmount}`,
  responderAmount: `${responderAmount}`,
});

export const sentenceOf = ({ round, initiatorAmount, responderAmount }: State) =>
  `round ${round}: initiator ${initiatorAmount}, responder ${responderAmount}`;

export function sayState(isJson: boolean, what: string, state: State): void {
  say(isJson, { [what]: fieldsOf(state) }, `${what}, ${sentenceOf(state)}`);
}

/** Prints what was paid out. */
export function saySettled(isJson: boolean, paid: PaidOut | undefined): void {
  if (paid === undefined) {
    say(isJson, { settled: null }, 'over: closed by both, or paid out while nobody watched');
    return;
  }
  const [initiatorAmount, responderAmount] = [`${paid.initiatorAmount}`, `${paid.responderAmount}`];
  say(
    isJson,
    { settled: { initiatorAmount, responderAmount } },
    `settled: initiator ${initiatorAmount}, responder ${responderAmount}`,
  );
}

type ErrorNotice = Extract<ChannelNotice, { readonly type: 'error' }>;

/** Errors of the node are printed once: what ends a command is printed as its end, which comes in the same turn. */
export class Errors {
  readonly #isJson: boolean;
  #last: ErrorNotice | undefined;

  constructor(isJson: boolean) {
    this.#isJson = isJson;
  }

  hear(notice: ErrorNotice): void {
    this.#say();
    this.#last = notice;
    setImmediate(() => {
      if (this.#last === notice) this.#say();
    });
  }

  /** A command has come to nothing: if the last error was about it, that is said by now. */
  isEndOf(error: unknown): void {
    const { reason, detail } = this.#last ?? { reason: '', detail: '' };
    if (error instanceof NotAgreed && error.reason === (reason || detail)) this.#last = undefined;
  }

  #say(): void {
    if (this.#last !== undefined) sayNotice(this.#isJson, this.#last);
    this.#last = undefined;
  }
}

/** Prints a notice. */
export function sayNotice(isJson: boolean, notice: ChannelNotice): void {
  switch (notice.type) {
    case 'updated':
    case 'deposited':
    case 'withdrawn':
    case 'contested':
    case 'missed':
      sayState(isJson, notice.type, notice.state);
      break;
    case 'left':
      say(isJson, { left: notice.state }, 'left: the same command comes back to the channel');
      break;
    case 'message':
      say(isJson, { message: notice.message.info }, `message: ${notice.message.info}`);
      break;
    case 'progress': {
      const { step, tx } = notice;
      say(isJson, { progress: step, ...(tx === '' ? {} : { tx }) }, `  ${step.replaceAll('_', ' ')}`);
      break;
    }
    case 'confirmed':
      say(isJson, { confirmations: notice.confirmations }, `  confirmations: ${notice.confirmations}`);
      break;
    case 'conflict':
      say(
        isJson,
        { conflict: notice.round, ...(notice.errorCode === undefined ? {} : { code: notice.errorCode }) },
        `conflict${notice.errorCode === undefined ? ': both have started an update' : ` with code ${notice.errorCode}`}; round ${notice.round} stands`,
      );
      break;
    case 'overtaken': {
      const { round } = notice;
      say(
        isJson,
        { overtaken: { round } },
        `overtaken: what was refused in round ${round} was posted after all, and counts`,
      );
      break;
    }
    case 'ready':
      break;
    case 'settled':
      say(isJson, { progress: 'settled', tx: notice.tx }, '  settled');
      break;
    case 'paidOut':
      saySettled(isJson, notice.paid);
      break;
    case 'error':
      say(
        isJson,
        { error: { reason: notice.reason, detail: notice.detail } },
        `error: ${notice.reason || notice.detail}`,
      );
      break;
    default: {
      const { type, ...fields } = notice;
      say(isJson, { [type]: fields }, `${type}${'reason' in fields ? `: ${fields.reason}` : ''}`);
    }
  }
}
