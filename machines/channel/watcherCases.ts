/**
 * Example events of a watcher: enough for every transition, both outcomes of every guard, and every event in every state. The transactions are only names:
 * a watcher never reads them.
 */
import type { Scenario } from '../../src/testing/paths.ts';
import { exampleKeys } from './exampleKeys.ts';
import type { watcher } from './watcher.ts';
import {
  type Deed,
  type Evidence,
  idOf,
  type OnChain,
  type Suspect,
  type WatcherContext,
  type WatcherEvent,
} from './watcherRules.ts';

const payments = { initiator: 0, responder: 0 };

const shown = (round: number): Evidence => ({
  round,
  payments,
  initiatorAmount: `${10 - round}`,
  responderAmount: `${10 + round}`,
  tx: `the state of round ${round}`,
  isPosted: false,
});

const posted: Evidence = { ...shown(1), tx: 'the create transaction', isPosted: true };

const suspect: Suspect = {
  id: 'a withdrawal',
  isVoid: true,
  isCostly: true,
  round: 3,
  payments,
  initiatorAmount: '5',
  responderAmount: '10',
  stateHash: 'of the withdrawal',
  ttl: 0,
  tx: 'the withdrawal, signed by us',
};

const lying: OnChain = {
  round: 1,
  stateHash: 'of the first state',
  isClosing: false,
  lockedUntil: 0,
  initiatorAmount: '0',
  responderAmount: '0',
};

const closing = (round: number): OnChain => ({
  round,
  stateHash: `of the state of round ${round}`,
  isClosing: true,
  lockedUntil: 20,
  initiatorAmount: `${10 - round}`,
  responderAmount: `${10 + round}`,
});

const found = (height: number, channel: OnChain | null): WatcherEvent => ({
  type: 'found',
  id: 'look',
  height,
  channel,
});

const answers = (deed: Pick<Deed, 'kind' | 'round'>): readonly WatcherEvent[] => {
  const id = idOf(deed);
  return [
    { type: 'signed', id, tx: `${id}, signed` },
    { type: 'refused', id, reason: 'The person said no.' },
    { type: 'posted', id },
    { type: 'unposted', id, reason: 'The nonce is used.', isFinal: true },
    { type: 'unposted', id, reason: 'Nobody is there.', isFinal: false },
  ];
};

const snapshot = { kind: 'snapshot', round: 3 } as const;
const slash = { kind: 'slash', round: 3 } as const;
const isTooLate = found(20, closing(2));

const cases: readonly WatcherEvent[] = [
  { type: 'command.adopt', evidence: posted },
  { type: 'command.adopt', evidence: shown(3) },
  { type: 'command.suspect', suspects: [suspect] },
  { type: 'command.close', id: 'close' },
  { type: 'command.look' },
  { type: 'command.leave' },
  { type: 'command.unknown' },
  { type: 'received.anything' },
  found(5, null),
  found(25, null),
  found(5, lying),
  // The chain has a later state than we.
  found(5, { ...lying, round: 9 }),
  // Stale, if we know of the third round, and too late for the answer.
  found(10, closing(2)),
  isTooLate,
  // Not stale, and payable.
  found(10, closing(3)),
  found(20, closing(3)),
  { type: 'unfound', id: 'look', reason: 'Nobody is there.' },
  ...answers({ kind: 'close', round: 3 }),
  ...answers(snapshot),
  ...answers(slash),
  ...answers({ kind: 'settle', round: 3 }),
  { type: 'found', id: 'nobody', height: 0, channel: null },
  { type: 'unfound', id: 'nobody', reason: '' },
  { type: 'signed', id: 'nobody', tx: '' },
  { type: 'refused', id: 'nobody', reason: '' },
  { type: 'posted', id: 'nobody' },
  { type: 'unposted', id: 'nobody', reason: '', isFinal: true },
];

/** What decides. */
const stage = ({ shown, onChain, deed, closing }: WatcherContext) => [
  shown?.round ?? 0,
  onChain === null,
  closing !== '',
  deed !== null && deed.tx !== '',
];

/** What moves a deed on as far as a second look; the rest is told once in each state. */
const moves = (event: WatcherEvent) =>
  !('id' in event && event.id === 'nobody') && /^(command\.(adopt|close)|found|signed|posted)$/.test(event.type);

/** A watcher with this much patience, in milliseconds. */
export const watcherInput = {
  role: 'initiator',
  era: 'modern',
  keys: exampleKeys,
  channelId: '6531cd3b5d0fe48f26bdaf565f66cf659f09f17c5656419ead3f0ed72fd1189c',
  pollTimeout: 1_000,
  signTimeout: 10_000,
} as const;

/** The same, from nothing known to the end. */
export const watcherScenarios: readonly Scenario<typeof watcher>[] = [
  { name: 'every state', input: watcherInput, cases, key: () => null },
  { name: 'what is known', input: watcherInput, cases: cases.filter(moves), key: stage },
  {
    name: 'too late',
    input: watcherInput,
    cases: [{ type: 'command.adopt', evidence: shown(3) }, isTooLate, ...answers(slash)],
    key: stage,
  },
  {
    name: 'a node that has not come as far as before',
    input: watcherInput,
    cases: [
      { type: 'command.adopt', evidence: shown(3) },
      { type: 'command.close', id: 'close' },
      { type: 'command.look' },
      found(10, lying),
      found(5, null),
      ...answers({ kind: 'close', round: 3 }),
    ],
    key: (context) => [context.hasSeen, ...stage(context)],
  },
  {
    name: 'what was signed in vain',
    input: watcherInput,
    cases: [
      { type: 'command.adopt', evidence: shown(3) },
      {
        type: 'command.suspect',
        suspects: [suspect, { ...suspect, id: 'a deposit', isVoid: false, ttl: 10, stateHash: 'of the deposit' }],
      },
      { type: 'command.look' },
      found(10, lying),
      found(5, null),
      found(11, { ...lying, round: 3, stateHash: 'of the state of round 3' }),
      found(11, { ...lying, round: 3, stateHash: suspect.stateHash }),
      found(11, { ...lying, round: 3, stateHash: 'of the deposit' }),
      found(11, { ...lying, round: 4 }),
      ...answers(snapshot),
    ],
    key: (context) => [context.suspects.length, context.posted?.round, ...stage(context)],
  },
];
