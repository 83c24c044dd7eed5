/** What a payer is told, by its app, its payee and its host: what its examples are made of. */

import { address, channel, first, offer, payeeParty, payerParty, sign } from './examples.ts';
import type { Fault, Offer, State } from './messages.ts';
import type { PayerEvent, PayerInput } from './payer/types.ts';

export const payerInput: PayerInput = {
  payer: payerParty,
  budget: { part: '10', session: '40' },
  terms: null,
  schemes: ['plain'],
  attempts: 1,
  answerTimeout: 10_000,
  secretTimeout: 5_000,
  closeTimeout: 5_000,
};

type PlayCommand = Extract<PayerEvent, { readonly type: 'command.play' }>;

export const command = (part = 0, stream = 'clip'): PlayCommand => ({
  type: 'command.play',
  stream,
  part,
  session: 's',
  budget: payerInput.budget,
});
export const play = command();
export const buy: PayerEvent = { type: 'command.buy', deposit: '20', fresh: channel.id, address };
export const close: PayerEvent = { type: 'command.close', id: 'c1' };
export const opened: PayerEvent = { type: 'connection.opened' };
export const unopened: PayerEvent = { type: 'connection.failed', reason: 'nobody there' };
export const lost: PayerEvent = { type: 'connection.lost', code: 1006, reason: 'the line broke' };

export const offers = (changed: Partial<Offer> = {}, key = payeeParty.publicKey): PayerEvent => ({
  type: 'received.publicKey',
  message: { event: 'publicKey', publicKey: key, wallet: payeeParty.wallet, offer: { ...offer, ...changed } },
});
/** A payee that knows only the text. */
export const offersNothing: PayerEvent = {
  type: 'received.publicKey',
  message: { event: 'publicKey', publicKey: payeeParty.publicKey, wallet: payeeParty.wallet },
};
export const shows = (state: Partial<State> | null): PayerEvent => ({
  type: 'received.latestState',
  message: { event: 'latestState', state: state === null ? null : { ...first, ...state } },
});
/** The channel after a payment, as it is shown to a payer that has no record of it. */
export const afterOne: Partial<State> = {
  client_balance: '20',
  server_balance: '10',
  client_sequence_number: 1,
  client_signature: sign('1'),
};
export const demands = (part: number, required: string, accepted: string, stream = 'clip'): PayerEvent => ({
  type: 'received.pay',
  message: { event: 'pay', need: { stream, part, required, accepted, deposit: '20' } },
});
export const demandsSomething: PayerEvent = { type: 'received.pay', message: { event: 'pay' } };
export const gives = (part: number): PayerEvent => ({
  type: 'received.secret',
  message: { event: 'secret', secret: '', about: { stream: 'clip', part } },
});
export const givesSomething: PayerEvent = { type: 'received.secret', message: { event: 'secret', secret: '' } };
export const refunds: PayerEvent = { type: 'received.refund', message: { event: 'refund', signature: sign('a') } };
export const signsEnd = (sequence: number, sent: string): PayerEvent => ({
  type: 'received.closed',
  message: { event: 'closed', signature: sign('b'), signed: { sequence, sent } },
});
export const signsReceipt = (sequence: number, sent: string): PayerEvent => ({
  type: 'received.receipt',
  message: { event: 'receipt', signature: sign('f'), signed: { sequence, sent } },
});
export const refuses = (about: string, fault: Fault): PayerEvent => ({
  type: 'received.refused',
  message: { event: 'refused', about, fault },
});
export const refusesPay = refuses('pay', 'wrongState');

/** Every message once. */
export const everything: readonly PayerEvent[] = [
  offers(),
  shows(null),
  demandsSomething,
  gives(0),
  refunds,
  signsEnd(1, '0'),
  signsReceipt(0, '0'),
  refusesPay,
  { type: 'received.malformed', reason: 'an unknown event' },
];

export const verified = (id: string, ok: boolean): PayerEvent => ({ type: 'verified', id, ok });
export const signedFor = (statement: string, sequence: number, sent: string): PayerEvent => ({
  type: 'signed',
  id: `${statement}/${channel.id}/${sequence}/${sent}`,
  signature: sign(`${sequence}`),
});
export const unsignedFor = (statement: string, sequence: number, sent: string): PayerEvent => ({
  type: 'refused',
  id: `${statement}/${channel.id}/${sequence}/${sent}`,
  reason: 'the owner said no',
});
export const funded = (deposit: string): PayerEvent => ({ type: 'funded', id: `fund/${channel.id}/${deposit}` });
export const unfunded = (deposit: string): PayerEvent => ({
  type: 'unfunded',
  id: `fund/${channel.id}/${deposit}`,
  reason: 'too little money',
});
export const refundId = `judged/0/${sign('a')}`;
export const endId = (sequence: number) => `judged/${sequence}/${sign('b')}`;
export const receiptId = (sequence: number) => `judged/${sequence}/${sign('f')}`;
export const shownId = `shown/${channel.id}/1`;

export const leave: PayerEvent = { type: 'command.leave' };
export const available = (part: number): PayerEvent => ({ type: 'available', id: `part/clip/${part}` });
export const missing = (part: number): PayerEvent => ({
  type: 'missing',
  id: `part/clip/${part}`,
  reason: 'not found',
});
export const unlocks = (part: number): PayerEvent => ({ type: 'opened', id: `key/clip/${part}` });
export const corrupt = (part: number): PayerEvent => ({
  type: 'corrupt',
  id: `key/clip/${part}`,
  reason: 'not its key',
});

/** The shortest way to a channel of which both sides know: the payee shows one with a payment. */
export const toStreaming: readonly PayerEvent[] = [play, opened, offers(), shows(afterOne), verified(shownId, true)];
