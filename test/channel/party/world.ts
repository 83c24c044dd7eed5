/**
 * A node by hand, at the other end of a party's WebSocket, and parties of ours that come to it. The node knows the frames of the text and the formats of
 * the transactions, and nothing of the machines. The other party's key is in its hand too.
 */
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { connect } from '../../../adapters/ws.ts';
import { Channel } from '../../../src/channel/channel.ts';
import type { Era } from '../../../src/channel/encoding.ts';
import type { ChannelNotice, ChannelOptions } from '../../../src/channel/options.ts';
import { Node } from './nodeByHand.ts';
import { Notary, pairOf, terms } from './notary.ts';
import { Peer } from './peer.ts';

export { Node } from './nodeByHand.ts';
export { Notary, other, pairOf, type Role, signerOf, terms } from './notary.ts';
export { Peer, type Said } from './peer.ts';

export type Changes = Partial<ChannelOptions> & { readonly era?: Era; readonly speaks?: 'text' | 'epoch' };

export const dialects = [
  ['text', 'legacy'],
  ['epoch', 'legacy'],
  ['text', 'modern'],
  ['epoch', 'modern'],
] as const;
export const settings = dialects.flatMap(([dialect, era]) =>
  (['initiator', 'responder'] as const).map((role) => [dialect, era, role] as const),
);

/** How a promise ended, without rejecting. */
export const fate = <T>(promise: Promise<T>): Promise<T | Error> =>
  promise.catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));

/** A node by hand for every test of the file, and parties of ours that come to it. */
export function useNode() {
  let listener: WebSocketServer;
  let arrived: Peer[];
  let wake: () => void;
  let url: string;
  let channels: Channel[];
  let reports: unknown[];
  beforeEach(async () => {
    arrived = [];
    channels = [];
    reports = [];
    wake = () => {};
    listener = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    listener.on('connection', (socket, { url: target }) => {
      arrived.push(new Peer(socket, target ?? ''));
      wake();
    });
    await once(listener, 'listening');
    const at = listener.address();
    if (at === null || typeof at === 'string') throw new Error('not listening');
    url = `ws://127.0.0.1:${at.port}`;
  });
  afterEach(async () => {
    const leaving = channels.map((channel) => channel.disconnect());
    for (const socket of listener.clients) socket.terminate();
    await Promise.all([...leaving, new Promise((resolve) => listener.close(resolve))]);
    expect(reports).toEqual([]);
  });
  /** The next connection of a party. */
  const accept = async (): Promise<Peer> => {
    for (;;) {
      const peer = arrived.shift();
      if (peer !== undefined) return peer;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  /** A party that does not connect yet, and what it tells. */
  const party = async ({ era = 'legacy', speaks: _, ...changes }: Changes = {}) => {
    const pair = await pairOf(era);
    const role = changes.role ?? 'initiator';
    const told: ChannelNotice[] = [];
    const watchers = new Set<() => void>();
    const channel = new Channel(connect, {
      url,
      role,
      ...pair.accounts,
      ...terms,
      host: 'localhost',
      port: 1234,
      signer: pair.signers[role],
      store: new MemoryStore(),
      backoff: { first: 1, most: 1 },
      attempts: 3,
      report: (error) => reports.push(error),
      ...changes,
      notify: (notice) => {
        told.push(notice);
        changes.notify?.(notice);
        for (const watcher of watchers) watcher();
      },
    });
    channels.push(channel);
    /** The first notice of this type that was not looked for before. */
    const hears = async <Type extends ChannelNotice['type']>(
      type: Type,
    ): Promise<Extract<ChannelNotice, { type: Type }>> => {
      for (;;) {
        const at = told.findIndex((notice) => notice.type === type);
        const [found] = at < 0 ? [] : told.splice(at, 1);
        if (found !== undefined && isOf(found, type)) return found;
        await new Promise<void>((resolve) => {
          const watcher = () => {
            watchers.delete(watcher);
            resolve();
          };
          watchers.add(watcher);
        });
      }
    };
    return { channel, told, hears, pair, role };
  };
  /** A party that opens, and the node by hand that it has come to. */
  const meet = async (changes: Changes = {}) => {
    const made = await party(changes);
    const opening = fate(made.channel.open());
    const node = new Node(await accept(), new Notary(made.pair), made.role, changes.speaks ?? 'text');
    return { ...made, opening, node, peer: node.peer, notary: node.notary };
  };
  /** A party whose channel is open. */
  const opened = async (changes: Changes = {}) => {
    const made = await meet(changes);
    await made.node.opens();
    const outcome = await made.opening;
    if (outcome instanceof Error) throw outcome;
    return made;
  };
  return {
    accept,
    party,
    meet,
    opened,
    url: () => url,
    stop: () =>
      new Promise<void>((resolve) => {
        for (const socket of listener.clients) socket.terminate();
        listener.close(() => resolve());
      }),
  };
}

function isOf<Type extends ChannelNotice['type']>(
  notice: ChannelNotice,
  type: Type,
): notice is Extract<ChannelNotice, { type: Type }> {
  return notice.type === type;
}

/** Tells when everything that was said to the party has been dealt with: a message to it comes back as a notice, in its turn. */
export async function dealtWith(peer: Peer, hears: (type: 'message') => Promise<unknown>): Promise<void> {
  peer.say({ action: 'message', payload: { message: { channel_id: 'c', from: 'f', to: 't', info: 'that was all' } } });
  await hears('message');
}
