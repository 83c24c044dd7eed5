/**
 * `statewire channel …`: state channels in a terminal, for two terminals and a node.
 *
 * `open` stays: what is typed there (`pay 3`, `deposit 5`, `message hello`, `leave`, `close`) goes to the channel, and what happens is printed. The other
 * commands take up the channel that lies in their directory (`--data`), do one thing, and go.
 */
import { Command } from 'commander';
import { idOf } from '../channel/encoding.ts';
import { channelsIn } from '../channel/records.ts';
import { LocalMisuse } from '../errors.ts';
import { addressIn, channelCommand, type DataOptions } from './channelKept.ts';
import { once } from './channelOnce.ts';
import { open } from './channelOpen.ts';
import { money } from './channelTake.ts';
import { closeAlone, watch } from './channelWatch.ts';
import { storeIn } from './keep.ts';
import { say } from './terminal.ts';

/** A command that takes up the channel, does one thing and leaves. */
function deed(name: string, description: string): Command {
  return channelCommand(name)
    .description(`${description} The other party must be there.`)
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 refused or not agreed on, 2 wrong command, 3 no connection, 130 interrupted.',
    );
}

const deeds = () => [
  deed('pay', 'Pay the other party.')
    .argument('<amount>', 'in the smallest unit', money)
    .action((amount: bigint, options: DataOptions) => once(`pay ${amount}`, options)),
  deed('request', 'Ask the other party to pay.')
    .argument('<amount>', 'in the smallest unit', money)
    .action((amount: bigint, options: DataOptions) => once(`request ${amount}`, options)),
  deed('deposit', 'Put more into the channel.')
    .argument('<amount>', 'in the smallest unit', money)
    .action((amount: bigint, options: DataOptions) => once(`deposit ${amount}`, options)),
  deed('withdraw', 'Take out of what is yours in the channel.')
    .argument('<amount>', 'in the smallest unit', money)
    .action((amount: bigint, options: DataOptions) => once(`withdraw ${amount}`, options)),
  deed('message', 'Send the other party a text.')
    .argument('<text>')
    .action((text: string, options: DataOptions) => once(`message ${text}`, options)),
  deed('leave', 'Leave the channel, both: it stays, and `open` comes back to it.').action((options: DataOptions) =>
    once('leave', options),
  ),
  channelCommand('close')
    .description('Close the channel: both agreeing, for which the other party must be there, or alone.')
    .option('--alone', 'with the last state that both have signed; waits until the chain pays out')
    .action((options: DataOptions & { readonly alone?: true }) =>
      options.alone === true ? closeAlone(options) : once('close', options),
    ),
];

function show(): Command {
  return channelCommand('show')
    .description('The last state that both have signed, as the directory keeps it. Not while `open` or `watch` runs.')
    .action(async ({ data, json }: DataOptions) => {
      const store = await storeIn(data);
      try {
        const channels = (await channelsIn(store)).flatMap(({ agreed, ...kept }) =>
          agreed === null ? [] : [{ ...agreed, channel: idOf(kept) }],
        );
        if (channels.length === 0)
          throw new LocalMisuse(`There is no channel in ${data}: open one first.`, { code: 'noChannel' });
        for (const { channel, round, initiatorAmount, responderAmount, tx } of channels)
          say(
            json === true,
            { channel, round, initiatorAmount, responderAmount, tx },
            `${channel}, round ${round}: initiator ${initiatorAmount}, responder ${responderAmount}`,
          );
      } finally {
        await store.close();
      }
    });
}

function address(): Command {
  return channelCommand('address')
    .description('The account of the key in --data, made at the first use.')
    .option('--legacy', 'as `ak$…`, in the encoding of 2018')
    .action(async ({ data, json, legacy }: DataOptions & { readonly legacy?: true }) => {
      const account = await addressIn(data, legacy === true ? 'legacy' : 'modern');
      say(json === true, { address: account }, account);
    });
}

/** A party's commands. */
export function channelCommands(): Command {
  const commands = new Command('channel')
    .description('A party of a state channel: open, pay, be paid, put in, take out, leave, close.')
    .addCommand(address())
    .addCommand(open())
    .addCommand(show())
    .addCommand(watch());
  for (const each of deeds()) commands.addCommand(each);
  return commands;
}
