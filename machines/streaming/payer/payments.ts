/**
 * The states of a channel as the payer reckons with them: those it has signed, those it is shown, and what a request about one is called.
 */
import { isMore, minus, plus } from '../../../src/money.ts';
import type { Channel, Standing, Statement } from '../../../src/streaming/scheme.ts';
import type { State } from '../messages.ts';
import type { PayerContext, PayerEmitted, PayerEvent, PayerInput, Payment } from './types.ts';

export const none: readonly never[] = [];

export const nothing: Payment = { sequence: 0, sent: '0', signature: '' };

export const noChannel = {
  channel: null,
  address: '',
  deposit: '0',
  isFunded: false,
  refund: '',
  agreed: nothing,
  promised: null,
  owed: '0',
  asked: null,
  held: null,
  isPausing: false,
  wanted: '',
  closing: null,
  judged: null,
  shown: null,
} as const;

/** What a payer begins with: no payee, no channel. */
export const contextOf = (input: PayerInput): PayerContext => ({
  ...input,
  ...noChannel,
  payee: null,
  streams: none,
  wishes: none,
  spent: '0',
  session: '',
  attempt: 0,
  command: '',
  isTextOnly: false,
  reason: '',
  blamed: 'nobody',
});

/** The last state that we have signed, or are about to. */
export const latestOf = ({ agreed, promised }: PayerContext): Payment => promised ?? agreed;

/** The last state that we have signed. */
export const signedOf = ({ agreed, promised }: PayerContext): Payment =>
  promised !== null && promised.signature !== '' ? promised : agreed;

/** What nobody but the two sides of a channel can tell about it. */
export const channelOf = ({ channel }: PayerContext): Channel => {
  if (channel === null) throw new Error('There is no channel.');
  return channel;
};

/** How far the session's budget goes in this channel, cumulative. */
export function budgeted({ agreed, promised, spent, budget }: PayerContext): string {
  const { sent } = promised ?? agreed;
  return plus(sent, minus(budget.session, spent));
}

export const standing = (deposit: string, { sequence, sent }: Omit<Payment, 'signature'>): Standing => ({
  deposit,
  sent,
  sequence,
});

export function stateOf(context: PayerContext, { sequence, sent, signature }: Payment): State {
  const { payer, address, deposit } = context;
  return {
    channel_id: channelOf(context).id,
    channel_address: address,
    client_wallet_address: payer.wallet,
    client_public_key: payer.publicKey,
    client_balance: minus(deposit, sent),
    server_balance: sent,
    client_sequence_number: sequence,
    client_signature: signature === '' ? null : signature,
  };
}

/** "If the resulting balance is zero, the state is signed as a final state." */
export const statementOf = (deposit: string, sent: string): Statement => (sent === deposit ? 'close' : 'state');

/** A request for a signature is about what is signed, and nothing else. */
export const aboutSignature = (
  statement: Statement,
  context: PayerContext,
  { sequence, sent }: Omit<Payment, 'signature'>,
) => `${statement}/${context.channel?.id ?? ''}/${sequence}/${sent}`;

export const aboutFunding = (context: PayerContext, deposit: string) => `fund/${context.channel?.id ?? ''}/${deposit}`;

/** The place of settlement is asked to see to it that the channel holds so much. */
export const fundingOf = (context: PayerContext, deposit: string) =>
  ({ type: 'requestFunding', id: aboutFunding(context, deposit), channel: channelOf(context), deposit }) as const;

export const aboutWithdrawal = (context: PayerContext) => `withdraw/${context.channel?.id ?? ''}`;

/** What a payee that has accepted our promise says by the way; of a promise that brings no money, a proof of the key, an amount says nothing. */
export function acknowledged(context: PayerContext, accepted: string): Pick<PayerContext, 'agreed' | 'promised'> {
  const { agreed, promised } = context;
  return promised !== null && promised.signature !== '' && promised.sent === accepted && isMore(accepted, agreed.sent)
    ? { agreed: promised, promised: null }
    : { agreed, promised };
}

function isOurState(context: PayerContext, state: State | null): state is State {
  return (
    state !== null &&
    state.channel_id === context.channel?.id &&
    state.client_public_key === context.payer.publicKey &&
    plus(state.client_balance, state.server_balance) === (isTopUp(context, state) ? context.wanted : context.deposit)
  );
}

/** Our channel's state that a payee shows. */
export const ourStateIn = (context: PayerContext, event: PayerEvent): State | undefined =>
  event.type === 'received.latestState' && isOurState(context, event.message.state) ? event.message.state : undefined;

export const isTopUp = ({ wanted }: PayerContext, { client_balance, server_balance }: State) =>
  wanted !== '' && plus(client_balance, server_balance) === wanted;

export const isAt = (payment: Payment | null, state: State) =>
  payment !== null && payment.sequence === state.client_sequence_number && payment.sent === state.server_balance;

/** What the payee shows, as a channel of ours. */
export function adoptedOf({ shown, payer: own, payee }: PayerContext) {
  if (shown === null || payee === null) throw new Error('Nothing is shown.');
  const payment: Payment = {
    sequence: shown.client_sequence_number,
    sent: shown.server_balance,
    signature: shown.client_signature ?? '',
  };
  const channel: Channel = { id: shown.channel_id, payer: own, payee };
  return {
    channel,
    address: shown.channel_address,
    deposit: plus(shown.client_balance, shown.server_balance),
    payment,
  };
}

/** A state under our key, of a channel that we have no record of. */
export function isAdoptable({ channel, payer: own }: PayerContext, event: PayerEvent): boolean {
  if (event.type !== 'received.latestState' || event.message.state === null || channel !== null) return false;
  const { client_public_key, client_signature } = event.message.state;
  return client_public_key === own.publicKey && client_signature !== null;
}

/** What a signature of the payee, or one of ours that it shows, is judged under. */
export function judgedId({ judged, shown }: PayerContext): string {
  if (shown !== null) return `shown/${shown.channel_id}/${shown.client_sequence_number}`;
  return judged === null ? '' : `judged/${judged.sequence}/${judged.signature}`;
}

export function consultationOf(
  statement: Statement,
  context: PayerContext,
): Extract<PayerEmitted, { readonly type: 'consultSignature' }> {
  const judged = context.judged ?? nothing;
  return {
    type: 'consultSignature',
    id: judgedId(context),
    statement,
    channel: channelOf(context),
    standing: standing(context.deposit, judged),
    publicKey: context.payee?.publicKey ?? '',
    signature: judged.signature,
  };
}
