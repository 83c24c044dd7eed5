/**
 * Every role whose chart is drawn. A new role is one entry here; it must never be drawn from anything but its machine.
 */
import { type AnyStateMachine, createActor } from 'xstate';
import { client as boardClient } from '../machines/board/client.ts';
import { server as boardServer } from '../machines/board/server.ts';
import { initiator } from '../machines/channel/initiator.ts';
import { nodeInput } from '../machines/channel/node/examples.ts';
import { node } from '../machines/channel/node.ts';
import { responder } from '../machines/channel/responder.ts';
import { watcher } from '../machines/channel/watcher.ts';
import { watcherInput } from '../machines/channel/watcherCases.ts';
import { client } from '../machines/relay/client.ts';
import { server } from '../machines/relay/server.ts';
import { dialer } from '../machines/star/dialer.ts';
import { listener } from '../machines/star/listener.ts';
import { rendezvous } from '../machines/star/rendezvous.ts';
import { stream } from '../machines/star/stream.ts';
import { desk } from '../machines/streaming/desk.ts';
import { payee } from '../machines/streaming/payee.ts';
import { payer } from '../machines/streaming/payer.ts';

export interface DrawnRole {
  /** The folder under `visualizations/`. */
  readonly protocol: string;
  /** The files' name. */
  readonly role: string;
  readonly machine: AnyStateMachine;
  /** In place of the context's factory, for tools that read only data: the context of a role that has just begun. */
  readonly exampleContext: unknown;
}

/** As in the text. */
const channel = {
  era: 'legacy',
  keys: { initiator: 'the key of the initiator', responder: 'the key of the responder' },
  accounts: { initiator: 'ak$…', responder: 'ak$…' },
  initiatorAmount: '10',
  responderAmount: '10',
  pushAmount: '3',
  channelReserve: '2',
  lockPeriod: 10,
  ttl: 1000,
  maxFee: '1000',
  isLenient: false,
  mayAbort: false,
  keepsRunning: false,
  isWatched: true,
  existing: null,
  attempts: 10,
  openTimeout: 1_800_000,
  answerTimeout: 10_000,
  signTimeout: 480_000,
  finishTimeout: 540_000,
  settleTimeout: 5_000,
  closeTimeout: 5_000,
} as const;

export const roles: readonly DrawnRole[] = [
  {
    protocol: 'relay',
    role: 'client',
    machine: client,
    exampleContext: createActor(client, {
      input: { ack: true, attempts: 5, window: 64, ackTimeout: 60_000, addressTimeout: 10_000, closeTimeout: 5_000 },
    }).getSnapshot().context,
  },
  {
    protocol: 'relay',
    role: 'server',
    machine: server,
    exampleContext: createActor(server, {
      input: { maxAddresses: 16, window: 64, maxViolations: 8, ackTimeout: 30_000, closeTimeout: 5_000 },
    }).getSnapshot().context,
  },
  {
    protocol: 'streaming',
    role: 'payer',
    machine: payer,
    exampleContext: createActor(payer, {
      input: {
        payer: { publicKey: 'the key of the payer', wallet: 'the wallet of the payer' },
        budget: { part: '1000', session: '100000' },
        terms: null,
        schemes: ['plain'],
        attempts: 10,
        answerTimeout: 10_000,
        secretTimeout: 10_000,
        closeTimeout: 5_000,
      },
    }).getSnapshot().context,
  },
  {
    protocol: 'streaming',
    role: 'payee',
    machine: payee,
    exampleContext: createActor(payee, {
      input: {
        channel: {
          id: '00112233445566778899aabbccddeeff',
          payer: { publicKey: 'the key of the payer', wallet: 'the wallet of the payer' },
          payee: { publicKey: 'the key of the payee', wallet: 'the wallet of the payee' },
        },
        address: 'where the channel lies',
        deposit: '100000',
        terms: [{ stream: 'clip', price: '1000', partMs: 10_000, parts: null, credit: 0, commitment: '' }],
        maxSequence: 4_294_967_295,
        canTopUp: true,
        lead: 2_000,
        payTimeout: 30_000,
        openTimeout: 120_000,
        lingerTimeout: 60_000,
        maxPlays: 16,
      },
    }).getSnapshot().context,
  },
  {
    protocol: 'streaming',
    role: 'desk',
    machine: desk,
    exampleContext: createActor(desk, {
      input: {
        payee: { publicKey: 'the key of the payee', wallet: 'the wallet of the payee' },
        offers: [],
        maxViolations: 20,
      },
    }).getSnapshot().context,
  },
  {
    protocol: 'channel',
    role: 'node',
    machine: node,
    exampleContext: createActor(node, { input: nodeInput }).getSnapshot().context,
  },
  {
    protocol: 'channel',
    role: 'initiator',
    machine: initiator,
    exampleContext: createActor(initiator, { input: { ...channel, role: 'initiator' } }).getSnapshot().context,
  },
  {
    protocol: 'channel',
    role: 'responder',
    machine: responder,
    exampleContext: createActor(responder, { input: { ...channel, role: 'responder' } }).getSnapshot().context,
  },
  {
    protocol: 'channel',
    role: 'watcher',
    machine: watcher,
    exampleContext: createActor(watcher, { input: watcherInput }).getSnapshot().context,
  },
  {
    protocol: 'board',
    role: 'client',
    machine: boardClient,
    exampleContext: createActor(boardClient, {
      input: {
        addresses: ['the address of the proposer'],
        proves: false,
        name: 'board.example',
        attempts: 10,
        window: 64,
        joinTimeout: 10_000,
        answerTimeout: 10_000,
        closeTimeout: 5_000,
      },
    }).getSnapshot().context,
  },
  {
    protocol: 'board',
    role: 'server',
    machine: boardServer,
    exampleContext: createActor(boardServer, {
      input: {
        extended: true,
        name: 'board.example',
        nonce: '00112233445566778899aabbccddeeff',
        proof: false,
        maxAddresses: 64,
        maxPending: 64,
        maxViolations: 50,
        closeTimeout: 5_000,
      },
    }).getSnapshot().context,
  },
  {
    protocol: 'star',
    role: 'listener',
    machine: listener,
    exampleContext: createActor(listener, {
      input: {
        address: 'the multiaddr to be reached by',
        publicKey: '',
        attempts: 10,
        patient: false,
        maxIncoming: 256,
        maxWaiting: 16,
        joinTimeout: 10_000,
        closeTimeout: 5_000,
      },
    }).getSnapshot().context,
  },
  {
    protocol: 'star',
    role: 'dialer',
    machine: dialer,
    exampleContext: createActor(dialer, {
      input: { dialId: 'a fresh id', from: 'our address', to: 'the other address', dialTimeout: 30_000 },
    }).getSnapshot().context,
  },
  {
    protocol: 'star',
    role: 'rendezvous',
    machine: rendezvous,
    exampleContext: createActor(rendezvous, {
      input: {
        name: '1',
        challenge: true,
        strict: true,
        maxAddresses: 16,
        maxDials: 64,
        maxViolations: 50,
        nonceTimeout: 30_000,
        closeTimeout: 5_000,
      },
    }).getSnapshot().context,
  },
  {
    protocol: 'star',
    role: 'stream',
    machine: stream,
    exampleContext: createActor(stream, {
      input: {
        id: 'a fresh id.dialer',
        source: 'app',
        sink: 'ours',
        window: 262_144,
        acceptTimeout: 30_000,
        stallTimeout: 30_000,
        sinkHearsOfLoss: false,
        sourceKnowsAbort: false,
      },
    }).getSnapshot().context,
  },
];
