/** The client of today that somebody else wrote: `@aeternity/aepp-sdk` 14, as far as it talks to a node's chain. */
import { installed } from '../install.ts';

/** A key of the SDK's own. */
export interface SdkAccount {
  readonly address: string;
  signTransaction(tx: string, options: { readonly networkId: string }): Promise<string>;
}

/** What a transaction became. */
export interface SdkSent {
  readonly blockHeight: number;
  readonly hash: string;
}

/** What an app has of the chain. */
export interface SdkApp {
  buildTx(fields: object): Promise<string>;
  sendTransaction(tx: string, options: { readonly onAccount: SdkAccount }): Promise<SdkSent>;
  getBalance(account: string): Promise<string>;
  getHeight(): Promise<number>;
  awaitHeight(height: number): Promise<number>;
}

/** What is used of the SDK. */
export interface ChainSdk {
  readonly AeSdk: new (options: object) => SdkApp;
  readonly Node: new (
    url: string,
    options?: { readonly retryCount: number },
  ) => {
    postTransaction(body: { readonly tx: string }): Promise<{ readonly txHash: string }>;
    getChannelByPubkey(channel: string): Promise<Readonly<Record<string, unknown>>>;
  };
  readonly MemoryAccount: { generate(): SdkAccount };
  readonly Tag: Readonly<Record<string, number>>;
  /** A proof of inclusion as the SDK puts it into a transaction. */
  unpackEntry(text: string): object;
}

/** Loads the SDK from its own install. */
export async function sdk14(): Promise<ChainSdk> {
  const require = await installed('channel14');
  return require('@aeternity/aepp-sdk');
}
