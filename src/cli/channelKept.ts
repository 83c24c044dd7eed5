/** What the commands of a channel find in their directory (`--data`): the key, the terms on which the channel was opened, and the channel itself. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { dialects, parties } from '../../machines/channel/messages.ts';
import { type Era, encode } from '../channel/encoding.ts';
import { channelsIn } from '../channel/records.ts';
import { LocalMisuse } from '../errors.ts';
import { signerIn, storeIn } from './keep.ts';

/** What a channel is opened with: kept beside it, so that the other commands find it. */
const termsSchema = z.object({
  url: z.string(),
  role: z.enum(parties),
  other: z.string(),
  initiatorAmount: z.string(),
  responderAmount: z.string(),
  pushAmount: z.string(),
  channelReserve: z.string(),
  lockPeriod: z.number(),
  ttl: z.number().optional(),
  minimumDepth: z.number().optional(),
  networkId: z.string(),
  dialect: z.enum(dialects).optional(),
  keepRunning: z.boolean().optional(),
});
export type Terms = z.infer<typeof termsSchema>;

export interface DataOptions {
  readonly data: string;
  readonly json?: true;
}

/** A command that works in such a directory. */
export function channelCommand(name: string): Command {
  return new Command(name)
    .option('--data <directory>', 'the key and the channel', 'statewire-channel')
    .option('--json', 'print JSON lines, for machines');
}

/** The account of its key, as `ak_…` or, in the encoding of 2018, as `ak$…`. */
export const addressIn = async (data: string, era: Era = 'modern'): Promise<string> =>
  encode('ak', era, (await signerIn(data)).publicKey);

const keptIn = (data: string): Promise<string> => readFile(join(data, 'channel.json'), 'utf8');

/** @throws LocalMisuse `noChannel` */
export async function termsIn(data: string): Promise<Terms> {
  const text = await keptIn(data).catch((cause: unknown) => {
    throw new LocalMisuse(`There is no channel in ${data}: open one first.`, { code: 'noChannel', cause });
  });
  return termsSchema.parse(JSON.parse(text));
}

/** What a channel cannot have otherwise when it is come back to, and the option that says it. */
const options = [
  ['role', '--as'],
  ['other', '--with'],
  ['initiatorAmount', '--initiator-amount'],
  ['responderAmount', '--responder-amount'],
  ['pushAmount', '--push'],
  ['channelReserve', '--reserve'],
  ['lockPeriod', '--lock-period'],
  ['networkId', '--network-id'],
  ['keepRunning', '--keep-running'],
] as const;

/** A directory has one channel at a time: while it lives, nothing else is opened there. @throws LocalMisuse `otherTerms` */
export async function refuseOtherTerms(data: string, terms: Terms): Promise<void> {
  const text = await keptIn(data).catch(() => undefined);
  if (text === undefined) return;
  const kept = termsSchema.parse(JSON.parse(text));
  const differing = options.filter(([term]) => kept[term] !== terms[term]);
  if (differing.length === 0 || !(await isAlive(data))) return;
  const had = differing.map(([term, option]) => `${option} was ${kept[term] ?? 'not given'}`).join(', ');
  throw new LocalMisuse(`The channel in ${data} was opened otherwise: ${had}. Another channel needs another --data.`, {
    code: 'otherTerms',
  });
}

/** Whether the party has not done with its channel. */
async function isAlive(data: string): Promise<boolean> {
  const store = await storeIn(data);
  try {
    return (await channelsIn(store)).some(({ agreed }) => agreed !== null);
  } finally {
    await store.close();
  }
}
