/** What the commands of a channel find in their directory (`--data`): the key, the terms on which the channel was opened, and the channel itself. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { dialects, parties } from '../../machines/channel/messages.ts';
import { type Era, encode } from '../channel/encoding.ts';
import { LocalMisuse } from '../errors.ts';
import { signerIn } from './keep.ts';

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

/** @throws LocalMisuse `noChannel` */
export async function termsIn(data: string): Promise<Terms> {
  const text = await readFile(join(data, 'channel.json'), 'utf8').catch((cause: unknown) => {
    throw new LocalMisuse(`There is no channel in ${data}: open one first.`, { code: 'noChannel', cause });
  });
  return termsSchema.parse(JSON.parse(text));
}
