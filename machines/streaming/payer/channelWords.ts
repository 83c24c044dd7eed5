/**
 * The payer's words for its channel: it is found, shown, bought, filled up, forgotten, and what was paid in it is receipted.
 */
import { assertEvent, assign, emit, enqueueActions } from 'xstate';
import { isMore, minus, plus } from '../../../src/money.ts';
import { connectionWords } from './connectionWords.ts';
import { playingOf } from './demands.ts';
import {
  aboutFunding,
  adoptedOf,
  channelOf,
  consultationOf,
  fundingOf,
  isAdoptable,
  isAt,
  isTopUp,
  judgedId,
  latestOf,
  noChannel,
  none,
  nothing,
  ourStateIn,
  standing,
  statementOf,
  stateOf,
} from './payments.ts';

/** And what is of the channel. */
export const channelWords = connectionWords.extend({
  actions: {
    sendLatestState: emit(({ context }) => ({
      type: 'send',
      message: { event: 'latestState', publicKey: context.payer.publicKey },
    })),
    keepAcknowledgement: assign(({ context, event }) => {
      assertEvent(event, 'received.latestState');
      const { state } = event.message;
      if (state === null) return {};
      // A payee that only knows the text gives no part twice: what it has been paid for and we did not get is lost.
      const isLost = context.isTextOnly && isAt(context.promised, state);
      return {
        ...(context.promised !== null && context.promised.signature !== '' && isAt(context.promised, state)
          ? { agreed: context.promised, promised: null }
          : {}),
        ...(isTopUp(context, state) ? { deposit: context.wanted, wanted: '' } : {}),
        ...(isLost
          ? {
              owed: state.server_balance,
              streams: context.streams.map((playing, index) =>
                index === 0 ? { ...playing, next: playing.next + 1 } : playing,
              ),
            }
          : {}),
      };
    }),
    keepForeignState: assign({ reason: 'The payee shows a state that is not ours.', blamed: 'payee' }),
    keepUnknownChannel: assign({ reason: 'The payee does not know our channel any more.', blamed: 'payee' }),
    keepShown: assign(({ event }) => {
      assertEvent(event, 'received.latestState');
      return { shown: event.message.state };
    }),
    consultShownState: emit(({ context }) => {
      const { channel, deposit, payment } = adoptedOf(context);
      const statement = statementOf(deposit, payment.sent);
      return {
        type: 'consultSignature',
        id: `shown/${channel.id}/${payment.sequence}`,
        statement,
        channel,
        standing: standing(deposit, payment),
        publicKey: context.payer.publicKey,
        signature: payment.signature,
      };
    }),
    adoptShown: assign(({ context }) => {
      const { channel, address, deposit, payment } = adoptedOf(context);
      return {
        channel,
        address,
        deposit,
        isFunded: true,
        agreed: payment,
        promised: null,
        owed: payment.sent,
        shown: null,
      };
    }),
    lastPartLost: enqueueActions(({ context: { promised, streams }, enqueue }) => {
      const [playing] = streams;
      if (promised === null || promised.signature === '' || playing === undefined) return;
      const { stream, next } = playing;
      const reason = 'The payee took the payment and does not know the channel any more.';
      enqueue.emit({ type: 'partLost', stream, part: next, why: 'withheld', reason });
    }),
    keepGone: assign(({ context }) => ({
      spent: plus(context.spent, minus(context.deposit, latestOf(context).sent)),
      streams: context.streams.map((playing, index) =>
        index === 0 && context.promised !== null && context.promised.signature !== ''
          ? { ...playing, next: playing.next + 1 }
          : playing,
      ),
    })),

    purchaseNeeded: emit(({ context }) => {
      const offer = playingOf(context, context.asked?.stream)?.offer ?? context.streams.at(-1)?.offer;
      if (offer === undefined) throw new Error('No stream plays.');
      return {
        type: 'purchaseNeeded',
        offer,
        required: context.asked?.required ?? offer.price,
        deposit: context.deposit,
      };
    }),
    keepChannel: assign(({ context, event }) => {
      assertEvent(event, 'command.buy');
      const { payee, payer: own } = context;
      if (payee === null) return {};
      return {
        ...noChannel,
        streams: context.streams.map((playing) => ({ ...playing, received: none })),
        channel: { id: event.fresh, payer: own, payee },
        address: event.address,
        deposit: event.deposit,
      };
    }),
    forgetChannel: assign(noChannel),
    emptied: emit(({ context }) => ({ type: 'emptied', channel: channelOf(context).id })),
    sendRefund: emit(({ context }) => ({
      type: 'send',
      message: { event: 'refund', state: stateOf(context, nothing) },
    })),
    keepJudged: assign(({ event }) => {
      assertEvent(event, ['received.refund', 'received.closed', 'received.receipt']);
      const { message } = event;
      const { sequence, sent } = message.event === 'refund' ? nothing : message.signed;
      return { judged: { sequence, sent, signature: message.signature } };
    }),
    consultRefund: emit(({ context }) => consultationOf('refund', context)),
    keepRefund: assign(({ context }) => ({ refund: context.judged?.signature ?? '', judged: null })),
    keepBadRefund: assign({ reason: 'The payee did not sign the refund.', blamed: 'payee' }),
    requestFunding: emit(({ context }) => fundingOf(context, context.deposit)),
    keepFunded: assign({ isFunded: true }),
    keepUnfunded: assign(({ event }) => {
      assertEvent(event, 'unfunded');
      return { reason: event.reason, blamed: 'nobody' };
    }),
    sendNewChannel: emit(({ context }) => ({
      type: 'send',
      message: { event: 'newChannel', state: stateOf(context, nothing) },
    })),
    bought: emit(({ context }) => ({ type: 'bought', channel: channelOf(context).id, deposit: context.deposit })),

    keepWanted: assign(({ event }) => {
      assertEvent(event, 'command.topUp');
      return { wanted: event.deposit };
    }),
    requestTopUp: emit(({ context }) => fundingOf(context, context.wanted)),
    /** What was under way when the line broke: the place of settlement is asked again, and the payee told again. */
    resumeTopUp: enqueueActions(({ context, enqueue }) => {
      if (context.wanted !== '') enqueue.emit(fundingOf(context, context.wanted));
    }),
    forgetWanted: assign({ wanted: '' }),
    sendTopUp: emit(({ context }) => ({
      type: 'send',
      message: { event: 'topUp', publicKey: context.payer.publicKey, deposit: context.wanted },
    })),
    toppedUp: emit(({ context }) => ({
      type: 'toppedUp',
      channel: channelOf(context).id,
      deposit: context.wanted,
    })),
    declinedSecondTopUp: emit(() => ({ type: 'declined', reason: 'The channel is being topped up already.' })),
    declinedTopUp: emit(() => ({ type: 'declined', reason: 'The channel is at its last payment; buy a new one.' })),

    sendReceiptRequest: emit(({ context }) => ({
      type: 'send',
      message: { event: 'receipt', publicKey: context.payer.publicKey },
    })),
    consultReceipt: emit(({ context }) => consultationOf('receipt', context)),
    receipted: emit(({ context }) => ({ type: 'receipted', ...(context.judged ?? nothing) })),
    forgetJudged: assign({ judged: null }),
  },
  guards: {
    hasChannel: ({ context }) => context.channel !== null,
    isNone: ({ event }) => event.type === 'received.latestState' && event.message.state === null,
    isUnannounced: ({ context, event }) =>
      event.type === 'received.latestState' &&
      (event.message.state === null ||
        // An earlier one, that was used up, is what the payee knows until then.
        (event.message.state.channel_id !== context.channel?.id && event.message.state.client_balance === '0')) &&
      context.channel !== null &&
      latestOf(context).sequence === 0,
    /** A payee that knows only the text has signed nothing: there is no way back for the deposit, and nothing to wait for. */
    isGone: ({ context, event }) =>
      event.type === 'received.latestState' &&
      event.message.state === null &&
      context.channel !== null &&
      context.isTextOnly,
    isForgotten: ({ context, event }) =>
      event.type === 'received.latestState' && event.message.state === null && context.channel !== null,
    /** "Upon transferring all the balance … starts a new channel". And one in which nothing was paid may be anybody's. */
    isOfNoUse: ({ context, event }) =>
      event.type === 'received.latestState' &&
      context.channel === null &&
      (event.message.state?.client_balance === '0' || event.message.state?.client_sequence_number === 0),
    isOurs: ({ context, event }) => {
      const state = ourStateIn(context, event);
      return state !== undefined && (isAt(context.agreed, state) || isAt(context.promised, state));
    },
    isOurFirst: ({ context, event }) => {
      const state = ourStateIn(context, event);
      return state !== undefined && isAt(nothing, state);
    },
    isAdoptable: ({ context, event }) => isAdoptable(context, event),
    isUnknown: ({ context, event }) =>
      event.type === 'received.refused' &&
      event.message.about === 'play' &&
      event.message.fault === 'unknownKey' &&
      latestOf(context).sequence === 0,
    isGood: ({ context, event }) => event.type === 'verified' && event.id === judgedId(context) && event.ok,
    isBad: ({ context, event }) => event.type === 'verified' && event.id === judgedId(context) && !event.ok,
    isFunded: ({ context }) => context.isFunded,
    mayFund: ({ context }) => context.refund !== '' || context.isTextOnly,
    isOurFunding: ({ context, event }) =>
      (event.type === 'funded' || event.type === 'unfunded') && event.id === aboutFunding(context, context.deposit),

    isSpent: ({ context }) => context.channel !== null && context.agreed.sent === context.deposit,
    isToppingUp: ({ context }) => context.wanted !== '',
    isOurTopUp: ({ context, event }) =>
      (event.type === 'funded' || event.type === 'unfunded') &&
      context.wanted !== '' &&
      event.id === aboutFunding(context, context.wanted),
    confirmsTopUp: ({ context, event }) => {
      const state = ourStateIn(context, event);
      return state !== undefined && isTopUp(context, state);
    },
    isTopUpRefused: ({ context, event }) =>
      event.type === 'received.refused' && event.message.about === 'topUp' && context.wanted !== '',
    isLastPayment: ({ context }) => latestOf(context).sent === context.deposit,
    isNoMore: ({ context, event }) => 'deposit' in event && !isMore(event.deposit, context.deposit),
    isOurReceipt: ({ context, event }) =>
      event.type === 'received.receipt' &&
      [context.agreed, context.promised].some(
        (payment) => payment?.sequence === event.message.signed.sequence && payment.sent === event.message.signed.sent,
      ),
  },
});
