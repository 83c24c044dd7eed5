/** The channel of a directory, taken up for one command: what that waits for is said when it takes long, and why it came to nothing at its end. */
import type { ChannelNotice } from '../channel/index.ts';
import { type DataOptions, termsIn } from './channelKept.ts';
import { sayNotice, sayState } from './channelSay.ts';
import { obey, take } from './channelTake.ts';
import { exitCodes, interruption, say } from './terminal.ts';

/** Milliseconds after which somebody wonders. */
const long = 1_000;

/** Says what is waited for, once it has taken long. */
class Waiting {
  readonly #isJson: boolean;
  #timer: NodeJS.Timeout | undefined;

  constructor(isJson: boolean) {
    this.#isJson = isJson;
  }

  /** From now on for this, and no longer for what was before. */
  for(what: string): void {
    this.end();
    this.#timer = setTimeout(() => say(this.#isJson, { waiting: what }, `  waits for ${what}`), long);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

const blocks = 'the blocks on top of it';
const certainty = 'a later state, or for the chain, to make it certain';

/** Carries out one line in the channel of a directory. */
export async function once(line: string, { data, json }: DataOptions): Promise<void> {
  const isJson = json === true;
  const terms = await termsIn(data);
  const waiting = new Waiting(isJson);
  const notify = (notice: ChannelNotice) => {
    if (notice.type === 'progress' && notice.step === 'on_chain_tx') waiting.for(blocks);
    if (notice.type === 'contested') waiting.for(certainty);
    if (notice.type === 'hindered' || (notice.type === 'disconnected' && notice.end === undefined))
      sayNotice(isJson, notice);
  };
  const signal = interruption();
  waiting.for(`the node at ${terms.url}`);
  try {
    const channel = await take(data, terms, signal, notify);
    try {
      waiting.for('the other party: it must be there, and sign');
      await obey(channel, line, isJson);
      if (channel.state !== undefined) sayState(isJson, 'now', channel.state);
    } finally {
      await channel.disconnect();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    process.exitCode = exitCodes.interrupted;
  } finally {
    waiting.end();
  }
}
