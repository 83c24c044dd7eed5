/**
 * Example events of the payee: enough for every transition, both outcomes of every guard, and every message in every state. A channel holds two parts,
 * sometimes three, so that a path reaches its end.
 */
import type { Scenario } from '../../src/testing/paths.ts';
import { address, channel, first, payerParty, publicKey, sign } from './examples.ts';
import type { State } from './messages.ts';
import type { Claim, PayeeEvent, PayeeInput } from './payee/types.ts';
import type { payee } from './payee.ts';

const payeeInput: PayeeInput = {
  channel,
  address,
  deposit: '20',
  terms: [{ stream: 'clip', price: '10', partMs: 10_000, parts: null, credit: 0, commitment: '' }],
  maxSequence: 3,
  canTopUp: true,
  lead: 5_000,
  payTimeout: 30_000,
  openTimeout: 30_000,
  lingerTimeout: 10_000,
  maxPlays: 2,
};

type Play = Extract<PayeeEvent, { readonly type: 'received.play' }>;
type Pay = Extract<PayeeEvent, { readonly type: 'received.pay' }>;
type Close = Extract<PayeeEvent, { readonly type: 'received.close' }>;

const announces = (state: Partial<State> = {}, from = 'a'): PayeeEvent => ({
  type: 'received.newChannel',
  message: { event: 'newChannel', state: { ...first, ...state } },
  from,
});
const asksRefund = (state: Partial<State> = {}): PayeeEvent => ({
  type: 'received.refund',
  message: { event: 'refund', state: { ...first, ...state } },
  from: 'a',
});
const plays = (from: string, stream = 'clip', part = 0): Play => ({
  type: 'received.play',
  message: { event: 'play', publicKey, at: { stream, part } },
  from,
});
/** The payment with sequence number n is signed with n. */
const pays = (from: string, sequence: number, sent: string): Pay => ({
  type: 'received.pay',
  message: { event: 'pay', signature: sign(`${sequence}`), signed: { sequence, sent } },
  from,
});
const closes = (sequence: number, sent: string): Close => ({
  type: 'received.close',
  message: { event: 'close', publicKey, signature: sign('c'), signed: { sequence, sent } },
  from: 'a',
});
const pauses = (from: string): PayeeEvent => ({
  type: 'received.pause',
  message: { event: 'pause', publicKey },
  from,
});
const topsUp = (deposit: string): PayeeEvent => ({
  type: 'received.topUp',
  message: { event: 'topUp', publicKey, deposit },
  from: 'a',
});
const asksReceipt = (from: string): PayeeEvent => ({
  type: 'received.receipt',
  message: { event: 'receipt', publicKey },
  from,
});
const asksState: PayeeEvent = { type: 'received.latestState', message: { event: 'latestState', publicKey }, from: 'a' };

/** The verdict on a payment, or on a closing. */
function verdict(claimed: Pay | Close, ok = true, deposit = '20'): PayeeEvent {
  const { from, type } = claimed;
  const { signature, signed } = claimed.message;
  if (signed === undefined) throw new Error('The example says nothing of its state.');
  const isClosing = type === 'received.close';
  const statement = isClosing || signed.sent === deposit ? 'close' : 'state';
  const claim: Claim = { from, statement, ...signed, deposit, signature, isClosing };
  return { type: 'verified', id: `claim/${from}/${signed.sequence}/${signature}`, ok, claim };
}

const deposited = (deposit: string, asked = '20'): PayeeEvent => ({
  type: 'deposited',
  id: `deposit/${channel.id}/${asked}`,
  deposit,
});
const signed = (statement: string, sequence = 0, sent = '0'): PayeeEvent => ({
  type: 'signed',
  id: `${statement}/${channel.id}/${sequence}/${sent}`,
  signature: sign('e'),
});
const unsigned = (statement: string, sequence = 0, sent = '0'): PayeeEvent => ({
  type: 'refused',
  id: `${statement}/${channel.id}/${sequence}/${sent}`,
  reason: 'the signer is away',
});
const gone = (from?: string): PayeeEvent => ({
  type: 'connection.lost',
  code: 1006,
  reason: '',
  ...(from === undefined ? {} : { from }),
});

/** The shortest way to a channel that is open, and to its first payment. */
const toPayment: readonly PayeeEvent[] = [
  announces(),
  deposited('20'),
  plays('a'),
  pays('a', 1, '10'),
  verdict(pays('a', 1, '10')),
];

/** Every message once. */
const anything: readonly PayeeEvent[] = [
  asksState,
  announces(),
  asksRefund(),
  plays('a'),
  pays('a', 1, '10'),
  pauses('a'),
  topsUp('30'),
  asksReceipt('a'),
  closes(2, '10'),
];

/** The payee's side of a channel. */
export const payeeScenarios: readonly Scenario<typeof payee>[] = [
  {
    name: 'a channel is opened',
    input: payeeInput,
    cases: [
      ...anything,
      announces({ server_balance: '10' }),
      announces({ channel_id: publicKey.slice(32) }),
      asksRefund({ channel_address: 'elsewhere' }),
      signed('refund'),
      unsigned('refund'),
      signed('refund', 7),
      unsigned('refund', 7),
      deposited('20'),
      deposited('19'),
      { type: 'command.close' },
    ],
    key: () => [],
  },
  {
    name: 'what comes at the wrong time',
    input: payeeInput,
    cases: [
      verdict(pays('a', 1, '10')),
      deposited('30', '30'),
      { type: 'offered', terms: payeeInput.terms },
      { type: 'settled', id: 'another' },
      { type: 'unsettled', id: 'another', reason: 'not now' },
      { type: 'command.unknown' },
      { type: 'closedSeen' },
      gone('a'),
    ],
  },
  {
    name: 'a key that anybody can sign with',
    input: { ...payeeInput, channel: { ...channel, payer: { ...payerParty, publicKey: `01${'0'.repeat(62)}` } } },
    cases: [announces(), asksRefund()],
  },
  {
    name: 'a payer pays part by part',
    input: payeeInput,
    cases: [
      ...anything,
      deposited('20'),
      verdict(pays('a', 1, '10')),
      verdict(pays('a', 1, '10'), false),
      { type: 'received.play', message: { event: 'play', publicKey }, from: 'a' },
      plays('a', 'other'),
      { type: 'received.pay', message: { event: 'pay', signature: sign('1') }, from: 'a' },
      pays('a', 2, '20'),
      verdict(pays('a', 2, '20')),
      pays('a', 3, '30'),
    ],
    key: ({ accepted }) => accepted.sequence,
  },
  {
    name: 'several sockets play',
    input: payeeInput,
    cases: [...toPayment, plays('b'), pays('b', 1, '10'), pauses('a'), pauses('b'), gone('a'), gone('b'), gone()],
    key: ({ plays: waiting, proven }) => [waiting.map(({ from }) => from), proven],
  },
  {
    name: 'a payer plays more than may wait',
    input: {
      ...payeeInput,
      maxPlays: 1,
      terms: [
        { stream: 'clip', price: '10', partMs: 10_000, parts: null, credit: 0, commitment: '' },
        { stream: 'file', price: '10', partMs: 10_000, parts: null, credit: 0, commitment: '' },
      ],
    },
    cases: [...toPayment, plays('a', 'file')],
    key: ({ accepted }) => accepted.sequence,
  },
  {
    name: 'parts on credit, and parts that are fetched',
    input: {
      ...payeeInput,
      terms: [
        { stream: 'clip', price: '10', partMs: 10_000, parts: 3, credit: 1, commitment: '' },
        { stream: 'file', price: '10', partMs: 0, parts: 2, credit: 0, commitment: 'ab' },
      ],
    },
    cases: [
      ...toPayment,
      plays('a', 'file'),
      pays('a', 2, '20'),
      verdict(pays('a', 2, '20')),
      { type: 'offered', terms: payeeInput.terms },
    ],
    key: ({ accepted, owed, plays: waiting }) => [accepted.sequence, owed, waiting.length],
  },
  {
    name: 'more is put in, and receipts',
    input: payeeInput,
    cases: [
      ...toPayment,
      verdict(pays('a', 2, '20')),
      topsUp('20'),
      topsUp('10'),
      topsUp('30'),
      deposited('20', '30'),
      deposited('30', '30'),
      asksReceipt('a'),
      asksReceipt('b'),
      signed('receipt', 1, '10'),
      unsigned('receipt', 1, '10'),
    ],
    key: ({ accepted, wanted }) => [accepted.sequence, wanted],
  },
  {
    name: 'a channel ends',
    input: payeeInput,
    cases: [
      ...toPayment,
      verdict(pays('a', 2, '20')),
      closes(2, '10'),
      closes(2, '30'),
      verdict(closes(2, '10')),
      verdict(closes(2, '10'), false),
      signed('close', 2, '10'),
      unsigned('close', 2, '10'),
      signed('refund', 1, '10'),
      unsigned('refund', 1, '10'),
      { type: 'settled', id: `settle/${channel.id}` },
      { type: 'unsettled', id: `settle/${channel.id}`, reason: 'not now' },
      { type: 'closingSeen', sent: '0' },
      { type: 'closingSeen', sent: '10' },
      { type: 'closedSeen' },
      { type: 'command.close' },
    ],
    key: ({ accepted, isTogether, signature }) => [accepted.sequence > 0, isTogether, signature !== ''],
  },
  {
    name: 'what comes while a channel ends',
    input: payeeInput,
    cases: [
      ...anything,
      deposited('20'),
      verdict(pays('a', 1, '10')),
      signed('refund', 1, '10'),
      signed('refund', 7),
      unsigned('refund', 7),
      { type: 'settled', id: 'another' },
      { type: 'unsettled', id: 'another', reason: 'not now' },
      { type: 'unsettled', id: `settle/${channel.id}`, reason: 'not now' },
      { type: 'closingSeen', sent: '0' },
      { type: 'command.close' },
    ],
    key: ({ accepted }) => accepted.sequence > 0,
  },
];
