/** The channels that lie in a store, as their parties and watchers have left them there. */
import { z } from 'zod';
import { parties } from '../../machines/channel/messages.ts';
import type { Agreed, Shares } from '../../machines/channel/party/types.ts';
import { settledKey, type WatcherInput } from '../../machines/channel/watcherRules.ts';
import { StoreFailed } from '../errors.ts';
import type { Store } from '../store.ts';

/** A channel in a store. */
export interface KeptChannel extends Pick<WatcherInput, 'role' | 'era' | 'keys' | 'channelId'> {
  /** The name of its session. */
  readonly name: string;
  /** The last state that both have signed, where the party's record tells. */
  readonly agreed: Agreed | null;
}

const counts = z.object({ initiator: z.number(), responder: z.number() });
const agreedSchema = z.object({
  kind: z.enum(['create', 'update', 'deposit', 'withdraw']),
  round: z.number(),
  payments: counts,
  initiatorAmount: z.string(),
  responderAmount: z.string(),
  id: z.string(),
  tx: z.string(),
  isCoSigned: z.boolean(),
});
const contextSchema = z.object({
  role: z.enum(parties),
  era: z.enum(['legacy', 'modern']),
  keys: z.object({ initiator: z.string(), responder: z.string() }),
  channelId: z.string(),
  agreed: agreedSchema.nullable().default(null),
});
const recordSchema = z.object({ stored: z.object({ snapshot: z.object({ context: contextSchema }) }) });

const prefix = 'session/channel.';

/** What the session of a watch is called: two parties open one channel after the other, and may share a store. */
export const watchName = ({ name, role, channelId }: Omit<KeptChannel, 'agreed'>): string =>
  `${channelId}/${role}/${name}`;

/** Whose record it is, and the name of the channel; `undefined` for any other record. */
function recordIn(key: string): { readonly isWatch: boolean; readonly name: string } | undefined {
  const [, kind, name] = /^(initiator|responder|watcher)\/(.*)$/.exec(key.slice(prefix.length)) ?? [];
  if (kind === undefined || name === undefined) return undefined;
  return kind === 'watcher' ? { isWatch: true, name: name.split('/').slice(2).join('/') } : { isWatch: false, name };
}

function contextIn(text: string) {
  try {
    return recordSchema.parse(JSON.parse(text)).stored.snapshot.context;
  } catch (cause) {
    throw new StoreFailed('The store holds no readable record of a channel.', { code: 'brokenRecord', cause });
  }
}

/**
 * Every channel in a store whose id is known, once: also one that its party has done with, as long as it is watched over.
 * @throws StoreFailed
 */
export async function channelsIn(store: Store): Promise<readonly KeptChannel[]> {
  const found = new Map<string, KeptChannel>();
  for await (const key of store.keys(prefix)) {
    const record = recordIn(key);
    const text = record === undefined ? undefined : await store.read(key);
    if (record === undefined || text === undefined) continue;
    const channel = { name: record.name, ...contextIn(text) };
    const watched = watchName(channel);
    if (channel.channelId !== '' && !(record.isWatch && found.has(watched))) found.set(watched, channel);
  }
  return [...found.values()];
}

const payoutSchema = z.object({ initiatorAmount: z.string(), responderAmount: z.string() }).nullable();

/**
 * Whether a watch has seen that the chain has done with a channel, and what it has paid out; null where nobody saw that.
 * @throws StoreFailed
 */
export async function settledIn(
  store: Store,
  channel: Pick<WatcherInput, 'channelId' | 'role'>,
): Promise<{ readonly payout: Shares | null } | undefined> {
  const text = await store.read(settledKey(channel));
  if (text === undefined) return undefined;
  try {
    return { payout: payoutSchema.parse(JSON.parse(text)) };
  } catch (cause) {
    throw new StoreFailed('The store holds no readable word of the end of a channel.', { code: 'brokenRecord', cause });
  }
}
