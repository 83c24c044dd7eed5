/**
 * The part of tonweb that knows payment channels: the oracle for what is signed and where a channel lies, and the contract's code.
 *
 * In `package.json` its optional dependencies, React Native and what belongs to it (870 packages), are overridden with a package that is there anyway.
 */
import { installed } from '../install.ts';

/** tonweb's numbers (bn.js). */
export interface BigNumber {
  toString(): string;
}

export interface TonwebState {
  readonly balanceA: BigNumber;
  readonly balanceB: BigNumber;
  readonly seqnoA: BigNumber;
  readonly seqnoB: BigNumber;
}

/** One side of a channel, as tonweb has it. */
export interface TonwebChannel {
  getAddress(): Promise<{ toString(friendly: boolean, urlSafe: boolean, bounceable: boolean): string }>;
  signState(state: TonwebState): Promise<Uint8Array>;
  verifyState(state: TonwebState, signature: Uint8Array): Promise<boolean>;
  signClose(state: TonwebState): Promise<Uint8Array>;
  verifyClose(state: TonwebState, signature: Uint8Array): Promise<boolean>;
}

export interface TonwebChannelOptions {
  readonly isA: boolean;
  readonly channelId: BigNumber;
  readonly myKeyPair: { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };
  readonly hisPublicKey: Uint8Array;
  readonly initBalanceA: BigNumber;
  readonly initBalanceB: BigNumber;
  readonly addressA: object;
  readonly addressB: object;
  readonly closingConfig: {
    readonly quarantineDuration: number;
    readonly misbehaviorFine: BigNumber;
    readonly conditionalCloseDuration: number;
  };
  readonly excessFee: BigNumber;
}

export interface Tonweb {
  readonly PaymentChannel: {
    new (provider: null, options: TonwebChannelOptions): TonwebChannel;
    /** The contract, as a bag of cells. */
    readonly codeHex: string;
  };
  readonly BN: new (digits: string, base: number) => BigNumber;
  readonly Address: new (address: string) => object;
  readonly keyPairFromSeed: (seed: Uint8Array) => { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };
}

/** Loads the payment channels only: all of tonweb takes ten times as long. */
export async function tonweb(): Promise<Tonweb> {
  const require = await installed('streaming');
  return { ...require('tonweb/src/contract/payments'), ...require('tonweb/src/utils') };
}
