/**
 * Example events of a listener and of a dialer: enough for every transition, both outcomes of every guard, and every message in every state.
 */
import type { Scenario } from '../../src/testing/paths.ts';
import { type DialerEvent, type DialerInput, type dialer, directionsOf } from './dialer.ts';
import type { ListenerEvent, ListenerInput, listener } from './listener.ts';

const ours = '/ip4/127.0.0.1/tcp/3918/ws/p2p-websocket-star/ipfs/QmXthhhUhGrqUxwGJvHzzuzX31wzBhgugNyvWqUzqjog4F';
const theirs = '/ip4/127.0.0.1/tcp/3918/ws/p2p-websocket-star/ipfs/QmfZ8fPqVfogbUTgJW63fhidzpxjnJy4nenZNi4svy3ydH';
const dialId = '5c9e0875-654b-4702-9c3a-41e65aa6e0ad';
const otherDial = '8df57bec-31e7-4718-a38f-f1728f8213d6';
const nonce = '2c718d29-f4f6-4fa6-b996-8eefe2b1334b68ec56d4-ad25-4a7f-9bdd-8a89d3281b3f';

const malformed: readonly ListenerEvent[] = [
  { type: 'received.malformed', reason: 'an unknown event', about: 'nobody', callback: '' },
  {
    type: 'received.malformed',
    reason: 'ss-incomming with a wrong or missing dialId',
    about: 'ss-incomming',
    callback: '0',
  },
  {
    type: 'received.malformed',
    reason: 'ss-join.reply with a wrong or missing peers',
    about: 'ss-join.reply',
    callback: '',
  },
];

const listenerInput: ListenerInput = {
  address: ours,
  publicKey: '08011220',
  attempts: 1,
  patient: false,
  maxIncoming: 2,
  maxWaiting: 1,
  joinTimeout: 10_000,
  closeTimeout: 5_000,
};

const listen: ListenerEvent = { type: 'command.listen' };
const close: ListenerEvent = { type: 'command.close' };
const opened: ListenerEvent = { type: 'connection.opened' };
const notOpened: ListenerEvent = { type: 'connection.failed', reason: 'nobody there' };
const lost: ListenerEvent = { type: 'connection.lost', code: 1006, reason: 'The line broke.' };
const quiet: ListenerEvent = { type: 'quiet', id: 'streams' };
const reply = (fields: {
  readonly nonce?: string;
  readonly peers?: string[];
  readonly error?: string;
}): ListenerEvent => ({
  type: 'received.ss-join.reply',
  message: { event: 'ss-join.reply', replyTo: 'join', ...fields },
});
const challenged = reply({ nonce });
const joined = reply({ peers: [theirs] });
const refused = reply({ error: 'Crypto error' });
const signed = (id: string): ListenerEvent => ({ type: 'signed', id, signature: '00ff' });
const unsigned = (id: string): ListenerEvent => ({ type: 'refused', id, reason: 'not now' });
const incoming = (id: string): ListenerEvent => ({
  type: 'received.ss-incomming',
  message: { event: 'ss-incomming', dialId: id, from: theirs, callback: '0' },
});
const told: readonly ListenerEvent[] = [
  { type: 'received.ws-peer', message: { event: 'ws-peer', address: theirs } },
  { type: 'received.peers', message: { event: 'peers', found: [theirs], left: [] } },
  incoming(dialId),
];

/** A peer at its server. */
export const listenerScenarios: readonly Scenario<typeof listener>[] = [
  {
    name: 'joining with a proof',
    input: listenerInput,
    cases: [
      listen,
      close,
      { type: 'command.unknown' },
      opened,
      notOpened,
      lost,
      challenged,
      reply({ nonce: 'noise-libp2p-static-key:00' }),
      joined,
      refused,
      signed(nonce),
      signed('another'),
      unsigned(nonce),
      unsigned('another'),
      ...told,
      ...malformed,
    ],
    key: ({ nonce: waitedFor }) => waitedFor,
  },
  {
    name: 'no second try',
    input: { ...listenerInput, attempts: 0 },
    cases: [listen, opened, lost, challenged, joined, refused, signed(nonce)],
  },
  {
    name: 'one of several servers',
    input: { ...listenerInput, publicKey: '', patient: true, attempts: 2 },
    cases: [listen, opened, notOpened, lost, challenged, joined, refused],
    key: ({ attempt }) => attempt,
  },
  {
    name: 'found and dialled',
    input: listenerInput,
    cases: [
      listen,
      { type: 'command.leave' },
      close,
      opened,
      lost,
      joined,
      reply({}),
      ...told,
      { type: 'received.peers', message: { event: 'peers', found: [], left: [theirs] } },
      incoming(otherDial),
      { type: 'taken', id: dialId },
      { type: 'ended', id: dialId },
      quiet,
      ...malformed.slice(0, 2),
    ],
    key: ({ incoming: taken, waiting }) => [Math.min(taken.length, 2), waiting.length],
  },
];

const { toListener, toDialer } = directionsOf(dialId);
const dialerInput: DialerInput = { dialId, from: ours, to: theirs, dialTimeout: 30_000 };
const ended = (id: string): DialerEvent => ({
  type: 'ended',
  role: 'stream',
  id,
  output: { error: true, cause: 'ended' },
});

/** A dial. */
export const dialerScenarios: readonly Scenario<typeof dialer>[] = [
  {
    name: 'a dial',
    input: dialerInput,
    cases: [
      { type: 'received.ss-dial.reply', message: { event: 'ss-dial.reply', replyTo: dialId } },
      { type: 'received.ss-dial.reply', message: { event: 'ss-dial.reply', replyTo: dialId, error: 'Peer not found' } },
      { type: 'connection.lost', code: 1006, reason: 'The line broke.' },
      { type: 'command.abort', reason: 'The app has other plans.' },
      { type: 'command.unknown' },
      ended(toListener),
      ended(toDialer),
      ended(`${otherDial}.dialer`),
    ],
  },
];
