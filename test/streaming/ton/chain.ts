/**
 * A chain of one's own: the real contract in `@ton/sandbox`, with a payer and a payee that reach it through the library only. Its time is a simulated
 * clock's, so a quarantine takes no time at all.
 */
import { beginCell, Cell, toNano } from '@ton/core';
import { Blockchain, type BlockchainTransaction, type SandboxContract, type TreasuryContract } from '@ton/sandbox';
import { TonChannel, TonSettlement, type TonSettlementOptions } from '../../../adapters/ton.ts';
import { toHex } from '../../../src/bytes.ts';
import { freshSigner } from '../../../src/keys/index.ts';
import { hex, systemRandom } from '../../../src/random.ts';
import type { Signer } from '../../../src/signer.ts';
import type { Channel, Standing, Statement } from '../../../src/streaming/scheme.ts';
import type { Proof, Sight } from '../../../src/streaming/settlement.ts';
import { type TonOptions, type TonScheme, tonScheme } from '../../../src/streaming/ton.ts';
import { SimulatedClock } from '../../../src/testing/clock.ts';
import { tonweb } from '../../interop/streaming/tonweb.ts';

export { installTimeout } from '../../interop/install.ts';

/** The terms of a test's channel: a quarantine of ten minutes, and a fine of half a ton. */
export const terms = { quarantineDuration: 600, misbehaviorFine: toNano('0.5') } as const;

/** What the chain takes for carrying a payout; it comes off the payout. */
export const forwarding = 400_000n;

export const ton = (amount: string) => `${toNano(amount)}`;

export async function contractCode(): Promise<Cell> {
  const { PaymentChannel } = await tonweb();
  return Cell.fromHex(PaymentChannel.codeHex);
}

const secondsOf = (clock: SimulatedClock) => Math.floor(clock.now() / 1_000);

/** One side: its key, its wallet and its place of settlement. */
export interface ChainParty {
  readonly signer: Signer;
  readonly wallet: SandboxContract<TreasuryContract>;
  readonly settlement: TonSettlement;
}

export class Chain {
  readonly clock: SimulatedClock;
  readonly blockchain: Blockchain;
  readonly scheme: TonScheme;
  readonly payer: ChainParty;
  readonly payee: ChainParty;
  readonly channel: Channel;

  private constructor(parts: Pick<Chain, 'clock' | 'blockchain' | 'scheme' | 'payer' | 'payee' | 'channel'>) {
    ({
      clock: this.clock,
      blockchain: this.blockchain,
      scheme: this.scheme,
      payer: this.payer,
      payee: this.payee,
      channel: this.channel,
    } = parts);
  }

  static async start(options: Partial<TonOptions & Pick<TonSettlementOptions, 'patience'>> = {}): Promise<Chain> {
    const clock = new SimulatedClock(1_700_000_000_000);
    const blockchain = await Blockchain.create();
    blockchain.now = secondsOf(clock);
    // The sandbox compares hashes by identity, so it finds no transaction by its hash; a network's client does, and gives the newest first.
    const all = blockchain.getTransactions.bind(blockchain);
    blockchain.getTransactions = async (address) =>
      (await all(address)).sort((one, other) => Number(other.lt - one.lt));
    const scheme = tonScheme({ code: await contractCode(), ...terms, ...options });
    const party = async (name: string): Promise<ChainParty> => {
      const signer = await freshSigner();
      const wallet = await blockchain.treasury(name);
      const settlement = new TonSettlement({
        scheme,
        open: (contract) => blockchain.openContract(contract),
        sender: wallet.getSender(),
        signer,
        clock,
        interval: 20_000,
        ...(options.patience === undefined ? {} : { patience: options.patience }),
      });
      return { signer, wallet, settlement };
    };
    const [payer, payee] = [await party('payer'), await party('payee')];
    const named = ({ signer, wallet }: ChainParty) => ({
      publicKey: toHex(signer.publicKey),
      wallet: wallet.address.toString(),
    });
    const channel = { id: hex(systemRandom.bytes(16)), payer: named(payer), payee: named(payee) };
    const chain = new Chain({ clock, blockchain, scheme, payer, payee, channel });
    return chain;
  }

  /** Lets time pass until the promise is settled. */
  async settled<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const end = () => {
      isSettled = true;
    };
    promise.then(end, end);
    while (!isSettled) await this.step();
    return promise;
  }

  /** Lets everybody do what can be done now, then turns the clock to the next timer. */
  async step(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    this.clock.next();
    this.blockchain.now = secondsOf(this.clock);
  }

  async sign(party: ChainParty, statement: Statement, standing: Standing): Promise<string> {
    const bytes = this.scheme.bytes(statement, this.channel, standing);
    return toHex(await party.signer.sign(bytes, new AbortController().signal));
  }

  /** What both sides hold after a payment: the payer's state, and the payee's refund. */
  async paid(deposit: string, sequence: number, sent: string): Promise<Proof> {
    const standing = { deposit, sequence, sent };
    const payerSignature = sequence === 0 ? '' : await this.sign(this.payer, 'state', standing);
    return { standing, payerSignature, payeeSignature: await this.refund(deposit) };
  }

  refund(deposit: string): Promise<string> {
    return this.sign(this.payee, 'refund', { deposit, sequence: 0, sent: '0' });
  }

  /** What both sides hold when they have agreed to close. */
  async agreed(deposit: string, sequence: number, sent: string): Promise<Proof> {
    const standing = { deposit, sequence, sent };
    const [payerSignature, payeeSignature] = await Promise.all([
      this.sign(this.payer, 'close', standing),
      this.sign(this.payee, 'close', standing),
    ]);
    return { standing, payerSignature, payeeSignature };
  }

  /** The contract itself, past the library. */
  contract() {
    return this.blockchain.openContract(new TonChannel(this.scheme, this.channel));
  }

  /**
   * Begins to close alone, or answers, past the library: with any state of the payer's, whether or not the library would sign it.
   * @returns the contract's exit code
   */
  async show(
    by: ChainParty,
    what: 'start' | 'challenge',
    { sequence, sent }: { readonly sequence: bigint; readonly sent: bigint },
    forged: { readonly payer?: (signature: Buffer) => Buffer; readonly payee?: (signature: Buffer) => Buffer } = {},
  ): Promise<number> {
    const side = (at: bigint, coins: bigint) => beginCell().storeUint(at, 64).storeCoins(coins).storeBit(false);
    const state = (own: ReturnType<typeof side>) =>
      beginCell()
        .storeUint(0x43685374, 32)
        .storeUint(BigInt(`0x${this.channel.id}`), 128)
        .storeBuilder(own)
        .storeMaybeRef(side(0n, 0n).endCell())
        .endCell();
    const signed = async (party: ChainParty, cell: Cell, forge = (signature: Buffer) => signature) => {
      const signature = await party.signer.sign(Uint8Array.from(cell.hash()), new AbortController().signal);
      return beginCell()
        .storeBuffer(forge(Buffer.from(signature)))
        .storeSlice(cell.beginParse())
        .endCell();
    };
    const body = beginCell()
      .storeUint(what === 'start' ? 0x556e436c : 0x43686751, 32)
      .storeUint(BigInt(`0x${this.channel.id}`), 128)
      .storeRef(await signed(this.payer, state(side(sequence, sent)), forged.payer))
      .storeRef(await signed(this.payee, state(side(0n, 0n)), forged.payee))
      .endCell();
    const root = await by.signer.sign(Uint8Array.from(body.hash()), new AbortController().signal);
    const message = beginCell()
      .storeUint(what === 'start' ? 0x1f151acf : 0x088eaa32, 32)
      .storeBit(by === this.payer)
      .storeBuffer(Buffer.from(root))
      .storeSlice(body.beginParse())
      .endCell();
    await this.contract().sendInternal(by.wallet.getSender(), toNano('0.05'), message);
    return this.lastExitCode();
  }

  /** Tries to finish a closing past the library. @returns the contract's exit code */
  async finish(): Promise<number> {
    const body = beginCell().storeUint(0x25432a91, 32).endCell();
    await this.contract().sendInternal(this.payee.wallet.getSender(), toNano('0.05'), body);
    return this.lastExitCode();
  }

  async lastExitCode(): Promise<number> {
    const description = (await this.transactions()).at(-1)?.description;
    return description?.type === 'generic' && description.computePhase.type === 'vm'
      ? description.computePhase.exitCode
      : -1;
  }

  /** Lets this many seconds pass. */
  pass(seconds: number): void {
    this.clock.advance(seconds * 1_000);
    this.blockchain.now = secondsOf(this.clock);
  }

  /** The contract's transactions, oldest first. */
  async transactions(): Promise<BlockchainTransaction[]> {
    return (await this.blockchain.getTransactions(this.contract().address)).reverse();
  }

  /** The gas that each message to the contract has used. */
  async gas(): Promise<bigint[]> {
    return (await this.transactions()).map(({ description }) =>
      description.type === 'generic' && description.computePhase.type === 'vm' ? description.computePhase.gasUsed : 0n,
    );
  }

  /** What the contract has sent to a side. */
  async payout({ wallet }: ChainParty): Promise<bigint> {
    let paid = 0n;
    for (const { outMessages } of await this.transactions()) {
      for (const { info } of outMessages.values()) {
        if (info.type === 'internal' && !info.bounced && info.dest.equals(wallet.address)) paid += info.value.coins;
      }
    }
    return paid;
  }

  /** What a watch has told. */
  watched(party: ChainParty): (Sight & { readonly sent?: string })[] {
    const seen: (Sight & { readonly sent?: string })[] = [];
    party.settlement.watch(this.channel, (sight) => seen.push(sight));
    return seen;
  }
}
