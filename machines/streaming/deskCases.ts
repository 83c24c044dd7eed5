/** Example events of the desk: enough for every transition, both outcomes of every guard, and every message in every state. */
import type { Scenario } from '../../src/testing/paths.ts';
import type { DeskEvent, DeskInput, desk } from './desk.ts';
import { first, offer, payeeParty, publicKey, sign } from './examples.ts';

const deskInput: DeskInput = { payee: payeeParty, offers: [offer], maxViolations: 2 };

const fromSocket: readonly DeskEvent[] = [
  { type: 'received.publicKey', message: { event: 'publicKey' } },
  { type: 'received.publicKey', message: { event: 'publicKey', hello: { extensions: true, stream: 'clip' } } },
  { type: 'received.publicKey', message: { event: 'publicKey', hello: { extensions: true, stream: 'other' } } },
  { type: 'received.latestState', message: { event: 'latestState', publicKey } },
  { type: 'received.newChannel', message: { event: 'newChannel', state: first } },
  { type: 'received.play', message: { event: 'play', publicKey, at: { stream: 'clip', part: 0 } } },
  { type: 'received.pay', message: { event: 'pay', signature: sign('1') } },
  { type: 'received.refund', message: { event: 'refund', state: first } },
  { type: 'received.topUp', message: { event: 'topUp', publicKey, deposit: '30' } },
  { type: 'received.pause', message: { event: 'pause', publicKey } },
  {
    type: 'received.close',
    message: { event: 'close', publicKey, signature: sign('2'), signed: { sequence: 2, sent: '10' } },
  },
  { type: 'received.receipt', message: { event: 'receipt', publicKey } },
  { type: 'received.malformed', reason: 'an unknown event' },
  { type: 'unknown', about: 'latestState' },
  { type: 'unknown', about: 'play' },
  { type: 'faulted' },
  { type: 'connection.lost', code: 1006, reason: '' },
  { type: 'command.close' },
  { type: 'command.unknown' },
];

/** The desk's side of a socket. */
export const deskScenarios: readonly Scenario<typeof desk>[] = [
  { name: 'a socket', input: deskInput, cases: fromSocket },
];
