/**
 * A party's line to its node: what the machine says goes out as frames, what the node says comes in as events, in the order in which it came. Looking at
 * signatures takes time, and whatever came later waits for it.
 */
import type { Dialect, ToNode } from '../../machines/channel/messages.ts';
import { ping } from '../../machines/channel/party/rules/said.ts';
import type { PartyEvent, PartyInput, Return } from '../../machines/channel/party/types.ts';
import { Connector } from '../connector.ts';
import type { Host } from '../host.ts';
import type { Connect } from '../transport.ts';
import { type ChannelOptions, urlOf } from './options.ts';
import { Pulse } from './pulse.ts';
import type { Seen } from './seen.ts';
import { encodeToNode, isShowing, partyEvent } from './wire.ts';

type Frame = string | Uint8Array;

/** Larger than any transaction, smaller than what could hurt. */
const maxFrame = 262_144;

export interface LineOptions {
  readonly connect: Connect<Frame>;
  readonly options: ChannelOptions;
  readonly input: PartyInput;
  readonly host: Host;
  /** Whether both have signed what the node shows. */
  readonly look: (seen: Seen) => Promise<boolean>;
  readonly tell: (event: PartyEvent) => void;
}

/** One party's connection. It has none until one is asked for. */
export class Line {
  readonly #connector: Connector<Frame>;
  readonly #dialect: Dialect;
  readonly #look: LineOptions['look'];
  readonly #tell: LineOptions['tell'];
  readonly #report: (error: unknown) => void;
  /** Only in the dialect that has one. */
  readonly #pulse: Pulse | undefined;
  #comesBack: Return | null = null;
  /** Frames and facts in the order in which they came. */
  readonly #arrived: (() => void | Promise<void>)[] = [];
  #isArriving = false;

  /** @throws LocalMisuse `badUrl` */
  constructor({ connect, options, input, host, look, tell }: LineOptions) {
    const { backoff, dialect = 'text', pulse } = options;
    const { clock, random, report } = host;
    this.#dialect = dialect;
    this.#look = look;
    this.#tell = tell;
    this.#report = report;
    if (dialect === 'rpc') {
      this.#pulse = new Pulse({
        clock,
        every: pulse ?? 10_000,
        ask: () => this.send(ping),
        dead: () => this.#connector.terminate(),
      });
    }
    urlOf(options, input.era);
    this.#connector = new Connector({
      url: () => urlOf(options, input.era, this.#comesBack),
      connect,
      clock,
      random,
      maxFrame,
      timeout: input.answerTimeout,
      ...(backoff === undefined ? {} : { backoff }),
      frame: (frame) => this.#arrive(() => this.#frame(frame)),
      fact: (fact) => {
        if (fact.type === 'connection.opened') this.#pulse?.start();
        else this.#pulse?.stop();
        this.#arrive(() => this.#tell(fact));
      },
    });
  }

  /** Tries to connect. @param comesBack as whom; null: with the terms of the channel */
  request(attempt: number, comesBack: Return | null): void {
    this.#comesBack = comesBack;
    this.#connector.request(attempt);
  }

  /** Gives up the try that is under way. */
  withdraw(): void {
    this.#connector.withdraw();
  }

  /** @param told whether it has left */
  send(message: ToNode, told?: (ok: boolean) => void): void {
    this.#connector.send(encodeToNode(message, this.#dialect), told);
  }

  close(code: number, reason: string): void {
    this.#connector.close(code, reason);
  }

  /** Nobody is interested any more. */
  stop(): void {
    this.#pulse?.stop();
  }

  /** Whatever the line brings, one after the other. */
  #arrive(item: () => void | Promise<void>): void {
    this.#arrived.push(item);
    if (!this.#isArriving) void this.#takeArrived();
  }

  async #takeArrived(): Promise<void> {
    this.#isArriving = true;
    for (let item = this.#arrived.shift(); item !== undefined; item = this.#arrived.shift()) {
      try {
        const done = item();
        if (done !== undefined) await done;
      } catch (error) {
        this.#report(error);
      }
    }
    this.#isArriving = false;
  }

  #frame(frame: Frame): void | Promise<void> {
    this.#pulse?.start();
    const event = partyEvent(frame, this.#dialect);
    if (!isShowing(event)) return this.#tell(event);
    return this.#look(event.seen).then((isCoSigned) => this.#tell({ ...event, isCoSigned }));
  }
}
