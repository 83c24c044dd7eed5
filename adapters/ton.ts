/**
 * Settlement on TON, in the payment-channel contract. The payer is the contract's A, the payee its B.
 *
 * Works over whatever opens contracts in the style of `@ton/core`: `TonClient.open`, `Blockchain.openContract` of `@ton/sandbox`. Before anything is sent, the
 * chain is looked at; so every call may be made again after a crash. Nothing is taken for done because it was sent, only because the chain shows it.
 *
 * - Funding is one message: it deploys the contract, pays in and opens. In steps, the payee could claim what lies in a contract that is not open yet.
 * - `close`, and the last step of `closeAlone`, are external messages, which the contract pays for: the payee needs no coins to be paid.
 * - A payout of less than it costs to forward it (400,000 nanotons) does not arrive; it goes to the payer.
 */
import { beginCell, type Cell, type Sender } from '@ton/core';
import { type Clock, systemClock } from '../src/clock.ts';
import { ConnectionLost, LocalMisuse } from '../src/errors.ts';
import type { Signer } from '../src/signer.ts';
import type { Channel, Standing } from '../src/streaming/scheme.ts';
import type { Proof, Settlement, Sight } from '../src/streaming/settlement.ts';
import type { TonScheme } from '../src/streaming/ton.ts';
import {
  type OpenedTonChannel,
  ops,
  quarantine,
  RefusedByContract,
  TonChannel,
  type TonLook,
  type TonQuarantine,
  tags,
  taken,
} from './tonContract.ts';

export {
  type OpenedTonChannel,
  RefusedByContract,
  TonChannel,
  type TonLook,
  type TonQuarantine,
} from './tonContract.ts';

export interface TonSettlementOptions {
  readonly scheme: TonScheme;
  /** `(contract) => client.open(contract)` of a network's client. */
  readonly open: (contract: TonChannel) => OpenedTonChannel;
  /** Our wallet: pays for funding, for beginning to close alone and for a challenge. */
  readonly sender: Sender;
  /** Our key of the channel. The contract wants a signature for opening, for beginning to close alone and for a challenge. */
  readonly signer: Signer;
  readonly clock?: Clock;
  /** Milliseconds between looks at the chain. Must be well below the quarantine. Default: 5,000. */
  readonly interval?: number;
  /** Milliseconds for a message to be seen on the chain. Default: 120,000. */
  readonly patience?: number;
  /**
   * Nanotons that go with a message to pay for its gas. What is left of them is the payer's when the channel is closed. Default: 20,000,000; a challenge,
   * the dearest message, uses 7,000,000.
   */
  readonly gas?: bigint;
  /** Ends all waiting, with its reason. */
  readonly signal?: AbortSignal;
  /** Is told why a look of a watch failed. The watch goes on. */
  readonly failed?: (error: unknown) => void;
}

type Side = 'payer' | 'payee';

const isUnsettled = (stage: number) => stage !== quarantine.over;
const start: Standing = { deposit: '0', sent: '0', sequence: 0 };

/** The payment-channel contract as a place of settlement, for one of the two sides. */
export class TonSettlement implements Settlement {
  readonly #options: TonSettlementOptions;
  readonly #clock: Clock;
  readonly #interval: number;
  readonly #patience: number;
  readonly #gas: bigint;
  readonly #signal: AbortSignal;

  constructor(options: TonSettlementOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#interval = options.interval ?? 5_000;
    this.#patience = options.patience ?? 120_000;
    this.#gas = options.gas ?? 20_000_000n;
    this.#signal = options.signal ?? new AbortController().signal;
  }

  /**
   * @throws LocalMisuse when we are not the payer, or the channel was closed before, or holds less already
   * @throws RefusedByContract
   * @throws ConnectionLost `unseen` when the chain does not show it in time. It may still come: ask again.
   */
  async fund(channel: Channel, deposit: string): Promise<void> {
    if (this.#side(channel) !== 'payer') throw misuse('notPayer', 'Only the payer puts money into a channel.');
    const contract = this.#open(channel);
    const amount = BigInt(deposit);
    const isFunded = ({ stage, deposit: held }: TonLook) => {
      if (stage === 'closed') throw misuse('closed', 'This channel was closed before; open one with another id.');
      if (stage === 'none') return false;
      if (held >= amount) return true;
      throw misuse(
        'cannotTopUp',
        `This channel is open with ${held} and cannot take more; open another one for ${deposit}.`,
      );
    };
    const opening = beginCell()
      .storeUint(tags.init, 32)
      .storeUint(BigInt(`0x${channel.id}`), 128)
      .storeCoins(amount)
      .storeCoins(0n)
      .endCell();
    const before = await contract.getLook();
    if (isFunded(before)) return;
    const body = await this.#signed(ops.init, 'payer', opening);
    await contract.sendInternal(this.#options.sender, amount + this.#options.scheme.excessFee + this.#gas, body);
    await this.#until(contract, 'the deposit', isFunded, body, before);
  }

  /** The payer's balance in the contract; less where the contract has less, `'0'` where it is not open. */
  async deposit(channel: Channel): Promise<string> {
    const { deposit, balance } = await this.#open(channel).getLook();
    const isBacked = deposit <= balance;
    return `${isBacked ? deposit : balance}`;
  }

  /** Also ends a closing that one side has begun. @throws as `fund` */
  async close(channel: Channel, proof: Proof): Promise<void> {
    const contract = this.#open(channel);
    const closed = ({ stage }: TonLook) => stage === 'closed';
    const before = await contract.getLook();
    if (closed(before)) return;
    if (before.stage === 'none') throw notOpen();
    const { scheme } = this.#options;
    const body = beginCell()
      .storeUint(ops.close, 32)
      .storeRef(signatureCell(await this.#own(channel, 'payer', proof.payerSignature, 'close', proof.standing)))
      .storeRef(signatureCell(await this.#own(channel, 'payee', proof.payeeSignature, 'close', proof.standing)))
      .storeSlice(scheme.cell('close', channel, proof.standing).beginParse())
      .endCell();
    await this.#external(contract, 'the closing that both sides signed', body, closed, before);
  }

  /**
   * Answers an older state that the other side has shown meanwhile, waits as long as the contract wants and finishes. Where all was sent, the payee has the
   * payer's `close`, and nothing is to be waited for.
   *
   * @throws as `fund`; LocalMisuse `nothingToShow` when the payee has no state
   */
  async closeAlone(channel: Channel, proof: Proof): Promise<void> {
    const side = this.#side(channel);
    if (side === 'payee' && isSpent(proof)) return this.close(channel, ownLast(proof));
    const contract = this.#open(channel);
    for (;;) {
      const look = await contract.getLook();
      if (look.stage === 'closed') return;
      if (look.stage === 'none') throw notOpen();
      if (look.quarantine === undefined) {
        await this.#show(contract, channel, 'start', proof, look);
      } else if (side === 'payee' && this.#isWorse(look, proof) && !look.quarantine.isChallenged) {
        await this.challenge(channel, proof);
      } else if (isUnsettled(await contract.getStage())) {
        await this.#pause();
      } else {
        await this.#finish(contract, look);
      }
    }
  }

  /**
   * For the payee: shows its state instead of a worse one. Where all was sent it closes at once with the payer's `close` instead.
   *
   * @throws as `fund`; LocalMisuse `nothingToAnswer` when nobody closes, `tooLate` when it is paid out
   */
  async challenge(channel: Channel, proof: Proof): Promise<void> {
    if (this.#side(channel) !== 'payee') throw misuse('nothingToAnswer', 'A payer gains nothing by a later state.');
    if (isSpent(proof)) return this.close(channel, ownLast(proof));
    const contract = this.#open(channel);
    const look = await contract.getLook();
    if (look.stage === 'closed') throw misuse('tooLate', 'The channel is paid out already.');
    if (look.quarantine === undefined) throw misuse('nothingToAnswer', 'Nobody is closing this channel.');
    if (this.#isWorse(look, proof)) await this.#show(contract, channel, 'challenge', proof, look);
  }

  /**
   * Looks every `interval`. What it says of a closing has `sent` beside the sequence number: a payer chooses its sequence numbers freely, and what a
   * closing is worth to the payee is seen by the amount alone. A state that the contract could not pay out is shown as worth nothing.
   */
  watch(channel: Channel, seen: (sight: Sight & { readonly sent?: string }) => void): () => void {
    const contract = this.#open(channel);
    let isOver = false;
    let wasThere = false;
    let told: string | undefined;
    let timer: ReturnType<Clock['set']> | undefined;
    const end = () => {
      isOver = true;
      if (timer !== undefined) this.#clock.clear(timer);
    };
    const look = async () => {
      try {
        const { stage, quarantine: shown, deposit } = await contract.getLook();
        if (isOver) return;
        if (stage === 'closed' || (wasThere && stage === 'none')) {
          end();
          return seen({ type: 'closed' });
        }
        wasThere ||= stage !== 'none';
        if (shown !== undefined && told !== `${shown.sequence}/${shown.sent}`) {
          told = `${shown.sequence}/${shown.sent}`;
          const isGood = this.#canBePaid(shown, deposit);
          seen({ type: 'closing', sequence: isGood ? shown.sequence : 0, sent: isGood ? `${shown.sent}` : '0' });
        }
      } catch (error) {
        this.#options.failed?.(error);
      }
      if (!isOver && !this.#signal.aborted) timer = this.#clock.set(() => void look(), this.#interval);
    };
    void look();
    return end;
  }

  #open(channel: Channel): OpenedTonChannel {
    return this.#options.open(new TonChannel(this.#options.scheme, channel));
  }

  #side({ payer, payee }: Channel): Side {
    const key = Buffer.from(this.#options.signer.publicKey).toString('hex');
    if (key === payer.publicKey) return 'payer';
    if (key === payee.publicKey) return 'payee';
    throw misuse('notOurs', 'The signer has the key of neither side of this channel.');
  }

  #canBePaid({ sequence, sent }: TonQuarantine, deposit: bigint): boolean {
    return sequence <= this.#options.scheme.maxSequence && sent <= deposit;
  }

  /** Whether the payee gets less by what is shown than by what it can prove. */
  #isWorse({ quarantine: shown, deposit }: TonLook, { standing }: Proof): boolean {
    return shown !== undefined && (shown.sent < BigInt(standing.sent) || !this.#canBePaid(shown, deposit));
  }

  /** `start_uncooperative_close` and `challenge_quarantined_state` show the same: the last states of both sides. */
  async #show(
    contract: OpenedTonChannel,
    channel: Channel,
    what: 'start' | 'challenge',
    proof: Proof,
    look: TonLook,
  ): Promise<void> {
    const side = this.#side(channel);
    const { standing } = proof;
    const fine = what === 'challenge' ? this.#options.scheme.misbehaviorFine : 0n;
    if (BigInt(standing.sent) + fine > look.deposit) {
      throw misuse(
        'overdraft',
        `${standing.sent} and a fine of ${fine} cannot be paid out of ${look.deposit}; the contract would never pay at all.`,
      );
    }
    // The payer's last payment of all was signed as a `close`, which is of no use here.
    const payerSignature = side === 'payer' && isSpent(proof) ? '' : proof.payerSignature;
    const { scheme } = this.#options;
    const body = beginCell()
      .storeUint(tags[what], 32)
      .storeUint(BigInt(`0x${channel.id}`), 128)
      .storeRef(
        beginCell()
          .storeBuffer(await this.#own(channel, 'payer', payerSignature, 'state', standing))
          .storeSlice(scheme.cell('state', channel, standing).beginParse())
          .endCell(),
      )
      .storeRef(
        beginCell()
          .storeBuffer(await this.#own(channel, 'payee', proof.payeeSignature, 'refund', start))
          .storeSlice(scheme.cell('refund', channel, start).beginParse())
          .endCell(),
      )
      .endCell();
    const message = await this.#signed(ops[what], side, body);
    await contract.sendInternal(this.#options.sender, this.#gas, message);
    const isThere = ({ stage, quarantine: shown }: TonLook) =>
      what === 'start' ? stage !== 'open' : shown?.isChallenged === true;
    await this.#until(contract, what === 'start' ? 'to begin closing' : 'the later state', isThere, message, look);
  }

  async #finish(contract: OpenedTonChannel, before: TonLook): Promise<void> {
    const body = beginCell().storeUint(ops.finish, 32).endCell();
    try {
      await this.#external(contract, 'to finish closing', body, ({ stage }) => stage === 'closed', before);
    } catch (error) {
      // `get_channel_state` says 4 in the second in which finishing is still refused with 113.
      if (!(error instanceof RefusedByContract) || error.exitCode !== 113) throw error;
      await this.#pause();
    }
  }

  async #external(
    contract: OpenedTonChannel,
    what: string,
    body: Cell,
    isDone: (look: TonLook) => boolean,
    before: TonLook,
  ): Promise<void> {
    try {
      await contract.sendExternal(body);
    } catch (cause) {
      // Somebody else's message may have been quicker.
      if (isDone(await contract.getLook())) return;
      throw refusal(what, cause);
    }
    await this.#until(contract, what, isDone, body, before);
  }

  /** Looks until the chain shows what was wanted, or that it was refused. */
  async #until(
    contract: OpenedTonChannel,
    what: string,
    isDone: (look: TonLook) => boolean,
    body: Cell,
    before: TonLook,
  ): Promise<void> {
    const end = this.#clock.now() + this.#patience;
    for (;;) {
      const look = await contract.getLook();
      if (isDone(look)) return;
      const exitCode = look.lt > before.lt ? await contract.getExitCode(body, before.lt) : undefined;
      if (exitCode !== undefined && taken.includes(exitCode)) return;
      if (exitCode !== undefined) throw new RefusedByContract(what, exitCode);
      if (this.#clock.now() >= end) {
        throw new ConnectionLost(`The chain has not shown ${what} within ${this.#patience} ms; it may still come.`, {
          code: 'unseen',
        });
      }
      await this.#pause();
    }
  }

  /** A side's signature: the one that was given, or our own. */
  async #own(
    channel: Channel,
    of: Side,
    given: string,
    statement: 'state' | 'close' | 'refund',
    standing: Standing,
  ): Promise<Buffer> {
    if (given !== '') return signatureOf(given);
    if (this.#side(channel) !== of) {
      throw misuse('nothingToShow', `There is no signature of the ${of}: without it the contract pays nothing out.`);
    }
    return this.#sign(this.#options.scheme.cell(statement, channel, standing));
  }

  async #sign(cell: Cell): Promise<Buffer> {
    return Buffer.from(await this.#options.signer.sign(Uint8Array.from(cell.hash()), this.#signal));
  }

  /** An operation with one signature, over everything that comes after it. */
  async #signed(op: number, side: Side, body: Cell): Promise<Cell> {
    return beginCell()
      .storeUint(op, 32)
      .storeBit(side === 'payer')
      .storeBuffer(await this.#sign(body))
      .storeSlice(body.beginParse())
      .endCell();
  }

  #pause(): Promise<void> {
    const signal = this.#signal;
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#clock.clear(timer);
        reject(signal.reason);
      };
      const timer = this.#clock.set(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, this.#interval);
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
    });
  }
}

const misuse = (code: string, sentence: string) => new LocalMisuse(sentence, { code });
const notOpen = () => misuse('notOpen', 'The chain shows no such channel; only one that holds money can be closed.');

/** "If the resulting balance is zero, the state is signed as a final state." */
const isSpent = ({ standing: { sent, deposit } }: Proof) => sent === deposit;

/** The payee's own signature is of the refund, or missing: it signs the `close` itself. */
const ownLast = (proof: Proof): Proof => ({ ...proof, payeeSignature: '' });

function signatureOf(digits: string): Buffer {
  const bytes = Buffer.from(digits, 'hex');
  if (bytes.length !== 64) throw misuse('badSignature', 'A signature is 128 hexadecimal digits.');
  return bytes;
}

const signatureCell = (signature: Buffer) => beginCell().storeBuffer(signature).endCell();

/** Networks say why an external message was refused in words only. */
function refusal(what: string, cause: unknown): Error {
  const text = cause instanceof Error ? cause.message : String(cause);
  const [, digits] = /exit ?code:? ?=? ?(\d+)/i.exec(text) ?? [];
  if (digits !== undefined) return new RefusedByContract(what, Number(digits), cause);
  return new ConnectionLost(`The network did not take ${what}: ${text}`, { code: 'unsent', cause });
}
