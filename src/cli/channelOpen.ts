/** `statewire channel open`: opens a channel, or comes back to it, and stays. What is typed goes to the channel, and what happens is printed. */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Command, Option } from 'commander';
import { type Dialect, dialects, type Party, parties } from '../../machines/channel/messages.ts';
import type { Channel, ChannelNotice } from '../channel/index.ts';
import { LocalMisuse } from '../errors.ts';
import { channelCommand, type DataOptions, refuseOtherTerms, type Terms } from './channelKept.ts';
import { Errors, fieldsOf, sayNotice, sentenceOf } from './channelSay.ts';
import { money, obey, take } from './channelTake.ts';
import { keep } from './keep.ts';
import { aborted, count, exitCodes, interruption, say } from './terminal.ts';

/** The help shows a default as JSON, which a bigint is not. */
const amount = (flags: string, description: string, usual: bigint) =>
  new Option(flags, description).argParser(money).default(usual, `${usual}`);

interface OpenOptions extends DataOptions {
  readonly as: Party;
  readonly with: string;
  readonly initiatorAmount: bigint;
  readonly responderAmount: bigint;
  readonly push: bigint;
  readonly reserve: bigint;
  readonly lockPeriod: number;
  readonly ttl?: number;
  readonly minimumDepth?: number;
  readonly networkId: string;
  readonly dialect?: Dialect;
  readonly keepRunning?: true;
}

/** The command that stays. */
export function open(): Command {
  return channelCommand('open')
    .description(
      'Open a channel, or come back to it, and stay. Lines of standard input: pay 3, request 2, deposit 5, withdraw 5, message hello, leave, close.',
    )
    .argument('<url>', 'the node')
    .addOption(new Option('--as <role>', 'which end').choices(parties).makeOptionMandatory())
    .requiredOption(
      '--with <account>',
      "the other party's account, as its `channel address` says; with `ak$…` both are",
    )
    .addOption(amount('--initiator-amount <amount>', 'what the initiator puts in', 10n))
    .addOption(amount('--responder-amount <amount>', 'what the responder puts in', 10n))
    .addOption(amount('--push <amount>', 'of it, in favour of the responder', 0n))
    .addOption(amount('--reserve <amount>', 'what both must keep', 2n))
    .option('--lock-period <blocks>', 'for disputing a solo close', count, 10)
    .option('--ttl <height>', 'by which the channel has to be on the chain', count)
    .option('--minimum-depth <blocks>', 'on top of it', count)
    .option('--network-id <name>', 'what signatures are made for', 'ae_devnet')
    .addOption(new Option('--dialect <name>', 'how the node is to speak').choices(dialects))
    .option('--keep-running', 'as the responder: stay in the channel when the initiator leaves')
    .addHelpText(
      'after',
      `
Ctrl-C leaves; the channel stays in --data, and the same command comes back to it. Another channel needs another directory.

Exit codes: 0 closed, left by both or paid out, 1 refused (by the node, or by the other party) or died, 2 wrong command, 3 no connection, 130 interrupted.

Examples:
  $ statewire channel address --data alice
  $ statewire channel open ws://127.0.0.1:3014 --as initiator --with ak_… --data alice`,
    )
    .action(async (url: string, options: OpenOptions) => {
      const { data, ttl, minimumDepth, dialect, networkId, lockPeriod, keepRunning } = options;
      if (keepRunning === true && options.as === 'initiator')
        throw new LocalMisuse('Only a responder can keep running when the other leaves.', { code: 'badOption' });
      const isJson = options.json === true;
      const terms: Terms = {
        url,
        role: options.as,
        other: options.with,
        initiatorAmount: `${options.initiatorAmount}`,
        responderAmount: `${options.responderAmount}`,
        pushAmount: `${options.push}`,
        channelReserve: `${options.reserve}`,
        lockPeriod,
        networkId,
        ...(ttl === undefined ? {} : { ttl }),
        ...(minimumDepth === undefined ? {} : { minimumDepth }),
        ...(dialect === undefined ? {} : { dialect }),
        ...(keepRunning === undefined ? {} : { keepRunning }),
      };
      await refuseOtherTerms(data, terms);
      const signal = interruption();
      const errors = new Errors(isJson);
      let isOpen = false;
      let isLost = false;
      let hasLeft = false;
      let isDisputed = false;
      let isPaidOut = false;
      let tellPaidOut = () => {};
      const paidOut = new Promise<void>((resolve) => {
        tellPaidOut = resolve;
      });
      // In a dispute the node's last word is not the chain's.
      const over = async (channel: Channel) => {
        await channel.ended;
        if (isDisputed && !signal.aborted) await Promise.race([paidOut, aborted(signal)]);
      };
      const notify = (notice: ChannelNotice) => {
        hasLeft ||= notice.type === 'left';
        isDisputed ||= notice.type === 'disputed';
        isPaidOut ||= notice.type === 'paidOut';
        // What ends the opening is the command's own end.
        const end = notice.type === 'disconnected' ? notice.end : undefined;
        isLost ||= end === 'lost';
        const isToldAnyway = !isOpen && end !== undefined;
        if (notice.type === 'error') errors.hear(notice);
        else if (!isToldAnyway) sayNotice(isJson, notice);
        if (isPaidOut) tellPaidOut();
      };
      const channel = await take(data, terms, signal, notify, over);
      isOpen = true;
      await keep(join(data, 'channel.json'), JSON.stringify(terms));
      const { state, machineState } = channel;
      // A channel of before may be over when it is come back to: that is told already.
      if (machineState !== 'died' && machineState !== 'closed')
        say(
          isJson,
          { open: channel.id, ...(state === undefined ? {} : fieldsOf(state)) },
          `${channel.id} is open${state === undefined ? '' : `, ${sentenceOf(state)}`}`,
        );
      const lines = createInterface({ input: process.stdin });
      lines.on('line', (line) => {
        if (line.trim() === '') return;
        obey(channel, line, isJson).catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          errors.isEndOf(error);
          say(isJson, { failed: line, reason }, `${line}: ${reason}`);
        });
      });
      await over(channel);
      process.stdin.destroy();
      if (signal.aborted) process.exitCode = exitCodes.interrupted;
      else if (isLost) process.exitCode = exitCodes.noConnection;
      else if (!hasLeft && !isPaidOut && channel.machineState !== 'closed') process.exitCode = exitCodes.refused;
    });
}
