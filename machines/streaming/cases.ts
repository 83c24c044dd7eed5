/**
 * Example events of the three roles: enough for every transition, both outcomes of every guard, and every message in every state. A channel holds
 * two parts, sometimes three, so that a path reaches its end.
 */
import type { Channel, Party } from '../../src/streaming/scheme.ts';
import type { Scenario } from '../../src/testing/paths.ts';
import type { DeskEvent, DeskInput, desk } from './desk.ts';
import type { Fault, Offer, State } from './messages.ts';
import type { payee } from './payee.ts';
import type { Claim, PayeeEvent, PayeeInput } from './payeeRules.ts';
import type { payer } from './payer.ts';
import type { PayerEvent, PayerInput } from './payerRules.ts';

const payerParty: Party = {
  publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  wallet: 'the wallet of the payer',
};
const payeeParty: Party = {
  publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
  wallet: 'the wallet of the payee',
};
const channel: Channel = { id: '00112233445566778899aabbccddeeff', payer: payerParty, payee: payeeParty };
const address = 'where the channel lies';

/** A signature of its own for each digit. */
const sign = (digit: string) => digit.repeat(128);

const offer: Offer = {
  stream: 'clip',
  price: '10',
  unit: 'coin',
  partMs: 10_000,
  parts: null,
  commitment: '',
  content: '',
  credit: 0,
  scheme: 'plain',
};

const first: State = {
  channel_id: channel.id,
  channel_address: address,
  client_wallet_address: payerParty.wallet,
  client_public_key: payerParty.publicKey,
  client_balance: '20',
  server_balance: '0',
  client_sequence_number: 0,
  client_signature: null,
};

const { publicKey } = payerParty;

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

const payerInput: PayerInput = {
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

const command = (part = 0, stream = 'clip'): PlayCommand => ({
  type: 'command.play',
  stream,
  part,
  session: 's',
  budget: payerInput.budget,
});
const play = command();
const buy: PayerEvent = { type: 'command.buy', deposit: '20', fresh: channel.id, address };
const close: PayerEvent = { type: 'command.close', id: 'c1' };
const opened: PayerEvent = { type: 'connection.opened' };
const unopened: PayerEvent = { type: 'connection.failed', reason: 'nobody there' };
const lost: PayerEvent = { type: 'connection.lost', code: 1006, reason: 'the line broke' };

const offers = (changed: Partial<Offer> = {}, key = payeeParty.publicKey): PayerEvent => ({
  type: 'received.publicKey',
  message: { event: 'publicKey', publicKey: key, wallet: payeeParty.wallet, offer: { ...offer, ...changed } },
});
/** A payee that knows only the text. */
const offersNothing: PayerEvent = {
  type: 'received.publicKey',
  message: { event: 'publicKey', publicKey: payeeParty.publicKey, wallet: payeeParty.wallet },
};
const shows = (state: Partial<State> | null): PayerEvent => ({
  type: 'received.latestState',
  message: { event: 'latestState', state: state === null ? null : { ...first, ...state } },
});
/** The channel after a payment, as it is shown to a payer that has no record of it. */
const afterOne: Partial<State> = {
  client_balance: '20',
  server_balance: '10',
  client_sequence_number: 1,
  client_signature: sign('1'),
};
const demands = (part: number, required: string, accepted: string, stream = 'clip'): PayerEvent => ({
  type: 'received.pay',
  message: { event: 'pay', need: { stream, part, required, accepted, deposit: '20' } },
});
const demandsSomething: PayerEvent = { type: 'received.pay', message: { event: 'pay' } };
const gives = (part: number): PayerEvent => ({
  type: 'received.secret',
  message: { event: 'secret', secret: '', about: { stream: 'clip', part } },
});
const givesSomething: PayerEvent = { type: 'received.secret', message: { event: 'secret', secret: '' } };
const refunds: PayerEvent = { type: 'received.refund', message: { event: 'refund', signature: sign('a') } };
const signsEnd = (sequence: number, sent: string): PayerEvent => ({
  type: 'received.closed',
  message: { event: 'closed', signature: sign('b'), signed: { sequence, sent } },
});
const signsReceipt = (sequence: number, sent: string): PayerEvent => ({
  type: 'received.receipt',
  message: { event: 'receipt', signature: sign('f'), signed: { sequence, sent } },
});
const refuses = (about: string, fault: Fault): PayerEvent => ({
  type: 'received.refused',
  message: { event: 'refused', about, fault },
});
const refusesPay = refuses('pay', 'wrongState');

/** Every message once. */
const everything: readonly PayerEvent[] = [
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

const verified = (id: string, ok: boolean): PayerEvent => ({ type: 'verified', id, ok });
const signedFor = (statement: string, sequence: number, sent: string): PayerEvent => ({
  type: 'signed',
  id: `${statement}/${channel.id}/${sequence}/${sent}`,
  signature: sign(`${sequence}`),
});
const unsignedFor = (statement: string, sequence: number, sent: string): PayerEvent => ({
  type: 'refused',
  id: `${statement}/${channel.id}/${sequence}/${sent}`,
  reason: 'the owner said no',
});
const funded = (deposit: string): PayerEvent => ({ type: 'funded', id: `fund/${channel.id}/${deposit}` });
const unfunded = (deposit: string): PayerEvent => ({
  type: 'unfunded',
  id: `fund/${channel.id}/${deposit}`,
  reason: 'too little money',
});
const refundId = `judged/0/${sign('a')}`;
const endId = (sequence: number) => `judged/${sequence}/${sign('b')}`;
const receiptId = (sequence: number) => `judged/${sequence}/${sign('f')}`;
const shownId = `shown/${channel.id}/1`;

const leave: PayerEvent = { type: 'command.leave' };
const available = (part: number): PayerEvent => ({ type: 'available', id: `part/clip/${part}` });
const missing = (part: number): PayerEvent => ({ type: 'missing', id: `part/clip/${part}`, reason: 'not found' });
const unlocks = (part: number): PayerEvent => ({ type: 'opened', id: `key/clip/${part}` });
const corrupt = (part: number): PayerEvent => ({ type: 'corrupt', id: `key/clip/${part}`, reason: 'not its key' });

/** The shortest way to a channel of which both sides know: the payee shows one with a payment. */
const toStreaming: readonly PayerEvent[] = [play, opened, offers(), shows(afterOne), verified(shownId, true)];

/** The payer's side of one channel after the other. */
export const payerScenarios: readonly Scenario<typeof payer>[] = [
  {
    name: 'what comes at the wrong time',
    input: payerInput,
    cases: [
      ...everything,
      close,
      leave,
      opened,
      { type: 'command.unknown' },
      verified('', true),
      signedFor('state', 1, '10'),
      unsignedFor('state', 1, '10'),
      funded('20'),
      unfunded('20'),
      { type: 'withdrawn', id: 'another' },
      { type: 'unwithdrawn', id: 'another', reason: 'not now' },
      available(0),
      missing(0),
      unlocks(0),
      corrupt(0),
    ],
  },
  {
    name: 'a payee is found',
    input: payerInput,
    cases: [
      ...everything,
      play,
      opened,
      unopened,
      lost,
      leave,
      close,
      offers({ price: '11' }),
      offersNothing,
      shows(afterOne),
      shows({ ...afterOne, client_public_key: payeeParty.publicKey }),
      shows({ ...afterOne, client_balance: '0' }),
      shows({}),
      verified(shownId, true),
      verified(shownId, false),
      verified('', true),
    ],
    key: ({ channel: known }) => known !== null,
  },
  {
    name: 'a channel is bought',
    input: payerInput,
    cases: [
      ...everything,
      play,
      opened,
      lost,
      buy,
      verified(refundId, true),
      verified(refundId, false),
      verified('', true),
      funded('20'),
      unfunded('20'),
      funded('7'),
      unfunded('7'),
      shows({}),
      refuses('play', 'unknownKey'),
    ],
    key: ({ isFunded }) => isFunded,
  },
  {
    name: 'a part is paid',
    input: payerInput,
    cases: [
      ...toStreaming,
      ...everything,
      demands(0, '20', '10'),
      demands(0, '30', '10'),
      available(0),
      available(7),
      missing(0),
      missing(7),
      signedFor('state', 2, '20'),
      unsignedFor('state', 2, '20'),
      signedFor('state', 7, '20'),
      unsignedFor('state', 7, '20'),
      unlocks(0),
      unlocks(7),
      corrupt(0),
      corrupt(7),
    ],
    key: ({ promised }) => promised === null,
  },
  {
    name: 'a part is asked for again, and the next one too early',
    input: payerInput,
    cases: [
      ...toStreaming,
      demands(0, '20', '10'),
      demands(1, '30', '20'),
      available(0),
      signedFor('state', 2, '20'),
      gives(0),
      unlocks(0),
    ],
    key: ({ held }) => held === null,
  },
  {
    name: 'the line breaks',
    input: { ...payerInput, attempts: 2 },
    cases: [
      ...toStreaming,
      shows(null),
      shows({ ...afterOne, client_balance: '10', server_balance: '20', client_sequence_number: 2 }),
      demands(0, '20', '10'),
      available(0),
      signedFor('state', 2, '20'),
      lost,
      unopened,
      offers({}, publicKey),
    ],
    key: ({ promised, channel: known }) => [known !== null, promised?.signature === ''],
  },
  {
    name: 'the line breaks for good',
    input: { ...payerInput, attempts: 0 },
    cases: [...toStreaming, lost, { type: 'command.pause' }],
    key: ({ channel: known }) => known !== null,
  },
  {
    name: 'the app jumps, and pauses, while a part is being opened',
    input: payerInput,
    cases: [
      ...toStreaming,
      demands(0, '20', '10'),
      available(0),
      signedFor('state', 2, '20'),
      gives(0),
      command(5),
      command(0, 'other'),
      gives(5),
      unlocks(0),
      { type: 'command.pause' },
      { type: 'command.resume' },
    ],
    key: ({ isPausing }) => isPausing,
  },
  {
    name: 'a channel is used up',
    input: payerInput,
    cases: [
      ...toStreaming.filter(({ type }) => type !== 'received.latestState'),
      shows({ ...afterOne, client_balance: '10' }),
      demands(0, '10', '10'),
      demands(0, '20', '10'),
      available(0),
      signedFor('close', 2, '20'),
      gives(0),
      unlocks(0),
      { type: 'command.topUp', deposit: '30' },
      refuses('topUp', 'unavailable'),
    ],
    key: ({ promised, agreed }) => [promised === null, agreed.sequence],
  },
  {
    name: 'a stream ends',
    input: payerInput,
    cases: [
      ...toStreaming.filter(({ type }) => type !== 'received.publicKey'),
      offers({ parts: 1 }),
      demands(0, '20', '10'),
      available(0),
      signedFor('state', 2, '20'),
      gives(0),
      unlocks(0),
      { type: 'command.resume' },
    ],
    key: ({ streams }) => streams.length,
  },
  {
    name: 'a budget is spent',
    input: payerInput,
    cases: [
      ...toStreaming.filter(({ type }) => type !== 'command.play'),
      { ...play, budget: { part: '10', session: '5' } },
      demands(0, '20', '10'),
    ],
    key: () => [],
  },
  {
    name: 'parts on credit',
    input: payerInput,
    cases: [
      ...toStreaming.filter(({ type }) => type !== 'received.publicKey'),
      offers({ credit: 2 }),
      gives(0),
      gives(1),
      unlocks(0),
      unlocks(1),
      demands(0, '20', '10'),
      demands(2, '40', '10'),
      demands(2, '40', '30'),
      signedFor('close', 2, '30'),
      shows({ client_balance: '0', server_balance: '30', client_sequence_number: 2, client_signature: sign('2') }),
    ],
    key: ({ owed, promised }) => [owed, promised?.sent],
  },
  {
    name: 'another stream',
    input: payerInput,
    cases: [
      ...toStreaming,
      command(1),
      command(0, 'other'),
      offers({ price: '9' }),
      offers({}, publicKey),
      offers({ stream: 'other' }),
    ],
    key: ({ streams }) => streams.length,
  },
  {
    name: 'too many streams',
    input: payerInput,
    cases: [...toStreaming, ...['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((stream) => command(0, stream))],
    key: ({ channel: known, wishes }) => (known === null ? 0 : wishes.length),
  },
  {
    name: 'more is put in',
    input: payerInput,
    cases: [
      ...toStreaming.filter(({ type }) => type !== 'received.latestState'),
      ...everything,
      shows({ ...afterOne, client_balance: '5' }),
      shows({ ...afterOne, client_balance: '15' }),
      demands(0, '20', '10'),
      { type: 'command.topUp', deposit: '15' },
      { type: 'command.topUp', deposit: '25' },
      refuses('topUp', 'unavailable'),
      funded('25'),
      unfunded('25'),
      funded('7'),
      unfunded('7'),
    ],
    key: ({ deposit, wanted }) => [deposit, wanted],
  },
  {
    name: 'receipts',
    input: payerInput,
    cases: [
      ...toStreaming,
      { type: 'command.receipt' },
      signsReceipt(1, '10'),
      signsReceipt(7, '10'),
      verified(receiptId(1), true),
      verified(receiptId(1), false),
      verified('', true),
    ],
    key: ({ judged }) => judged,
  },
  {
    name: 'a channel with a payee that knows only the text',
    input: { ...payerInput, terms: offer },
    cases: [play, opened, offersNothing, shows(null), buy, funded('20'), shows({}), demandsSomething, close],
    key: () => [],
  },
  {
    name: 'a payee that knows only the text',
    input: { ...payerInput, terms: offer },
    cases: [
      ...toStreaming.filter(({ type }) => type !== 'received.publicKey'),
      offersNothing,
      shows(null),
      demandsSomething,
      available(0),
      signedFor('state', 2, '20'),
      givesSomething,
      unlocks(0),
      shows({ ...afterOne, client_balance: '10', server_balance: '20', client_sequence_number: 2 }),
      { type: 'command.resume' },
    ],
    key: ({ promised, channel: known }) => [known !== null, promised === null],
  },
  {
    name: 'a channel ends',
    input: payerInput,
    cases: [
      ...toStreaming,
      ...everything,
      leave,
      close,
      lost,
      unopened,
      offers({}, publicKey),
      signedFor('close', 2, '10'),
      unsignedFor('close', 2, '10'),
      signedFor('close', 7, '10'),
      unsignedFor('close', 7, '10'),
      signsEnd(2, '10'),
      verified(endId(2), true),
      verified(endId(2), false),
      { type: 'withdrawn', id: `withdraw/${channel.id}` },
      { type: 'unwithdrawn', id: `withdraw/${channel.id}`, reason: 'not now' },
      { type: 'withdrawn', id: 'another' },
      { type: 'unwithdrawn', id: 'another', reason: 'not now' },
    ],
    key: ({ attempt }) => attempt > 1,
  },
];
