/**
 * Example events of the rendezvous: enough for every transition, both outcomes of every guard, and every message in every state.
 */
import type { Scenario } from '../../src/testing/paths.ts';
import type { RendezvousEvent, RendezvousInput, rendezvous } from './rendezvous.ts';

/** The key of seed 0x01…, in hexadecimal and in base64, and the id that is made of it. */
const key = '080112208a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c';
const keyInBase64 = 'CAESIIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c';
const foreignKey = `08011220${'22'.repeat(32)}`;
const id = '12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5';
const host = '/ip4/127.0.0.1/tcp/9090/ws/p2p-websocket-star';
const own = `${host}/ipfs/${id}`;
const other = `/dns4/star.example/wss/p2p-websocket-star/ipfs/${id}`;
const foreign = `${host}/ipfs/QmXthhhUhGrqUxwGJvHzzuzX31wzBhgugNyvWqUzqjog4F`;
const nonce = `libp2p-websocket-star:star.example:${own}:0011`;

const input: RendezvousInput = {
  name: '1',
  challenge: true,
  strict: true,
  maxAddresses: 1,
  maxDials: 1,
  maxViolations: 2,
  nonceTimeout: 30_000,
  closeTimeout: 5_000,
};

const join = (address: string, data: string, more: object = {}): RendezvousEvent => ({
  type: 'received.ss-join',
  message: { event: 'ss-join', address, data, callback: '0' },
  fresh: nonce,
  at: 0,
  granted: true,
  ...more,
});
const leave = (address: string): RendezvousEvent => ({
  type: 'received.ss-leave',
  message: { event: 'ss-leave', address },
});
const dial = (from: string, more: object = {}): RendezvousEvent => ({
  type: 'received.ss-dial',
  message: { event: 'ss-dial', from, to: foreign, dialId: 'd1', callback: '1' },
  granted: true,
  ...more,
});
const reply = (error?: string): RendezvousEvent => ({
  type: 'received.ss-incomming.reply',
  message: { event: 'ss-incomming.reply', replyTo: 'd2', ...(error === undefined ? {} : { error }) },
});

/** What every socket may say and be told, whatever its state. */
const always: readonly RendezvousEvent[] = [
  join(own, ''),
  leave(own),
  dial(own),
  reply(),
  { type: 'received.malformed', reason: 'an unknown event', about: 'nobody', callback: '' },
  { type: 'received.malformed', reason: 'ss-join with a wrong or missing address', about: 'ss-join', callback: '0' },
  { type: 'received.malformed', reason: 'ss-dial with a wrong or missing dialId', about: 'ss-dial', callback: '1' },
  { type: 'received.accept', message: { event: 'accept', stream: 'd1.dialer' } },
  { type: 'received.queue', message: { event: 'queue', stream: 'd1.dialer', chunk: { held: 'd1.dialer', bytes: 5 } } },
  { type: 'received.error', message: { event: 'error', stream: 'd1.dialer', error: true } },
  { type: 'received.credit', message: { event: 'credit', stream: 'd1.listener', bytes: 65_536 } },
  { type: 'received.abort', message: { event: 'abort', stream: 'd1.listener', reason: 'enough' } },
  { type: 'verified', id: 'of nobody', verdict: 'valid' },
  { type: 'listed', id: own, peers: [] },
  { type: 'unlistable', id: own, error: 'tooManyPeers' },
  { type: 'displaced', address: own },
  { type: 'reached', id: 'd1', peer: '2', from: own },
  { type: 'unreachable', id: 'd1', error: 'peerNotFound' },
  { type: 'dialExpired', id: 'd1' },
  { type: 'dial', dialId: 'd2', from: foreign, by: '2' },
  { type: 'dropped', dialId: 'd2' },
  { type: 'dialled', id: 'd1', error: '' },
  { type: 'connection.lost', code: 1006, reason: '' },
  { type: 'command.close' },
  { type: 'command.unknown' },
];

/** The server's side of one socket: limits so small that a path reaches them. */
export const rendezvousScenarios: readonly Scenario<typeof rendezvous>[] = [
  {
    name: 'everything, everywhere',
    input: { ...input, challenge: false },
    cases: always,
    key: ({ joined, joins }) => [joined.length, joins.length],
  },
  {
    name: 'what is no message',
    input,
    cases: always.filter(({ type }) => type === 'received.malformed' || type === 'received.queue'),
    key: ({ violations }) => violations,
  },
  {
    name: 'the challenge',
    input,
    cases: [
      join(own, key),
      join(own, keyInBase64),
      join(own, foreignKey),
      join(own, 'no key at all'),
      join(own, ''),
      join(own, 'abcd'),
      join(own, 'abcd', { at: 30_000 }),
      join(own, key, { granted: false }),
      join(other, key),
      join('/ip4/1.2.3.4', key),
      leave(own),
      { type: 'verified', id: nonce, verdict: 'valid' },
      { type: 'verified', id: nonce, verdict: 'invalid' },
      { type: 'verified', id: nonce, verdict: 'unusable' },
      { type: 'verified', id: 'of nobody', verdict: 'valid' },
      { type: 'listed', id: own, peers: [foreign] },
      { type: 'unlistable', id: own, error: 'addressTaken' },
      { type: 'displaced', address: own },
      { type: 'connection.lost', code: 1006, reason: '' },
      { type: 'command.close' },
    ],
    key: ({ joined, joins }) => [joined, joins.map(({ step }) => step)],
  },
  {
    name: 'two addresses, any multiaddr, no challenge',
    input: { ...input, challenge: false, strict: false, maxAddresses: 2 },
    cases: [
      join('/ip4/0.0.0.0', ''),
      join(own, ''),
      join(other, ''),
      join('no address', ''),
      { type: 'listed', id: '/ip4/0.0.0.0', peers: [] },
      { type: 'listed', id: own, peers: ['/ip4/1.2.3.4'] },
      leave(own),
      leave('/never/joined'),
      { type: 'displaced', address: own },
      { type: 'displaced', address: '/never/joined' },
    ],
    key: ({ joined, joins }) => [joined.length, joins.map(({ step }) => step)],
  },
  {
    name: 'dials',
    input: { ...input, challenge: false },
    cases: [
      join(own, ''),
      { type: 'listed', id: own, peers: [] },
      dial(own),
      dial(foreign),
      dial(own, { granted: false }),
      dial(own, { message: { event: 'ss-dial', from: own, to: foreign, dialId: 'd3', callback: '3' } }),
      { type: 'reached', id: 'd1', peer: '2', from: own },
      { type: 'unreachable', id: 'd1', error: 'peerNotFound' },
      { type: 'dialled', id: 'd1', error: '' },
      { type: 'dialled', id: 'd1', error: 'not today' },
      { type: 'dialled', id: 'of nobody', error: '' },
      { type: 'dialExpired', id: 'd1' },
      { type: 'connection.lost', code: 1006, reason: '' },
      { type: 'command.close' },
    ],
    key: ({ joined, dialling }) => [joined.length, dialling],
  },
  {
    name: 'dials to it',
    input,
    cases: [
      { type: 'dial', dialId: 'd2', from: foreign, by: '2' },
      { type: 'dial', dialId: 'd4', from: foreign, by: '3' },
      reply(),
      reply('not today'),
      { type: 'dropped', dialId: 'd2' },
      { type: 'connection.lost', code: 1006, reason: '' },
      { type: 'command.close' },
      { type: 'command.close', farewell: true },
    ],
    key: ({ incoming }) => incoming,
  },
];
