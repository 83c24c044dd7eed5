/** The channel of a directory, taken up for one command: what that waits for is said when it takes long, and why it came to nothing at its end. */
import type { ChannelNotice } from '../channel/index.ts';
import { type DataOptions, termsIn } from './channelKept.ts';
import { sayState } from './channelSay.ts';
import { obey, take } from './channelTake.ts';
import { exitCodes, interruption } from './terminal.ts';

/** Milliseconds after which somebody wonders. */
const long = 1_000;

/** What is said beside the answer, which has standard output for itself. */
const aside = (text: string) => process.stderr.write(`${text}\n`);

/** Says what is waited for, once it has taken long. */
class Waiting {
  #timer: NodeJS.Timeout | undefined;

  /** From now on for this, and no longer for what was before. */
  for(what: string): void {
    this.end();
    this.#timer = setTimeout(() => aside(`Waits for ${what}.`), long);
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
  const waiting = new Waiting();
  const notify = (notice: ChannelNotice) => {
    if (notice.type === 'progress' && notice.step === 'on_chain_tx') waiting.for(blocks);
    if (notice.type === 'contested') waiting.for(certainty);
    if (notice.type === 'hindered') aside(`Hindered: ${notice.reason}`);
    if (notice.type === 'disconnected' && notice.end === undefined) aside(`${notice.reason} Connecting again.`);
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
