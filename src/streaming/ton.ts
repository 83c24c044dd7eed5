/**
 * Statements as the payment-channel contract of TON verifies them: the 32-byte hash of a cell. The payer is the contract's A, the payee its B.
 *
 * What it must never do: give bytes for a state that the contract takes and can then never pay out. Three such cases are known, each of them held
 * against the contract in a test:
 *
 * - a state with more sent than was deposited: closing with it ends in exit 5, for ever;
 * - a state with `sent` plus the misbehavior fine above the deposit: the payee could not show it against an older one, since the fine, which is
 *   added to what was sent, would make it the case above. The last payment of all is no state but a `close`, and needs no room for the fine;
 * - sequence numbers above 2^32 - 2: the contract keeps the number plus one in 32 bits.
 *
 * Needs `@ton/core`, an optional peer dependency; this file and `adapters/ton*.ts` are all that load it.
 */
import { Address, beginCell, type Cell, contractAddress, type StateInit } from '@ton/core';
import { LocalMisuse } from '../errors.ts';
import { checkChannel, checkStanding, plain } from './plain.ts';
import type { Channel, Scheme, Standing, Statement } from './scheme.ts';

/** What the address of a channel depends on beside the channel itself: both sides must have agreed on it. */
export interface TonOptions {
  /**
   * The contract's code. It is not part of this library: its authors publish it (the "asynchronous payment channel" of
   * `ton-blockchain/payment-channels`), and the package `tonweb` has it as `PaymentChannel.codeHex`.
   */
  readonly code: Cell;
  /** Seconds in which the payee can answer a closing with a later state: it must look at the chain more often than that. */
  readonly quarantineDuration: number;
  /**
   * What a payer pays on top for closing with an older state, in nanotons. Every state leaves that much unpaid, so that it can be taken. Default: 0.
   */
  readonly misbehaviorFine?: bigint;
  /** Seconds in which conditional payments are settled. There are none here. Default: 0. */
  readonly conditionalCloseDuration?: number;
  /**
   * What lies in the channel beside the deposit, in nanotons: it pays for closing and for being stored, and the rest of it goes back to the payer.
   * A channel costs about 21,000,000 a year. Default: 100,000,000.
   */
  readonly excessFee?: bigint;
}

/** Statements that the contract verifies. A receipt is none; it is in the plain encoding. */
export type ChainStatement = Exclude<Statement, 'receipt'>;

/** The scheme, and what the adapter for the chain needs beside it. */
export interface TonScheme extends Scheme {
  readonly misbehaviorFine: bigint;
  readonly excessFee: bigint;
  /** The contract as it is deployed. Its hash is the address, so that a payee need not look into a contract that it finds there. */
  init(channel: Channel): StateInit & { readonly code: Cell; readonly data: Cell };
  /** The cell whose hash is signed. */
  cell(statement: ChainStatement, channel: Channel, standing: Standing): Cell;
}

const tags = { state: 0x43685374, close: 0x436c6f73 } as const;

/** The contract keeps the sequence number plus one, in 32 bits. */
const maxSequence = 2 ** 32 - 2;

/** Coins have at most 15 bytes. */
const bounds = { maxSequence, maxAmount: 2n ** 120n - 1n };

const numberOf = (digits: string) => BigInt(`0x${digits}`);

/** @throws LocalMisuse `badWallet` */
export function walletOf(wallet: string): Address {
  try {
    return Address.parse(wallet);
  } catch (cause) {
    throw new LocalMisuse(`"${wallet}" is not the address of a wallet on TON.`, { code: 'badWallet', cause });
  }
}

/** A side of the channel: its own sequence number, what it has sent, and no conditional payments. */
function side(sequence: number, sent: bigint) {
  return beginCell().storeUint(sequence, 64).storeCoins(sent).storeBit(false);
}

/** `semichannel_state#43685374`: one's own side, and what one knows of the other's. */
function semichannel({ id }: Channel, own: ReturnType<typeof side>, other: ReturnType<typeof side>): Cell {
  return beginCell()
    .storeUint(tags.state, 32)
    .storeUint(numberOf(id), 128)
    .storeBuilder(own)
    .storeMaybeRef(other.endCell())
    .endCell();
}

/** The payee's side never moves: it pays nothing back. */
const payeeSide = () => side(0, 0n);

/**
 * The scheme of the payment-channel contract.
 *
 * A `close` at sequence number 0 is signed with the contract's number 1, the lowest that it takes: it says the same as a close at 1 with the same
 * amounts. A deposit cannot grow: the contract knows no topping up once the channel is open.
 *
 * ```ts
 * const scheme = tonScheme({ code, quarantineDuration: 3_600 });
 * scheme.address(channel); // 'EQ…'
 * ```
 *
 * @throws LocalMisuse `badTerms` when a duration or an amount is not one
 */
export function tonScheme(options: TonOptions): TonScheme {
  const {
    code,
    quarantineDuration,
    misbehaviorFine = 0n,
    conditionalCloseDuration = 0,
    excessFee = 100_000_000n,
  } = options;
  const isSeconds = (value: number) => Number.isInteger(value) && value >= 0 && value < 2 ** 32;
  const isCoins = (value: bigint) => value >= 0n && value <= bounds.maxAmount;
  if (
    ![quarantineDuration, conditionalCloseDuration].every(isSeconds) ||
    ![misbehaviorFine, excessFee].every(isCoins)
  ) {
    throw new LocalMisuse('The terms of a channel on TON are whole seconds and nanotons that are not negative.', {
      code: 'badTerms',
    });
  }
  const closing = beginCell()
    .storeUint(quarantineDuration, 32)
    .storeCoins(misbehaviorFine)
    .storeUint(conditionalCloseDuration, 32)
    .endCell();

  /** The contract's storage before it is opened: balances and committed sequence numbers are 0, nobody closes. */
  function init(channel: Channel) {
    checkChannel(channel);
    const { id, payer, payee } = channel;
    const payments = beginCell()
      .storeCoins(excessFee)
      .storeAddress(walletOf(payer.wallet))
      .storeAddress(walletOf(payee.wallet))
      .endCell();
    const data = beginCell()
      .storeBit(false)
      .storeCoins(0n)
      .storeCoins(0n)
      .storeUint(numberOf(payer.publicKey), 256)
      .storeUint(numberOf(payee.publicKey), 256)
      .storeUint(numberOf(id), 128)
      .storeRef(closing)
      .storeUint(0, 32)
      .storeUint(0, 32)
      .storeBit(false)
      .storeRef(payments)
      .endCell();
    return { code, data };
  }

  function cell(statement: ChainStatement, channel: Channel, standing: Standing): Cell {
    checkChannel(channel);
    const { sent, rest } = checkStanding(statement, standing, bounds);
    const { sequence } = standing;
    switch (statement) {
      case 'state':
        return semichannel(channel, side(sequence, sent), payeeSide());
      case 'refund':
        return semichannel(channel, payeeSide(), side(0, 0n));
      case 'close':
        // Both numbers must be above what was committed, which is 0 (exit 108).
        return beginCell()
          .storeUint(tags.close, 32)
          .storeUint(numberOf(channel.id), 128)
          .storeCoins(rest)
          .storeCoins(sent)
          .storeUint(Math.max(sequence, 1), 64)
          .storeUint(1, 64)
          .endCell();
    }
  }

  return {
    name: 'ton',
    maxSequence,
    canTopUp: false,
    misbehaviorFine,
    excessFee,
    init,
    cell,
    address: (channel) => contractAddress(0, init(channel)).toString(),
    bytes(statement, channel, standing) {
      if (statement === 'receipt') {
        checkStanding(statement, standing, bounds);
        return plain.bytes(statement, channel, standing);
      }
      const signed = cell(statement, channel, standing);
      if (statement === 'state' && BigInt(standing.sent) + misbehaviorFine > BigInt(standing.deposit)) {
        const { sent, deposit } = standing;
        throw new LocalMisuse(
          `A state with ${sent} of ${deposit} leaves no room for the fine of ${misbehaviorFine} and could not be settled against an older one. Close the channel, or pay all that is left.`,
          { code: 'noRoomForFine' },
        );
      }
      return Uint8Array.from(signed.hash());
    },
  };
}
