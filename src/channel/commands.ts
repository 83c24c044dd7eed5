/**
 * The commands of a channel's app. Those that begin something wait for their turn, one after the other; all of them wait for their end.
 *
 * What it must never do: leave a command without an end. It is the notice of the machine, a refusal, the deadline, or the end of the channel.
 */
import type { PartyEmitted, PartyEvent } from '../../machines/channel/party/types.ts';
import type { Clock, TimerHandle } from '../clock.ts';
import { ConnectionLost, DeadlinePassed, LimitReached, LocalMisuse } from '../errors.ts';
import type { NoticesOf } from '../role.ts';

type Notice = NoticesOf<PartyEmitted>;

/** What is settled by its id. */
export type Command = PartyEvent & { readonly id: string };

export interface CommandsOptions {
  readonly clock: Clock;
  /** Commands that may wait for their turn. */
  readonly most: number;
  /** @returns whether anybody listens */
  readonly tell: (command: Command) => boolean;
}

/** A command that waits for its end. */
interface Waiting {
  readonly command: Command;
  readonly resolve: (notice: Notice) => void;
  readonly reject: (error: Error) => void;
  readonly deadline: TimerHandle;
  /** Whether the line has broken since it began. */
  isCut: boolean;
}

/** The commands of one channel. */
export class Commands {
  readonly #options: CommandsOptions;
  readonly #waiting = new Map<string, Waiting>();
  /** Updates and the closing, one after the other. */
  readonly #queue: string[] = [];
  #isReady = false;
  /** What our app wants has been told, and was not sent. */
  #isBeginning = false;
  #over: Error | undefined;

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  has(id: string): boolean {
    return this.#waiting.has(id);
  }

  /** Tells a command now. @param patience milliseconds until it has come to nothing */
  atOnce(command: Command, patience: number): Promise<Notice> {
    const { id } = command;
    const end = this.#await(command, patience);
    if (this.has(id) && !this.#options.tell(command))
      this.reject(id, new ConnectionLost('The channel is over.', { code: 'over' }));
    return end;
  }

  /** Tells a command once nothing else is under way. @param patience milliseconds until it has come to nothing, the waiting included */
  inTurn(command: Command, patience: number): Promise<Notice> {
    const { id } = command;
    if (this.#queue.length >= this.#options.most) {
      return Promise.reject(new LimitReached('Too many commands wait for their turn.', { code: 'queueFull' }));
    }
    const end = this.#await(command, patience);
    if (this.has(id)) {
      this.#queue.push(id);
      this.#pump();
    }
    return end;
  }

  /** Nothing is under way. @returns whether nothing waited for that */
  ready(): boolean {
    this.#isReady = true;
    this.#pump();
    return this.#isReady;
  }

  /** The line is broken: nobody gets a turn until it is `ready` again. */
  hold(): void {
    this.#isReady = false;
    for (const [id, waiting] of this.#waiting) if (!this.#queue.includes(id)) waiting.isCut = true;
  }

  /** Whether the line has broken since this command began. */
  isCut(id: string): boolean {
    return this.#waiting.get(id)?.isCut === true;
  }

  /** Whether what the machine sends now was begun here, and not by a process that is gone. Once for each turn. */
  takeBeginning(): boolean {
    const isBeginning = this.#isBeginning;
    this.#isBeginning = false;
    return isBeginning;
  }

  resolve(id: string, notice: Notice): void {
    this.#take(id)?.resolve(notice);
  }

  reject(id: string, error: Error): void {
    this.#take(id)?.reject(error);
  }

  /** Nobody gets a turn any more. */
  rejectQueued(error: Error): void {
    for (const id of this.#queue.splice(0)) this.reject(id, error);
  }

  /** The machine was just leaving the state that would have taken the command: it waits for the next turn. What has no turn is refused. */
  misused(id: string, state: string): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    const hasTurn = waiting.command.type !== 'command.message' && /^(open|closing)\b/.test(state);
    if (hasTurn) this.#queue.unshift(id);
    else this.reject(id, new LocalMisuse(`The channel is ${state}: not now.`, { code: 'notNow' }));
  }

  /** Nothing more can come of any command. */
  end(error: Error): void {
    this.#over ??= error;
    this.#isReady = false;
    for (const id of [...this.#waiting.keys()]) this.reject(id, this.#over);
  }

  #await(command: Command, patience: number): Promise<Notice> {
    const { id } = command;
    if (this.#over !== undefined) return Promise.reject(this.#over);
    return new Promise((resolve, reject) => {
      const deadline = this.#options.clock.set(
        () => this.reject(id, new DeadlinePassed('The command was not carried out in time.', { code: 'noTurn' })),
        patience,
      );
      this.#waiting.set(id, { command, resolve, reject, deadline, isCut: false });
    });
  }

  #pump(): void {
    while (this.#isReady) {
      const id = this.#queue.shift();
      if (id === undefined) return;
      const next = this.#waiting.get(id);
      if (next === undefined) continue;
      this.#isReady = false;
      this.#isBeginning = true;
      this.#options.tell(next.command);
    }
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(id);
    this.#options.clock.clear(waiting.deadline);
    return waiting;
  }
}
