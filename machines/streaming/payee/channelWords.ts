/**
 * The payee's words for its channel: the first state, the refund, what is in it, what more comes, and in which words it says no.
 */
import { assertEvent, assign, emit, setup } from 'xstate';
import { fromHex } from '../../../src/bytes.ts';
import { acceptsKey } from '../../../src/keys/policy.ts';
import { isMore } from '../../../src/money.ts';
import type { RoleMeta } from '../../../src/role.ts';
import { blaming } from '../../../src/vocabulary.ts';
import { aboutSignature, first, payerOf, refusal, standingOf, stateOf } from './claims.ts';
import { termsOf, turnOf } from './plays.ts';
import type { PayeeContext, PayeeEmitted, PayeeEvent, PayeeInput, PayeeOutput } from './types.ts';

const { violated, misused } = blaming<PayeeContext, PayeeEvent>('payer');

/** The first of the payee's words. */
export const channelWords = setup({
  types: {} as {
    context: PayeeContext;
    input: PayeeInput;
    output: PayeeOutput;
    events: PayeeEvent;
    emitted: PayeeEmitted;
    tags: 'usable' | 'waiting' | 'settled' | 'ending';
    meta: RoleMeta;
  },
  actions: {
    keepAsker: assign(({ event }) => ({ asker: payerOf(event) })),
    requestRefund: emit(({ context }) => ({
      type: 'requestSignature',
      id: aboutSignature('refund', context),
      statement: 'refund',
      channel: context.channel,
      standing: standingOf(context, first),
    })),
    sendRefund: emit(({ context, event }) => {
      assertEvent(event, 'signed');
      return { type: 'send', to: context.asker, message: { event: 'refund', signature: event.signature } };
    }),
    consultDeposit: emit(({ context }) => ({
      type: 'consultDeposit',
      id: `deposit/${context.channel.id}/${context.wanted === '' ? context.deposit : context.wanted}`,
      channel: context.channel,
    })),
    sendAcceptance: emit(({ context }) => ({
      type: 'send',
      to: context.asker,
      message: { event: 'latestState', state: stateOf(context) },
    })),
    opened: emit(({ context }) => ({ type: 'opened', channel: context.channel.id, deposit: context.deposit })),
    sendLatestState: emit(({ context, event }) => ({
      type: 'send',
      to: payerOf(event),
      message: { event: 'latestState', state: stateOf(context) },
    })),
    sendNoState: emit(({ event }) => ({
      type: 'send',
      to: payerOf(event),
      message: { event: 'latestState', state: null },
    })),
    /** What was released of other content under the same name does not count any more. */
    keepTerms: assign(({ context, event }) => {
      assertEvent(event, 'offered');
      const isSame = ([stream]: readonly [string, unknown]) =>
        event.terms.some(
          (terms) => terms.stream === stream && terms.commitment === termsOf(context, stream)?.commitment,
        );
      return {
        terms: event.terms,
        released: Object.fromEntries(Object.entries(context.released).filter(isSame)),
        next: Object.fromEntries(Object.entries(context.next).filter(isSame)),
      };
    }),
    keepUnopened: assign({ reason: 'No money came in time.' }),

    keepWanted: assign(({ event }) => {
      assertEvent(event, 'received.topUp');
      return { wanted: event.message.deposit };
    }),
    keepDeposit: assign(({ context }) => ({ deposit: context.wanted, wanted: '' })),
    forgetWanted: assign({ wanted: '' }),
    requestReceipt: emit(({ context }) => ({
      type: 'requestSignature',
      id: aboutSignature('receipt', context),
      statement: 'receipt',
      channel: context.channel,
      standing: standingOf(context, context.accepted),
    })),
    sendReceipt: emit(({ context, event }) => {
      assertEvent(event, 'signed');
      const { sequence, sent } = context.accepted;
      return {
        type: 'send',
        to: context.asker,
        message: { event: 'receipt', signature: event.signature, signed: { sequence, sent } },
      };
    }),

    refuseWeakKey: emit(({ event }) => refusal(event, 'weakKey')),
    refuseWrongState: emit(({ event }) => refusal(event, 'wrongState')),
    refuseUnknownKey: emit(({ event }) => refusal(event, 'unknownKey')),
    refuseUnexpected: emit(({ event }) => refusal(event, 'unexpected')),
    refuseDuplicate: emit(({ event }) => refusal(event, 'duplicateChannel')),
    refuseTopUp: emit(({ event }) => refusal(event, 'unavailable')),
    refuseUnfunded: emit(({ context }) => ({
      type: 'send',
      to: context.asker,
      message: { event: 'refused', about: context.wanted === '' ? 'newChannel' : 'topUp', fault: 'unfunded' },
    })),
    refuseUnsigned: emit(({ context }) => ({
      type: 'send',
      to: context.asker,
      message: { event: 'refused', about: 'refund', fault: 'unavailable' },
    })),
    violated,
    misused,
  },
  guards: {
    isWeakKey: ({ context }) => !acceptsKey(fromHex(context.channel.payer.publicKey)),
    /** "Which is actually the first state". */
    isOurFirst: ({ context, event }) => {
      if (event.type !== 'received.newChannel' && event.type !== 'received.refund') return false;
      const { state } = event.message;
      return (
        state.channel_id === context.channel.id &&
        state.channel_address === context.address &&
        state.client_wallet_address === context.channel.payer.wallet &&
        state.client_balance === context.deposit &&
        context.deposit !== '0' &&
        state.server_balance === '0' &&
        state.client_sequence_number === 0
      );
    },
    isOurChannel: ({ context, event }) =>
      event.type === 'received.newChannel' && event.message.state.channel_id === context.channel.id,
    answersSignature: ({ context, event }) =>
      (event.type === 'signed' || event.type === 'refused') && event.id === aboutSignature('refund', context),
    isFunded: ({ context, event }) =>
      event.type === 'deposited' &&
      event.id === `deposit/${context.channel.id}/${context.deposit}` &&
      !isMore(context.deposit, event.deposit),
    isUnfunded: ({ context, event }) =>
      event.type === 'deposited' && event.id === `deposit/${context.channel.id}/${context.deposit}`,
    isSpent: ({ context }) => context.accepted.sent === context.deposit,
    isUnpaid: ({ context }) => context.accepted.sequence === 0,

    isTopUpKnown: ({ context, event }) => event.type === 'received.topUp' && event.message.deposit === context.deposit,
    isNoMore: ({ context, event }) =>
      event.type === 'received.topUp' && !isMore(event.message.deposit, context.deposit),
    mayTopUp: ({ context, event }) =>
      event.type === 'received.topUp' &&
      context.canTopUp &&
      context.wanted === '' &&
      context.accepted.sent !== context.deposit,
    isToppedUp: ({ context, event }) =>
      event.type === 'deposited' &&
      context.wanted !== '' &&
      event.id === `deposit/${context.channel.id}/${context.wanted}` &&
      !isMore(context.wanted, event.deposit) &&
      // The last payment is signed as the end of a channel of the old size.
      context.accepted.sent !== context.deposit,
    isNotToppedUp: ({ context, event }) =>
      event.type === 'deposited' &&
      context.wanted !== '' &&
      event.id === `deposit/${context.channel.id}/${context.wanted}`,
    isByPayer: ({ context, event }) => payerOf(event) === context.proven,
    answersReceipt: ({ context, event }) => event.type === 'signed' && event.id === aboutSignature('receipt', context),
    isOldReceipt: ({ context, event }) =>
      event.type === 'signed' && event.id.startsWith(`receipt/${context.channel.id}/`),
  },
  delays: {
    openTimeout: ({ context }) => context.openTimeout,
    payTimeout: ({ context }) => context.payTimeout,
    lingerTimeout: ({ context }) => context.lingerTimeout,
    /** Streams of one payer take turns: each gets a part in the time of a part. */
    partTime: ({ context }) => {
      const turn = turnOf(context);
      const streams = context.plays.filter(({ from }) => from === context.proven).length;
      const partMs = termsOf(context, turn?.stream)?.partMs ?? 0;
      const time = partMs / Math.max(1, streams);
      // Short parts are asked for halfway: asking for them sooner would be no pace at all.
      return time - Math.min(context.lead, time / 2);
    },
    creditTime: ({ context }) => context.lead,
    settleAgain: 60_000,
  },
});
