/** Asks the policy of the app, and then its signer: one question at a time for each transaction, and none that nobody waits for any more. */
import { errorCode, type SignTag, subjects } from '../../machines/channel/messages.ts';
import type { Inspected } from '../../machines/channel/party/types.ts';
import type { Signer } from '../signer.ts';
import type { Era } from './encoding.ts';
import { type Policy, questionOf } from './policy.ts';
import { withSignature } from './signatures.ts';
import { type Signing, signatureOf } from './signing.ts';
import { readTransaction, writeTransaction } from './transactionText.ts';

/** What is to be signed: `id` names the transaction, `tx` is its text without our signature. */
export interface Asked {
  readonly id: string;
  readonly tag: SignTag;
  readonly tx: string;
  readonly inspected: Inspected;
}

export type Answered =
  | { readonly type: 'signed'; readonly id: string; readonly tx: string }
  | { readonly type: 'refused'; readonly id: string; readonly reason: string; readonly code?: number };

export interface AskingOptions {
  readonly policy: Policy;
  readonly signer: Signer;
  /** What is signed, for each encoding. */
  readonly form: (era: Era) => Signing;
  /** Is given each signature that the signer has made, with what it is of. */
  readonly keep: (id: string, signature: Uint8Array) => void;
  readonly tell: (answer: Answered) => void;
}

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** What a policy answers that does not want it. */
function refusal(verdict: Exclude<Awaited<ReturnType<Policy>>, true>) {
  if (typeof verdict === 'string') return { reason: verdict };
  if (typeof verdict !== 'object') return { reason: 'The policy does not want it.' };
  const { abort, reason = `The policy aborts it with code ${abort}.` } = verdict;
  return errorCode.safeParse(abort).success
    ? { reason, code: abort }
    : { reason: `The policy aborts it with ${abort}; codes are whole numbers from 1 to 65535.` };
}

/** The questions of one party. */
export class Asking {
  readonly #options: AskingOptions;
  readonly #open = new Map<string, AbortController>();

  constructor(options: AskingOptions) {
    this.#options = options;
  }

  async ask({ id, tag, tx, inspected }: Asked): Promise<void> {
    const { policy, signer, form } = this.#options;
    this.withdraw(id);
    const asked = new AbortController();
    this.#open.set(id, asked);
    const tell = (answer: Answered) => {
      if (!asked.signal.aborted) this.#options.tell(answer);
    };
    try {
      const verdict = await policy(questionOf(subjects[tag], tx, inspected), asked.signal);
      if (asked.signal.aborted) return;
      if (verdict !== true) return tell({ type: 'refused', id, ...refusal(verdict) });
      const { era, transaction } = readTransaction(tx);
      const signature = await signatureOf(transaction, signer, form(era), asked.signal);
      this.#options.keep(id, signature);
      tell({ type: 'signed', id, tx: writeTransaction({ era, transaction: withSignature(transaction, signature) }) });
    } catch (error) {
      tell({ type: 'refused', id, reason: sentence(error) });
    } finally {
      if (this.#open.get(id) === asked) this.#open.delete(id);
    }
  }

  withdraw(id: string): void {
    this.#open.get(id)?.abort();
  }

  withdrawAll(): void {
    for (const asked of this.#open.values()) asked.abort();
  }
}
