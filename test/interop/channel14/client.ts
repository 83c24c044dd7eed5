/** The client that somebody else wrote, as it is today: `@aeternity/aepp-sdk` 14.1.1, which speaks JSON-RPC. */
import { sha256 } from '@noble/hashes/sha2.js';
import { base58 } from '@scure/base';
import { installed } from '../install.ts';

export type Role = 'initiator' | 'responder';

interface Details {
  readonly updates?: readonly Readonly<Record<string, unknown>>[];
}

/** A signed transaction; a number, or null, does not sign and says why. */
export type Answer = string | number | null;
type Sign = (tx: string, details?: Details) => Promise<Answer>;

export interface Changed {
  readonly accepted: boolean;
  readonly signedTx?: string;
  readonly errorCode?: number;
  readonly errorMessage?: string;
}

type Amount = number | string | bigint;

/** A channel as the SDK gives it out. */
export interface SdkChannel {
  on(event: 'statusChanged', listener: (status: string) => void): void;
  on(event: 'stateChanged', listener: (tx: string) => void): void;
  on(event: 'onChainTx', listener: (tx: string, details: { readonly info: string }) => void): void;
  on(event: 'message', listener: (message: Readonly<Record<string, unknown>> | string) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  update(from: string, to: string, amount: Amount, sign: Sign, meta?: readonly string[]): Promise<Changed>;
  deposit(amount: Amount, sign: Sign, told?: Readonly<Record<string, () => void>>): Promise<Changed>;
  withdraw(amount: Amount, sign: Sign, told?: Readonly<Record<string, () => void>>): Promise<Changed>;
  /** Read already. */
  poi(asked: { readonly accounts: readonly string[] }): Promise<object>;
  balances(accounts: readonly string[]): Promise<Readonly<Record<string, string | number>>>;
  sendMessage(message: string, recipient: string): Promise<void>;
  leave(): Promise<{ readonly channelId: string; readonly signedTx: string }>;
  shutdown(sign: Sign): Promise<string>;
  state(): Promise<{ readonly signedTx: { readonly encodedTx: { readonly tag: number } } | null }>;
  status(): string;
  round(): number | null;
  id(): string;
  fsmId(): string;
  disconnect(): void;
}

export interface SdkOptions {
  readonly url: string;
  readonly role: Role;
  readonly initiatorId: string;
  readonly responderId: string;
  readonly pushAmount: Amount;
  readonly initiatorAmount: Amount;
  readonly responderAmount: Amount;
  readonly channelReserve: Amount;
  readonly host?: string;
  readonly port: number;
  readonly lockPeriod: number;
  readonly minimumDepth?: number;
  readonly minimumDepthStrategy?: 'plain';
  readonly existingChannelId?: string;
  readonly existingFsmId?: string;
  readonly reestablish?: boolean;
  /** Of a responder; it goes into the query, as everything does. Nodes take it for true where it is not said. */
  readonly keepRunning?: boolean;
  readonly sign: (tag: string, tx: string, details?: Details) => Promise<Answer>;
}

/** A key of the SDK's own. */
export interface Account {
  readonly address: string;
  signTransaction(tx: string, options: { readonly networkId: string }): Promise<string>;
}

/** What a transaction became. */
interface Sent {
  readonly blockHeight: number;
  readonly hash: string;
}

/** What an app has of the chain. */
interface AeSdk {
  buildTx(fields: object): Promise<string>;
  sendTransaction(tx: string, options: { readonly onAccount: Account }): Promise<Sent>;
  getBalance(account: string): Promise<string>;
  getHeight(): Promise<number>;
  awaitHeight(height: number): Promise<number>;
}

interface Node {
  postTransaction(body: { readonly tx: string }): Promise<{ readonly txHash: string }>;
  getChannelByPubkey(channel: string): Promise<Readonly<Record<string, unknown>>>;
}

export interface Sdk {
  readonly Channel: { initialize(options: SdkOptions): Promise<SdkChannel> };
  readonly MemoryAccount: {
    new (secretKey: string): Account;
    generate(): Account;
  };
  readonly Node: new (url: string) => Node;
  readonly AeSdk: new (options: object) => AeSdk;
  readonly Tag: Readonly<Record<string, number>>;
  /** A proof of inclusion as the SDK puts it into a transaction. */
  unpackEntry(text: string): object;
  unpackTx(tx: string): { readonly tag: number; readonly encodedTx: Readonly<Record<string, unknown>> };
}

/** Loads the SDK from its own install. */
export async function sdk(): Promise<Sdk> {
  const require = await installed('channel14');
  return require('@aeternity/aepp-sdk');
}

/** An account of the SDK's whose seed is this byte, 32 times. */
export async function accountOf(byte: number): Promise<Account> {
  const { MemoryAccount } = await sdk();
  const seed = new Uint8Array(32).fill(byte);
  const check = sha256(sha256(seed)).subarray(0, 4);
  return new MemoryAccount(`sk_${base58.encode(Uint8Array.of(...seed, ...check))}`);
}

export const networkId = 'ae_devnet';

/** What both have agreed on, as the SDK's own tests have it. */
export const terms = {
  pushAmount: 10_000_000_000_000,
  initiatorAmount: 500_000_000_000_000,
  responderAmount: 500_000_000_000_000,
  channelReserve: 0,
  port: 3114,
  lockPeriod: 1,
  minimumDepth: 0,
} as const;
