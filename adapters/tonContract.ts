/**
 * The payment-channel contract of TON as `@ton/core` wraps one: where it lies, what its storage shows, and what its numbers mean. When it is told what, and
 * what is waited for, is in `ton.ts`.
 */
import {
  type Address,
  Cell,
  type Contract,
  type ContractProvider,
  contractAddress,
  type Sender,
  type StateInit,
} from '@ton/core';
import { ConnectionLost, StatewireError } from '../src/errors.ts';
import type { Channel } from '../src/streaming/scheme.ts';
import type { TonScheme } from '../src/streaming/ton.ts';

/** The contract did not take a message. What came with it has come back, but for the fees. */
export class RefusedByContract extends StatewireError {
  /** The contract's exit code: 101 is a wrong signature, 105 and 108 are old states, 111 is too late, -14 too little gas. */
  readonly exitCode: number;

  constructor(what: string, exitCode: number, cause?: unknown) {
    super(`The channel's contract refused ${what} (exit code ${exitCode}).`, { code: 'refusedByContract', cause });
    this.exitCode = exitCode;
  }
}

/** Somebody closes alone. */
export interface TonQuarantine {
  /** The payer's state that was shown. */
  readonly sequence: number;
  /** What it gives to the payee; a fine is in it. */
  readonly sent: bigint;
  /** Whether it was the payer that showed it last. */
  readonly byPayer: boolean;
  /** Whether it was answered already: that can be done once. */
  readonly isChallenged: boolean;
}

/** What the chain shows of a channel. */
export interface TonLook {
  /** `none`: not there, or not open yet. `closed`: paid out, for good. */
  readonly stage: 'none' | 'open' | 'quarantined' | 'closed';
  readonly deposit: bigint;
  /** All coins of the contract. */
  readonly balance: bigint;
  readonly quarantine: TonQuarantine | undefined;
  /** The logical time of the contract's last transaction. */
  readonly lt: bigint;
}

/** What `get_channel_state` gives while somebody closes alone. */
export const quarantine = { started: 2, settling: 3, over: 4 } as const;

/** The exit code of a message with too little gas, also of one with not even enough to begin. */
const outOfGas = -14;
/** Exit codes of success. */
export const taken: readonly number[] = [0, 1];

export const tags = { init: 0x696e6974, start: 0x556e436c, challenge: 0x43686751 } as const;
export const ops = {
  init: 0x0e0620c2,
  close: 0x5577587e,
  start: 0x1f151acf,
  challenge: 0x088eaa32,
  finish: 0x25432a91,
} as const;

/** The contract as `@ton/core` wraps one: `get…` asks, `send…` sends. */
export class TonChannel implements Contract {
  readonly address: Address;
  readonly init: StateInit & { readonly code: Cell; readonly data: Cell };

  constructor(scheme: TonScheme, channel: Channel) {
    this.init = scheme.init(channel);
    this.address = contractAddress(0, this.init);
  }

  /** One look at the contract's storage: everything in it is of the same moment. */
  async getLook(provider: ContractProvider): Promise<TonLook> {
    const { state, balance, last } = await provider.getState();
    const look = { deposit: 0n, balance, quarantine: undefined, lt: last?.lt ?? 0n };
    // Frozen is what was paid out long ago and could not pay for being stored.
    if (state.type === 'frozen') return { ...look, stage: 'closed' };
    if (state.type !== 'active' || state.data === undefined || state.data === null) return { ...look, stage: 'none' };
    const slice = cellOf(state.data).beginParse();
    const isOpen = slice.loadBit();
    const deposit = slice.loadCoins();
    slice.loadCoins();
    slice.skip(256 + 256 + 128);
    slice.loadRef();
    const committed = slice.loadUint(32) + slice.loadUint(32);
    // One that was closed can be opened again by anybody, but our states and the refund are too old for it: it is closed for us.
    if (committed > 0) return { ...look, stage: 'closed' };
    if (!isOpen) return { ...look, stage: 'none' };
    const shown = slice.loadMaybeRef()?.beginParse();
    if (shown === undefined) return { ...look, deposit, stage: 'open' };
    const sequence = Number(shown.loadUintBig(64));
    const sent = shown.loadCoins();
    shown.loadMaybeRef();
    shown.skip(64);
    shown.loadCoins();
    shown.loadMaybeRef();
    shown.skip(32);
    const byPayer = shown.loadBit();
    // Settling conditional payments leaves the last bit out.
    const isChallenged = shown.remainingBits > 0 && shown.loadBit();
    return { ...look, deposit, stage: 'quarantined', quarantine: { sequence, sent, byPayer, isChallenged } };
  }

  /** How far a closing by one side is: 2 while it can be answered, 3 while conditional payments are settled, 4 when it can be finished. */
  async getStage(provider: ContractProvider): Promise<number> {
    return (await provider.get('get_channel_state', [])).stack.readNumber();
  }

  /** The exit code of the message with this body, if it came after that logical time. */
  async getExitCode(provider: ContractProvider, body: Cell, after: bigint): Promise<number | undefined> {
    const { last } = await provider.getState();
    if (last === null || last.lt <= after) return undefined;
    const transactions = await provider.getTransactions(this.address, last.lt, last.hash, 16);
    const ours = transactions.find(({ lt, inMessage }) => lt > after && inMessage?.body.equals(body));
    if (ours === undefined || ours.description.type !== 'generic') return undefined;
    const { computePhase } = ours.description;
    return computePhase.type === 'vm' ? computePhase.exitCode : outOfGas;
  }

  async sendInternal(provider: ContractProvider, via: Sender, value: bigint, body: Cell): Promise<void> {
    await provider.internal(via, { value, body, bounce: true });
  }

  async sendExternal(provider: ContractProvider, body: Cell): Promise<void> {
    await provider.external(body);
  }
}

/** The contract with a network behind it. */
export interface OpenedTonChannel {
  getLook(): Promise<TonLook>;
  getStage(): Promise<number>;
  getExitCode(body: Cell, after: bigint): Promise<number | undefined>;
  sendInternal(via: Sender, value: bigint, body: Cell): Promise<unknown>;
  sendExternal(body: Cell): Promise<unknown>;
}

function cellOf(boc: Buffer): Cell {
  const [cell] = Cell.fromBoc(boc);
  if (cell === undefined)
    throw new ConnectionLost('The network gave a contract without storage.', { code: 'badAnswer' });
  return cell;
}
