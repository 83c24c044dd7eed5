/** `statewire channel watch` and `statewire channel close --alone`: the side of a channel that needs no other party. */
import type { Command } from 'commander';
import { type ChainAccess, chainAt, type Watch, type WatchNotice, watchChannel } from '../channel/index.ts';
import { Hindrance } from '../channel/watch.ts';
import { ConnectionLost } from '../errors.ts';
import { channelCommand, type DataOptions, termsIn } from './channelKept.ts';
import { saySettled } from './channelSay.ts';
import { signerIn, storeIn } from './keep.ts';
import { exitCodes, interruption, milliseconds, say } from './terminal.ts';

function sayNotice(isJson: boolean, notice: WatchNotice): void {
  switch (notice.type) {
    case 'soloClosed': {
      const { round } = notice;
      say(isJson, { soloClosed: { round } }, `closed by one party alone, with the state of round ${round}`);
      break;
    }
    case 'disputed': {
      const { round, stale } = notice;
      say(isJson, { disputed: { round, stale } }, `round ${stale} is not the last: answered with round ${round}`);
      break;
    }
    case 'overtaken': {
      const { round } = notice;
      say(isJson, { overtaken: { round } }, `what was refused in round ${round} was posted after all, and counts`);
      break;
    }
    case 'buried':
      break;
    case 'settled':
      saySettled(isJson, notice.paid);
      break;
    case 'hindered':
      say(isJson, { hindered: notice.reason }, `  not now: ${notice.reason}`);
      break;
    case 'unwatched':
      say(isJson, { unwatched: notice.reason }, `nobody watches any more: ${notice.reason}`);
      break;
  }
}

/** Watches until the channel is settled, or somebody ends the process. */
async function watchOver(
  options: WatchingOptions,
  begun: (watch: Watch, chain: ChainAccess) => Promise<unknown>,
): Promise<void> {
  const { data, json, every } = options;
  const { url, networkId } = await termsIn(data);
  const signal = interruption();
  const store = await storeIn(data);
  let isOver = false;
  const hindrance = new Hindrance();
  try {
    const watch = await watchChannel({
      url,
      networkId,
      store,
      signer: await signerIn(data),
      notify: (notice) => {
        if (notice.type === 'settled') isOver = true;
        if (notice.type === 'unwatched') process.exitCode = exitCodes.refused;
        if (hindrance.isNews(notice)) sayNotice(json === true, notice);
      },
      ...(every === undefined ? {} : { every }),
    });
    signal.addEventListener('abort', () => void watch.stop(), { once: true });
    if (signal.aborted) await watch.stop();
    // A watch before this one may have seen the end.
    if (!isOver) await begun(watch, chainAt(url));
    await watch.ended;
    if (signal.aborted) process.exitCode = exitCodes.interrupted;
  } finally {
    await store.close();
  }
}

interface WatchingOptions extends DataOptions {
  readonly every?: number;
}

/** Closes the channel of a directory alone, and waits for the end. */
export const closeAlone = (options: DataOptions): Promise<void> =>
  watchOver(options, async (watch) => {
    await watch.closeAlone().catch(async (error: unknown) => {
      await watch.stop();
      if (!(error instanceof ConnectionLost)) throw error;
    });
  });

/** The command that stays beside a channel when `open` does not run. */
export function watch(): Command {
  return channelCommand('watch')
    .description(
      'Watch over the channel until it is settled: who closes it with an old state is answered with the last.',
    )
    .option('--every <ms>', 'between two looks at the chain', milliseconds)
    .addHelpText(
      'after',
      `
For when \`open\` does not run: that watches by itself. Ctrl-C ends it; a later one goes on.

Exit codes: 0 settled, 1 refused, 3 no connection, 130 ended.

Examples:
  $ statewire channel watch --data alice`,
    )
    .action(async (options: WatchingOptions) => {
      await watchOver(options, async (watch, chain) => {
        const isJson = options.json === true;
        // A chain that does not answer is told by the watch itself.
        const known = await chain.channel(watch.id).catch(() => 'unknown');
        say(isJson, { watching: watch.round }, `watching, round ${watch.round} is the last`);
        if (known !== undefined) return;
        const reason = 'the chain does not have the channel: it is over, or this node is behind';
        say(isJson, { hindered: reason }, `  not now: ${reason}`);
      });
    });
}
