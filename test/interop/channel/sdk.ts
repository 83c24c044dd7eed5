/**
 * The client that somebody else wrote: `@aeternity/aepp-sdk` 1.3.2, the last of its versions that speaks the protocol of the text, as the node of that
 * time spoke it.
 */
import { toHex } from '../../../src/bytes.ts';
import type { Era } from '../../../src/channel/encoding.ts';
import { alice, bob, type Person, signed } from '../../channel/node/world.ts';
import { installed } from '../install.ts';

type Sign = (tx: string) => Promise<string>;

/** A channel as the SDK gives it out. */
export interface SdkChannel {
  on(event: 'statusChanged', listener: (status: string) => void): void;
  on(event: 'stateChanged', listener: (tx: string) => void): void;
  on(event: 'onChainTx', listener: (tx: string) => void): void;
  on(event: 'message', listener: (message: Readonly<Record<string, unknown>>) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  update(
    from: string,
    to: string,
    amount: number,
    sign: Sign,
  ): Promise<{ readonly accepted: boolean; readonly state?: string }>;
  sendMessage(message: string, recipient: string): void;
  leave(): Promise<{ readonly channelId: string; readonly state: string }>;
  shutdown(sign: Sign): Promise<string>;
}

export interface SdkOptions {
  readonly url: string;
  readonly role: 'initiator' | 'responder';
  readonly initiatorId: string;
  readonly responderId: string;
  readonly pushAmount: number;
  readonly initiatorAmount: number;
  readonly responderAmount: number;
  readonly channelReserve: number;
  readonly ttl: number;
  readonly host: string;
  readonly port: number;
  readonly lockPeriod: number;
  readonly existingChannelId?: string;
  readonly offchainTx?: string;
  readonly sign: (tag: string, tx: string) => Promise<string | null>;
}

interface Sdk {
  readonly Channel: (options: SdkOptions) => Promise<SdkChannel>;
  readonly MemoryAccount: (options: {
    readonly keypair: { readonly secretKey: string; readonly publicKey: string };
    readonly networkId: string;
  }) => { signTransaction(tx: string): Promise<string> };
}

/** Loads the SDK from its own install. */
export async function sdk(): Promise<Sdk> {
  const require = await installed('channel');
  return require('@aeternity/aepp-sdk');
}

/** How a person signs: with the SDK's own account where that knows the encoding, and by our own hand where it does not. */
export function signerOf({ MemoryAccount }: Sdk, person: Person, seed: number, era: Era): Sign {
  if (era === 'legacy') return (tx) => signed(tx, person);
  const secretKey = toHex(Uint8Array.of(...new Uint8Array(32).fill(seed), ...person.signer.publicKey));
  const account = MemoryAccount({ keypair: { secretKey, publicKey: person.modern }, networkId: 'ae_devnet' });
  return (tx) => account.signTransaction(tx);
}

/** One end of a channel, and all that it has told so far. */
export class SdkParty {
  readonly channel: SdkChannel;
  readonly sign: Sign;
  readonly address: string;
  readonly statuses: string[] = [];
  readonly states: string[] = [];
  readonly onChain: string[] = [];
  readonly messages: Readonly<Record<string, unknown>>[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(channel: SdkChannel, sign: Sign, address: string) {
    this.channel = channel;
    this.sign = sign;
    this.address = address;
    const noted =
      <Item>(list: Item[]) =>
      (item: Item) => {
        list.push(item);
        for (const check of this.#waiting) check();
      };
    channel.on('statusChanged', noted(this.statuses));
    channel.on('stateChanged', noted(this.states));
    channel.on('onChainTx', noted(this.onChain));
    channel.on('message', noted(this.messages));
  }

  /** Resolves when what is looked for is so, at once or at the next thing that is told. */
  until(isSo: (party: SdkParty) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!isSo(this)) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** Pays the other, or asks to be paid. */
  update(from: SdkParty, to: SdkParty, amount: number, sign: Sign = this.sign) {
    return this.channel.update(from.address, to.address, amount, sign);
  }
}

export const terms = {
  pushAmount: 3,
  initiatorAmount: 10,
  responderAmount: 10,
  channelReserve: 2,
  ttl: 1000,
  host: 'localhost',
  port: 3333,
  lockPeriod: 10,
};

export interface PairOptions {
  readonly url: string;
  readonly era: Era;
  readonly more?: Partial<SdkOptions>;
  /** The responder's own way to sign what it is asked to. */
  readonly answers?: (tag: string, tx: string, sign: Sign) => Promise<string | null>;
}

/** Two ends that have asked for the same channel. */
export async function pair({
  url,
  era,
  more = {},
  answers = (_, tx, sign) => sign(tx),
}: PairOptions): Promise<readonly [SdkParty, SdkParty]> {
  const loaded = await sdk();
  const party = async (role: 'initiator' | 'responder', person: Person, seed: number) => {
    const sign = signerOf(loaded, person, seed, era);
    const channel = await loaded.Channel({
      ...terms,
      url,
      role,
      initiatorId: alice[era],
      responderId: bob[era],
      sign: (tag, tx) => (role === 'responder' ? answers(tag, tx, sign) : sign(tx)),
      ...more,
    });
    return new SdkParty(channel, sign, person[era]);
  };
  return [await party('initiator', alice, 1), await party('responder', bob, 2)];
}
