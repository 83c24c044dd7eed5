/**
 * The payer: finds or opens a channel with a payee, pays for each part that is asked for, and is told that its key has come.
 *
 * What it must never do: sign two amounts for one sequence number, pay more than the offer and its budget say, or pay for a part before it is here
 * and is the one that was promised. It keeps what it is about to sign before it asks for the signature, and answers with that same state until the
 * payee has it: a crash, a lost line or a payee that asks twice costs nothing twice. It holds no key: neither the one it signs with nor those of the parts.
 * Carries: the client's side of "Idle state" and "Streaming state". A payee that knows only the text is served if `terms` say what was agreed elsewhere.
 */
import { assertEvent, assign, emit, enqueueActions, setup } from 'xstate';
import { isMore, minus, plus } from '../../src/money.ts';
import type { RoleMeta } from '../../src/role.ts';
import { withPart } from './messages.ts';
import {
  aboutFunding,
  aboutKey,
  aboutPart,
  aboutSignature,
  aboutWithdrawal,
  acknowledged,
  adoptedOf,
  budgeted,
  channelOf,
  consultationOf,
  countedOf,
  creditedOf,
  demanded,
  demandOf,
  isAdoptable,
  isAt,
  isOurState,
  isOutdated,
  isTopUp,
  judgedId,
  latestOf,
  mostStreams,
  noChannel,
  none,
  nothing,
  objection,
  offerOf,
  type PayerContext,
  type PayerEmitted,
  type PayerEvent,
  type PayerInput,
  type PayerOutput,
  type Playing,
  playingOf,
  playMessage,
  signedOf,
  standing,
  statementOf,
  stateOf,
  tellsAcceptance,
  wanted,
  withKey,
  withoutKeys,
  wrongIn,
} from './payerRules.ts';

export type { Blamed, Budget, PayerEmitted, PayerEvent, PayerInput } from './payerRules.ts';

const clause = {
  idle: 'Idle state 1',
  publicKey: 'Idle state 2: publicKey',
  latestState: 'Idle state 3, 5: latestState',
  buy: 'Idle state 4.1',
  newChannel: 'Idle state 4.2: newChannel',
  play: 'Idle state 6: play',
  pay: 'Streaming state 1, 2: pay',
  secret: 'Streaming state 3: secret',
  final: 'Streaming state 4',
};

/** The payer's side of one channel after the other, with one payee. */
export const payer = setup({
  types: {} as {
    context: PayerContext;
    input: PayerInput;
    output: PayerOutput;
    events: PayerEvent;
    emitted: PayerEmitted;
    tags: 'usable' | 'waiting' | 'settled' | 'unpaid';
    meta: RoleMeta;
  },
  actions: {
    requestConnection: emit(({ context }) => ({
      type: 'requestConnection',
      id: 'connection',
      attempt: context.attempt,
    })),
    withdrawConnection: emit(() => ({ type: 'withdraw', request: 'requestConnection', id: 'connection' })),
    forgetAttempts: assign({ attempt: 0 }),
    countAttempt: assign(({ context }) => ({ attempt: context.attempt + 1 })),
    orderClose: emit(() => ({ type: 'orderClose', code: 1000, reason: '' })),
    keepFailure: assign(({ event }) => {
      assertEvent(event, ['connection.failed', 'connection.lost']);
      return { reason: event.reason, blamed: 'nobody' };
    }),
    keepSilence: assign({ reason: 'The payee did not answer in time.', blamed: 'nobody' }),
    keepObjection: assign(({ context, event }) => ({
      reason: objection(context, offerOf(context, event)),
      blamed: 'payee',
    })),
    keepForeignPayee: assign({
      reason: 'The payee has another key than the one that our channel is with.',
      blamed: 'payee',
    }),
    keepForeignState: assign({ reason: 'The payee shows a state that is not ours.', blamed: 'payee' }),
    keepUnknownChannel: assign({ reason: 'The payee does not know our channel any more.', blamed: 'payee' }),
    keepBadRefund: assign({ reason: 'The payee did not sign the refund.', blamed: 'payee' }),
    keepRefusal: assign(({ event }) => {
      assertEvent(event, 'received.refused');
      return { reason: `The payee refused ${event.message.about}: ${event.message.fault}.`, blamed: 'payee' };
    }),
    keepUnfunded: assign(({ event }) => {
      assertEvent(event, 'unfunded');
      return { reason: event.reason, blamed: 'nobody' };
    }),
    keepUnwithdrawn: assign(({ event }) => {
      assertEvent(event, 'unwithdrawn');
      return { reason: event.reason, blamed: 'nobody' };
    }),
    disconnected: emit(({ event }) => {
      assertEvent(event, 'connection.lost');
      return { type: 'disconnected', reason: event.reason };
    }),
    left: emit(() => ({ type: 'left' })),
    stopped: emit(({ context: { reason, blamed } }) => ({ type: 'stopped', reason, blamed })),

    keepWish: assign(({ context, event }) => {
      assertEvent(event, 'command.play');
      const { stream, part, session, budget } = event;
      const wishes = [...context.wishes.filter((wish) => wish.stream !== stream), { stream, part }];
      const isPausing = false;
      if (session === context.session) return { wishes, isPausing };
      return { wishes, isPausing, session, budget, spent: '0', streams: none };
    }),
    sendPublicKey: emit(({ context }) => ({
      type: 'send',
      message: {
        event: 'publicKey',
        hello: {
          extensions: true,
          ...wanted(context.wishes.at(-1)?.stream ?? context.streams[0]?.stream),
        },
      },
    })),
    keepPayee: assign(({ context, event }) => {
      assertEvent(event, 'received.publicKey');
      const { publicKey, wallet, offer } = event.message;
      return { payee: context.payee ?? { publicKey, wallet }, isTextOnly: offer === undefined };
    }),
    keepOffer: assign(({ context, event }) => {
      const offer = offerOf(context, event);
      if (offer === null) return {};
      const known = playingOf(context, offer.stream);
      const wish = context.wishes.find(({ stream }) => stream === offer.stream || stream === '');
      const playing: Playing = {
        stream: offer.stream,
        offer,
        next: wish?.part ?? known?.next ?? 0,
        received: known?.received ?? none,
        keys: 0,
      };
      return {
        streams: [...context.streams.filter(({ stream }) => stream !== offer.stream), playing],
        wishes: context.wishes.filter((other) => other !== wish),
      };
    }),
    startAgain: assign(({ context, event }) => {
      assertEvent(event, 'command.play');
      return {
        streams: context.streams.map((playing) =>
          playing.stream === event.stream ? { ...playing, next: event.part, keys: 0 } : playing,
        ),
      };
    }),
    playing: emit(({ context }) => {
      const last = context.streams.at(-1);
      if (last === undefined) throw new Error('No stream plays.');
      return { type: 'playing', stream: last.stream, part: last.next, offer: last.offer };
    }),
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
    requestFunding: emit(({ context }) => ({
      type: 'requestFunding',
      id: aboutFunding(context, context.deposit),
      channel: channelOf(context),
      deposit: context.deposit,
    })),
    keepFunded: assign({ isFunded: true }),
    declined: emit(({ event }) => {
      assertEvent(event, ['unfunded', 'refused']);
      return { type: 'declined', reason: event.reason };
    }),
    declinedStream: emit(({ context, event }) => ({
      type: 'declined',
      reason: objection(context, offerOf(context, event)),
    })),
    declinedMore: emit(() => ({ type: 'declined', reason: `No more than ${mostStreams} streams play at once.` })),
    declinedSecondTopUp: emit(() => ({ type: 'declined', reason: 'The channel is being topped up already.' })),
    declinedTopUp: emit(() => ({ type: 'declined', reason: 'The channel is at its last payment; buy a new one.' })),
    sendNewChannel: emit(({ context }) => ({
      type: 'send',
      message: { event: 'newChannel', state: stateOf(context, nothing) },
    })),
    bought: emit(({ context }) => ({ type: 'bought', channel: channelOf(context).id, deposit: context.deposit })),

    sendPlays: enqueueActions(({ context, enqueue }) => {
      if (context.isPausing) return;
      for (const { stream, next } of context.streams) enqueue.emit(playMessage(context, stream, next));
    }),
    sendLastPlay: emit(({ context, event }) => {
      const name = 'session' in event ? event.stream : context.streams.at(-1)?.stream;
      const playing = playingOf(context, name);
      return playMessage(context, playing?.stream ?? '', playing?.next ?? 0);
    }),
    connectedAgain: assign(({ context }) => ({
      attempt: 0,
      asked: null,
      held: null,
      streams: withoutKeys(context.streams),
    })),
    keepDemand: assign(({ context, event }) => {
      assertEvent(event, 'received.pay');
      const asked = demandOf(context, event.message.need);
      return { asked, held: null, ...acknowledged(context, asked.accepted) };
    }),
    holdDemand: assign(({ context, event }) => {
      assertEvent(event, 'received.pay');
      return { held: event.message.need ?? demandOf(context, undefined) };
    }),
    takeHeld: assign(({ context }) => ({
      // A demand that says nothing is for what is next now, not for what was next when it came.
      asked: context.isTextOnly ? demandOf(context, undefined) : context.held,
      held: null,
      ...acknowledged(context, context.held?.accepted ?? ''),
    })),
    forgetDemand: assign(({ context }) => ({
      asked: null,
      held: null,
      isPausing: false,
      streams: withoutKeys(context.streams),
    })),
    keepPausing: assign({ isPausing: true }),
    forgetPausing: assign({ isPausing: false }),
    violatedDemand: emit(({ context }) => ({ type: 'violated', event: 'received.pay', reason: wrongIn(context) })),
    overBudget: emit(({ context }) => ({
      type: 'overBudget',
      ...demanded(context),
      required: demanded(context).required,
    })),
    consultPart: emit(({ context }) => {
      const { stream, part } = demanded(context);
      return { type: 'consultPart', id: aboutPart(context), stream, part };
    }),
    /** What was given on credit, before more is asked for than there is or may be spent. */
    promiseDebt: assign(({ context: { agreed, owed, spent } }) => ({
      promised: { sequence: agreed.sequence + 1, sent: owed, signature: '' },
      spent: plus(spent, minus(owed, agreed.sent)),
    })),
    promiseProof: assign(({ context: { agreed } }) => ({
      promised: { sequence: agreed.sequence + 1, sent: agreed.sent, signature: '' },
    })),
    keepPromise: assign(({ context }) => {
      const { required } = demanded(context);
      const { sequence, sent } = context.agreed;
      return {
        promised: { sequence: sequence + 1, sent: required, signature: '' },
        spent: plus(context.spent, minus(required, sent)),
      };
    }),
    requestSignature: emit(({ context }) => {
      const { deposit } = context;
      const latest = latestOf(context);
      const statement = statementOf(deposit, latest.sent);
      return {
        type: 'requestSignature',
        id: aboutSignature(statement, context, latest),
        statement,
        channel: channelOf(context),
        standing: standing(deposit, latest),
      };
    }),
    withdrawUnsigned: enqueueActions(({ context, event, enqueue }) => {
      if (event.type === 'signed' || event.type === 'refused') return;
      const latest = latestOf(context);
      const id = aboutSignature(statementOf(context.deposit, latest.sent), context, latest);
      enqueue.emit({ type: 'withdraw', request: 'requestSignature', id });
    }),
    keepSignature: assign(({ context, event }) => {
      assertEvent(event, 'signed');
      const { promised } = context;
      return promised === null ? {} : { promised: { ...promised, signature: event.signature } };
    }),
    sendPayment: emit(({ context }) => {
      const { sequence, sent, signature } = signedOf(context);
      return { type: 'send', message: { event: 'pay', signature, signed: { sequence, sent } } };
    }),
    paid: emit(({ context }) => {
      const { stream, part } = demanded(context);
      const { sequence, sent } = latestOf(context);
      return {
        type: 'paid',
        stream,
        part,
        sequence,
        amount: minus(sent, context.agreed.sent),
        sent,
        left: minus(context.deposit, sent),
      };
    }),
    /** A key that may have been given on credit says nothing of our promise: the next demand does. */
    acknowledge: assign(({ context }) =>
      tellsAcceptance(context) ? { agreed: signedOf(context), promised: null } : {},
    ),
    keepKey: assign(({ context, event }) => {
      assertEvent(event, 'received.secret');
      return { streams: withKey(context, event.message.about ?? context.asked ?? undefined) };
    }),
    takeKey: assign(({ context: { streams, owed, agreed, deposit } }) => {
      const playing = streams.find(({ keys }) => keys > 0);
      if (playing === undefined) return {};
      const { stream, next, offer } = playing;
      return { asked: { stream, part: next, required: plus(owed, offer.price), accepted: agreed.sent, deposit } };
    }),
    consultKey: emit(({ context }) => {
      const { stream, part } = demanded(context);
      return { type: 'consultKey', id: aboutKey(context), stream, part };
    }),
    unlocked: emit(({ context }) => {
      const { stream, part } = demanded(context);
      return { type: 'unlocked', stream, part };
    }),
    advance: assign(({ context }) => {
      const asked = demanded(context);
      const { stream, part } = asked;
      return {
        asked: null,
        owed: countedOf(context, asked),
        streams: context.streams
          .map((each) =>
            each.stream === stream
              ? {
                  ...each,
                  // Unless the app has jumped meanwhile.
                  ...(each.next === part ? { next: part + 1, keys: Math.max(0, each.keys - 1) } : {}),
                  received: withPart(each.received, part),
                }
              : each,
          )
          .filter((each) => each.offer.parts === null || each.next < each.offer.parts),
      };
    }),
    streamEnded: enqueueActions(({ context, enqueue }) => {
      const { stream, part } = demanded(context);
      const playing = playingOf(context, stream);
      const parts = playing?.offer.parts ?? null;
      if (parts !== null && part + 1 >= parts && playing?.next === part) enqueue.emit({ type: 'streamEnded', stream });
    }),
    partMissing: emit(({ context, event }) => {
      assertEvent(event, 'missing');
      const { stream, part } = demanded(context);
      return { type: 'partLost', stream, part, why: 'missing', reason: event.reason };
    }),
    partWithheld: emit(({ context }) => {
      const { stream, part } = demanded(context);
      const reason = 'The payee took the payment and did not send the key in time.';
      return { type: 'partLost', stream, part, why: 'withheld', reason };
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
    partCorrupt: emit(({ context, event }) => {
      assertEvent(event, 'corrupt');
      const { stream, part } = demanded(context);
      return { type: 'partLost', stream, part, why: 'corrupt', reason: event.reason };
    }),
    emptied: emit(({ context }) => ({ type: 'emptied', channel: channelOf(context).id })),
    sendPause: emit(({ context }) => ({
      type: 'send',
      message: { event: 'pause', publicKey: context.payer.publicKey },
    })),

    keepWanted: assign(({ event }) => {
      assertEvent(event, 'command.topUp');
      return { wanted: event.deposit };
    }),
    requestTopUp: emit(({ context }) => ({
      type: 'requestFunding',
      id: aboutFunding(context, context.wanted),
      channel: channelOf(context),
      deposit: context.wanted,
    })),
    /** What was under way when the line broke: the place of settlement is asked again, and the payee told again. */
    resumeTopUp: enqueueActions(({ context, enqueue }) => {
      if (context.wanted === '') return;
      const deposit = context.wanted;
      const id = aboutFunding(context, deposit);
      enqueue.emit({ type: 'requestFunding', id, channel: channelOf(context), deposit });
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

    sendReceiptRequest: emit(({ context }) => ({
      type: 'send',
      message: { event: 'receipt', publicKey: context.payer.publicKey },
    })),
    consultReceipt: emit(({ context }) => consultationOf('receipt', context)),
    receipted: emit(({ context }) => ({ type: 'receipted', ...(context.judged ?? nothing) })),
    forgetJudged: assign({ judged: null }),

    keepCommand: assign(({ event }) => {
      assertEvent(event, 'command.close');
      return { command: event.id };
    }),
    keepClosing: assign(({ context }) => {
      const { sent } = signedOf(context);
      const owed = isMore(context.owed, sent) ? context.owed : sent;
      const most = budgeted(context);
      // A number that the signer was asked for is not used again, whether or not it has answered.
      return {
        closing: { sequence: latestOf(context).sequence + 1, sent: isMore(owed, most) ? most : owed, signature: '' },
      };
    }),
    withdrawClosing: enqueueActions(({ context, event, enqueue }) => {
      if (event.type === 'signed' || event.type === 'refused' || context.closing === null) return;
      const id = aboutSignature('close', context, context.closing);
      enqueue.emit({ type: 'withdraw', request: 'requestSignature', id });
    }),
    requestClosing: emit(({ context }) => {
      const closing = context.closing ?? nothing;
      return {
        type: 'requestSignature',
        id: aboutSignature('close', context, closing),
        statement: 'close',
        channel: channelOf(context),
        standing: standing(context.deposit, closing),
      };
    }),
    keepClosingSignature: assign(({ context, event }) => {
      assertEvent(event, 'signed');
      return context.closing === null ? {} : { closing: { ...context.closing, signature: event.signature } };
    }),
    sendClose: emit(({ context }) => {
      const { sequence, sent, signature } = context.closing ?? nothing;
      const { publicKey } = context.payer;
      return { type: 'send', message: { event: 'close', publicKey, signature, signed: { sequence, sent } } };
    }),
    consultClosed: emit(({ context }) => consultationOf('close', context)),
    settledTogether: emit(({ context }) => ({ type: 'settled', id: context.command, how: 'together' })),
    requestWithdrawal: emit(({ context }) => {
      const latest = signedOf(context);
      return {
        type: 'requestWithdrawal',
        id: aboutWithdrawal(context),
        channel: channelOf(context),
        proof: {
          standing: standing(context.deposit, latest),
          payerSignature: latest.signature,
          payeeSignature: context.refund,
        },
      };
    }),
    settledAlone: emit(({ context }) => ({ type: 'settled', id: context.command, how: 'alone' })),
    forgetReason: assign({ reason: '' }),

    refusedBy: emit(({ event }) => {
      assertEvent(event, 'received.refused');
      return { type: 'refusedBy', about: event.message.about, fault: event.message.fault };
    }),
    violatedSignature: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The payee sent a signature that is not its own.',
    })),
    violatedState: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The payee showed a state that is not ours.',
    })),
    violatedSecret: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The payee sent a key for a part that was not asked for.',
    })),
    violatedShape: emit(({ event }) => {
      assertEvent(event, 'received.malformed');
      return { type: 'violated', event: event.type, reason: `The payee sent what is no message: ${event.reason}.` };
    }),
    violated: emit(({ event }) => ({
      type: 'violated',
      event: event.type,
      reason: 'The payee sent a message that it may not send now.',
    })),
    misused: emit(({ event }) => ({ type: 'misused', command: event.type })),
  },
  guards: {
    hasChannel: ({ context }) => context.channel !== null,
    mayRetry: ({ context }) => context.attempt < context.attempts,
    isForeignPayee: ({ context, event }) =>
      event.type === 'received.publicKey' &&
      context.payee !== null &&
      context.channel !== null &&
      context.payee.publicKey !== event.message.publicKey,
    isUnacceptable: ({ context, event }) => objection(context, offerOf(context, event)) !== '',
    isWished: ({ context, event }) =>
      event.type === 'received.publicKey' &&
      context.wishes.some(({ stream }) => stream === event.message.offer?.stream),
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
    isOurs: ({ context, event }) =>
      event.type === 'received.latestState' &&
      isOurState(context, event.message.state) &&
      (isAt(context.agreed, event.message.state) || isAt(context.promised, event.message.state)),
    isOurFirst: ({ context, event }) =>
      event.type === 'received.latestState' &&
      isOurState(context, event.message.state) &&
      isAt(nothing, event.message.state),
    isAdoptable: ({ context, event }) => isAdoptable(context, event),
    confirmsTopUp: ({ context, event }) =>
      event.type === 'received.latestState' &&
      isOurState(context, event.message.state) &&
      isTopUp(context, event.message.state),
    isGood: ({ context, event }) => event.type === 'verified' && event.id === judgedId(context) && event.ok,
    isBad: ({ context, event }) => event.type === 'verified' && event.id === judgedId(context) && !event.ok,
    isFunded: ({ context }) => context.isFunded,
    mayFund: ({ context }) => context.refund !== '' || context.isTextOnly,
    isOurFunding: ({ context, event }) =>
      (event.type === 'funded' || event.type === 'unfunded') && event.id === aboutFunding(context, context.deposit),
    isOurTopUp: ({ context, event }) =>
      (event.type === 'funded' || event.type === 'unfunded') &&
      context.wanted !== '' &&
      event.id === aboutFunding(context, context.wanted),
    isPlaying: ({ context, event }) =>
      'session' in event && event.session === context.session && playingOf(context, event.stream) !== undefined,
    playsTooMany: ({ context }) => context.streams.length + context.wishes.length >= mostStreams,
    playsNothing: ({ context }) => context.streams.length === 0,
    isTextOnly: ({ context }) => context.isTextOnly,
    isPausing: ({ context }) => context.isPausing,

    isWrong: ({ context }) => wrongIn(context) !== '',
    /** The promise was kept before a crash, and its signature is not here yet. */
    owesSignature: ({ context }) => context.promised !== null && context.promised.signature === '',
    /** The payee has the money and wants to see the key: on a new connection anybody could show the old signature. */
    isPaidBefore: ({ context }) =>
      context.promised === null && !isMore(demanded(context).required, context.agreed.sent),
    /** What was given on credit uses the channel, or the budget, up. */
    mustPayDebt: ({ context }) => {
      const { owed, agreed, deposit, wanted } = context;
      const most = isMore(deposit, budgeted(context)) ? budgeted(context) : deposit;
      return (
        isMore(demanded(context).required, most) &&
        isMore(owed, agreed.sent) &&
        !isMore(owed, most) &&
        // While a top-up is under way nothing is signed as final.
        (wanted === '' || owed !== deposit)
      );
    },
    isUsedUp: ({ context }) =>
      context.agreed.sent === context.deposit && isMore(demanded(context).required, context.deposit),
    isAnswered: ({ context }) => context.promised !== null || !isMore(demanded(context).required, context.agreed.sent),
    isUnaffordable: ({ context }) =>
      isMore(demanded(context).required, context.deposit) ||
      // While a top-up is under way nothing is signed as final.
      (context.wanted !== '' && demanded(context).required === context.deposit),
    isOverBudget: ({ context }) => isMore(demanded(context).required, budgeted(context)),
    answersPart: ({ context, event }) =>
      (event.type === 'available' || event.type === 'missing') && event.id === aboutPart(context),
    answersSignature: ({ context, event }) =>
      (event.type === 'signed' || event.type === 'refused') &&
      event.id === aboutSignature(statementOf(context.deposit, latestOf(context).sent), context, latestOf(context)),
    answersKey: ({ context, event }) =>
      (event.type === 'opened' || event.type === 'corrupt') && event.id === aboutKey(context),
    answersClosing: ({ context, event }) =>
      (event.type === 'signed' || event.type === 'refused') &&
      context.closing !== null &&
      event.id === aboutSignature('close', context, context.closing),
    answersWithdrawal: ({ context, event }) =>
      (event.type === 'withdrawn' || event.type === 'unwithdrawn') && event.id === aboutWithdrawal(context),
    isForAsked: ({ context, event }) =>
      event.type === 'received.secret' &&
      (event.message.about === undefined ||
        (event.message.about.stream === context.asked?.stream && event.message.about.part === context.asked.part)),
    isOnCredit: ({ context, event }) => creditedOf(context, event) !== undefined,
    hasKeys: ({ context }) => context.streams.some(({ keys }) => keys > 0),
    isUnknown: ({ context, event }) =>
      event.type === 'received.refused' &&
      event.message.about === 'play' &&
      event.message.fault === 'unknownKey' &&
      latestOf(context).sequence === 0,
    isPaymentRefused: ({ event }) => event.type === 'received.refused' && event.message.about !== 'topUp',
    isTopUpRefused: ({ context, event }) =>
      event.type === 'received.refused' && event.message.about === 'topUp' && context.wanted !== '',
    isAskedAgain: ({ context, event }) =>
      event.type === 'received.pay' && !isMore(demandOf(context, event.message.need).required, latestOf(context).sent),
    isSpent: ({ context }) => context.channel !== null && context.agreed.sent === context.deposit,
    /** Everything that the channel can pay was given, and the payment that leaves nothing is on its way. */
    mayBeSpent: ({ context }) => context.owed === context.deposit && signedOf(context).sent === context.deposit,
    confirmsLast: ({ context, event }) =>
      event.type === 'received.latestState' &&
      isOurState(context, event.message.state) &&
      context.owed === context.deposit &&
      event.message.state.server_balance === context.deposit &&
      isAt(context.promised, event.message.state),
    /** The promise was accepted, for what was given on credit; the part that is asked for costs more. */
    isAskedForMore: ({ context, event }) => {
      const need = event.type === 'received.pay' ? event.message.need : undefined;
      const { promised, agreed, asked } = context;
      return (
        need !== undefined &&
        need.accepted === promised?.sent &&
        isMore(promised.sent, agreed.sent) &&
        isMore(need.required, promised.sent) &&
        need.stream === asked?.stream &&
        need.part === asked.part
      );
    },
    hasHeld: ({ context }) => context.held !== null && !isOutdated(context, context.held),
    isToppingUp: ({ context }) => context.wanted !== '',
    isLastPayment: ({ context }) => latestOf(context).sent === context.deposit,
    isNoMore: ({ context, event }) => 'deposit' in event && !isMore(event.deposit, context.deposit),
    isOurClosing: ({ context, event }) =>
      event.type === 'received.closed' &&
      event.message.signed.sequence === context.closing?.sequence &&
      event.message.signed.sent === context.closing.sent,
    isOurReceipt: ({ context, event }) =>
      event.type === 'received.receipt' &&
      [context.agreed, context.promised].some(
        (payment) => payment?.sequence === event.message.signed.sequence && payment.sent === event.message.signed.sent,
      ),
  },
  delays: {
    answerTimeout: ({ context }) => context.answerTimeout,
    secretTimeout: ({ context }) => context.secretTimeout,
    closeTimeout: ({ context }) => context.closeTimeout,
    /** The payee asks once in every part; when it does not, it may have fallen idle. */
    quiet: ({ context }) => Math.max(0, ...context.streams.map(({ offer }) => offer.partMs)) + context.answerTimeout,
  },
}).createMachine({
  id: 'streaming.payer',
  version: '1',
  options: { maxIterations: 100 },
  description: 'Pays for each part, and only for what it got',
  meta: { clause: 'Overview', durable: true },
  context: ({ input }) => ({
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
  }),
  initial: 'idle',
  states: {
    idle: {
      id: 'idle',
      description: 'Not connected; the channel, if there is one, stays',
      meta: { clause: clause.idle },
      on: {
        'command.play': { target: 'opening', actions: 'keepWish' },
        'command.leave': { description: 'Has left already', actions: 'left' },
        'command.close': [
          { guard: 'hasChannel', target: 'closing.connecting', actions: 'keepCommand' },
          { target: 'closed', actions: 'keepCommand' },
        ],
      },
    },
    opening: {
      description: 'On the way to a channel that both sides know',
      tags: ['waiting'],
      initial: 'connecting',
      on: {
        'command.pause': { actions: 'keepPausing' },
        'command.resume': { guard: 'isPausing', actions: 'forgetPausing' },
        'command.play': { actions: 'keepWish' },
        'command.leave': { target: 'idle', actions: ['withdrawConnection', 'orderClose', 'left'] },
        'command.close': [
          {
            guard: 'hasChannel',
            target: 'closing.connecting',
            actions: ['keepCommand', 'withdrawConnection', 'orderClose'],
          },
          { target: 'closed', actions: ['keepCommand', 'withdrawConnection', 'orderClose'] },
        ],
        'connection.lost': [
          { guard: 'mayRetry', target: '.reconnecting', actions: 'disconnected' },
          { target: '.stopping', actions: ['keepFailure', 'disconnected'] },
        ],
        'received.refused': { target: '.stopping', actions: ['refusedBy', 'keepRefusal'] },
        funded: { guard: 'isOurFunding', actions: 'keepFunded' },
      },
      states: {
        connecting: {
          description: 'The first connection',
          entry: 'requestConnection',
          on: {
            'connection.lost': { description: 'Of the connection before' },
            'connection.opened': 'awaitingPublicKey',
            'connection.failed': { target: 'stopping', actions: 'keepFailure' },
          },
        },
        awaitingPublicKey: {
          description: 'Whom do we pay, and for what?',
          meta: { clause: clause.publicKey },
          entry: 'sendPublicKey',
          on: {
            'received.publicKey': [
              { guard: 'isForeignPayee', target: 'stopping', actions: 'keepForeignPayee' },
              { guard: 'isUnacceptable', target: 'stopping', actions: 'keepObjection' },
              { target: 'awaitingLatestState', actions: ['keepPayee', 'keepOffer'] },
            ],
          },
          after: { answerTimeout: { target: 'stopping', actions: 'keepSilence' } },
        },
        awaitingLatestState: {
          id: 'latestState',
          description: 'Is there a channel already?',
          meta: { clause: clause.latestState },
          entry: 'sendLatestState',
          on: {
            'received.latestState': [
              { guard: 'isUnannounced', target: 'choosing' },
              {
                guard: 'isGone',
                target: '#idle',
                description: 'Used up there, or lost with the payee; what is left in it is counted as spent',
                actions: ['lastPartLost', 'emptied', 'keepGone', 'forgetChannel', 'orderClose'],
              },
              { guard: 'isForgotten', target: 'stopping', actions: 'keepUnknownChannel' },
              { guard: 'isNone', target: 'awaitingPurchase' },
              { guard: 'isOfNoUse', target: 'awaitingPurchase' },
              {
                guard: 'isOurs',
                target: '#streaming',
                actions: ['keepAcknowledgement', 'connectedAgain', 'resumeTopUp', 'playing', 'sendPlays'],
              },
              { guard: 'isAdoptable', target: 'verifying', actions: 'keepShown' },
              { target: 'stopping', actions: ['violatedState', 'keepForeignState'] },
            ],
          },
          after: { answerTimeout: { target: 'stopping', actions: 'keepSilence' } },
        },
        verifying: {
          description: 'Have we signed what the payee shows?',
          meta: { clause: clause.latestState },
          entry: 'consultShownState',
          on: {
            verified: [
              {
                guard: 'isGood',
                target: '#streaming',
                actions: ['adoptShown', 'connectedAgain', 'playing', 'sendPlays'],
              },
              { guard: 'isBad', target: 'stopping', actions: ['violatedState', 'keepForeignState'] },
            ],
          },
        },
        awaitingPurchase: {
          description: 'Asking to buy',
          meta: { clause: clause.buy },
          tags: ['unpaid'],
          entry: 'purchaseNeeded',
          on: { 'command.buy': { target: 'choosing', actions: 'keepChannel' } },
        },
        choosing: {
          description: 'How far has the new channel come?',
          meta: { clause: clause.newChannel },
          always: [
            { guard: 'isFunded', target: 'awaitingAcceptance' },
            { guard: 'mayFund', target: 'awaitingFunding' },
            { target: 'awaitingRefund' },
          ],
        },
        awaitingRefund: {
          description: 'No money goes in before the way back is signed',
          meta: { clause: clause.newChannel },
          entry: 'sendRefund',
          on: {
            'received.refund': { target: 'verifyingRefund', actions: 'keepJudged' },
            'received.refused': { target: 'stopping', actions: ['refusedBy', 'keepRefusal', 'forgetChannel'] },
          },
          after: { answerTimeout: { target: 'stopping', actions: ['keepSilence', 'forgetChannel'] } },
        },
        verifyingRefund: {
          description: "Is the refund the payee's word?",
          meta: { clause: clause.newChannel },
          entry: 'consultRefund',
          on: {
            verified: [
              { guard: 'isGood', target: 'awaitingFunding', actions: 'keepRefund' },
              {
                guard: 'isBad',
                target: 'stopping',
                actions: ['violatedSignature', 'keepBadRefund', 'forgetChannel'],
              },
            ],
          },
        },
        awaitingFunding: {
          description: 'Creating the channel',
          meta: { clause: clause.newChannel },
          entry: 'requestFunding',
          on: {
            funded: { guard: 'isOurFunding', target: 'awaitingAcceptance', actions: 'keepFunded' },
            unfunded: {
              guard: 'isOurFunding',
              target: 'stopping',
              actions: ['declined', 'keepUnfunded', 'forgetChannel'],
            },
          },
        },
        awaitingAcceptance: {
          description: 'The payee looks whether the money is there',
          meta: { clause: clause.newChannel },
          entry: 'sendNewChannel',
          on: {
            'received.latestState': [
              {
                guard: 'isOurFirst',
                target: '#streaming',
                actions: ['bought', 'connectedAgain', 'playing', 'sendPlays'],
              },
              { target: 'stopping', actions: ['violatedState', 'keepForeignState'] },
            ],
          },
          after: { answerTimeout: { target: 'stopping', actions: 'keepSilence' } },
        },
        reconnecting: {
          id: 'reconnecting',
          description: 'The line broke; what was promised stays promised',
          entry: ['countAttempt', 'requestConnection'],
          on: {
            'connection.lost': { description: 'Of the connection before' },
            'connection.opened': 'awaitingPublicKey',
            'command.play': {
              target: 'reconnecting',
              reenter: true,
              description: 'Somebody waits: at once',
              actions: ['keepWish', 'forgetAttempts'],
            },
            'connection.failed': [
              { guard: 'mayRetry', target: 'reconnecting', reenter: true },
              { target: 'stopping', actions: 'keepFailure' },
            ],
          },
        },
        stopping: {
          id: 'stopping',
          description: 'It does not go on; a channel is not forgotten for that',
          entry: 'orderClose',
          always: [
            { guard: 'hasChannel', target: '#idle', actions: ['stopped', 'connectedAgain'] },
            { target: '#failed' },
          ],
        },
      },
    },
    streaming: {
      id: 'streaming',
      description: 'Both sides know the channel',
      meta: { clause: clause.play },
      tags: ['usable'],
      initial: 'awaitingPay',
      on: {
        'command.play': [
          { guard: 'isPlaying', target: '.awaitingPay', actions: ['startAgain', 'sendLastPlay'] },
          { guard: 'playsTooMany', actions: 'declinedMore' },
          { actions: ['keepWish', 'sendPublicKey'] },
        ],
        'received.publicKey': [
          { guard: 'isForeignPayee', actions: 'violated' },
          { guard: 'isUnacceptable', actions: 'declinedStream' },
          { guard: 'isWished', target: '.awaitingPay', actions: ['keepOffer', 'playing', 'sendLastPlay'] },
          { actions: 'violated' },
        ],
        'command.pause': { target: '.paused', actions: ['forgetDemand', 'sendPause'] },
        'command.leave': { target: 'idle', actions: ['forgetDemand', 'orderClose', 'left'] },
        'command.close': { target: 'closing', actions: 'keepCommand' },
        'command.topUp': [
          { guard: 'isToppingUp', actions: 'declinedSecondTopUp' },
          { guard: 'isLastPayment', actions: 'declinedTopUp' },
          { guard: 'isNoMore', actions: 'misused' },
          { actions: ['keepWanted', 'requestTopUp'] },
        ],
        funded: { guard: 'isOurTopUp', actions: 'sendTopUp' },
        unfunded: { guard: 'isOurTopUp', actions: ['declined', 'forgetWanted'] },
        'command.receipt': { actions: 'sendReceiptRequest' },
        'received.receipt': [
          { guard: 'isOurReceipt', actions: ['keepJudged', 'consultReceipt'] },
          { actions: 'violatedState' },
        ],
        verified: [
          { guard: 'isGood', actions: ['receipted', 'forgetJudged'] },
          { guard: 'isBad', actions: ['violatedSignature', 'forgetJudged'] },
        ],
        'received.latestState': [
          { guard: 'confirmsTopUp', actions: ['toppedUp', 'keepAcknowledgement'] },
          { guard: 'confirmsLast', target: '.awaitingNextDemand', actions: 'keepAcknowledgement' },
          { description: 'Says nothing new' },
        ],
        'received.refused': [
          {
            guard: 'isUnknown',
            target: 'opening.awaitingLatestState',
            description: 'It was announced, and forgotten before it was paid',
            actions: ['refusedBy', 'forgetDemand'],
          },
          { guard: 'isTopUpRefused', actions: ['refusedBy', 'forgetWanted'] },
          { actions: 'refusedBy' },
        ],
        'connection.lost': [
          { guard: 'mayRetry', target: 'opening.reconnecting', actions: ['forgetDemand', 'disconnected'] },
          { target: 'opening.stopping', actions: ['forgetDemand', 'keepFailure', 'disconnected'] },
        ],
      },
      states: {
        awaitingPay: {
          description: 'The payee has not asked yet',
          meta: { clause: clause.pay },
          always: [
            { guard: 'playsNothing', target: 'paused' },
            { guard: 'isPausing', target: 'paused', actions: ['forgetDemand', 'sendPause'] },
          ],
          on: {
            'received.pay': { target: 'deciding', actions: 'keepDemand' },
            'received.secret': [
              { guard: 'isOnCredit', target: 'awaitingNextDemand', actions: 'keepKey' },
              { actions: 'violatedSecret' },
            ],
          },
          after: { quiet: { target: 'awaitingPay', reenter: true, actions: 'sendPlays' } },
        },
        deciding: {
          description: 'Is it what was agreed, and can we?',
          meta: { clause: clause.pay },
          always: [
            { guard: 'isWrong', target: 'awaitingPay', actions: ['violatedDemand', 'forgetDemand'] },
            { guard: 'owesSignature', target: 'awaitingSignature' },
            { guard: 'isPaidBefore', target: 'awaitingSignature', actions: 'promiseProof' },
            { guard: 'isAnswered', target: 'awaitingSecret', actions: 'sendPayment' },
            { guard: 'isUsedUp', target: '#idle', actions: ['emptied', 'forgetChannel', 'orderClose'] },
            { guard: 'mustPayDebt', target: 'awaitingSignature', actions: 'promiseDebt' },
            { guard: 'isUnaffordable', target: 'awaitingTopUp', actions: 'purchaseNeeded' },
            { guard: 'isOverBudget', target: 'paused', actions: ['overBudget', 'forgetDemand', 'sendPause'] },
            { target: 'awaitingPart' },
          ],
        },
        awaitingPart: {
          description: 'Is the encrypted part here, and the one that was promised?',
          meta: { clause: clause.pay },
          entry: 'consultPart',
          on: {
            available: { guard: 'answersPart', target: 'awaitingSignature', actions: 'keepPromise' },
            missing: {
              guard: 'answersPart',
              target: 'paused',
              actions: ['partMissing', 'forgetDemand', 'sendPause'],
            },
            'received.pay': { actions: 'holdDemand' },
            'received.secret': [
              { guard: 'isOnCredit', target: 'awaitingNextDemand', actions: 'keepKey' },
              { actions: 'violatedSecret' },
            ],
          },
        },
        awaitingSignature: {
          description: 'What is to be signed is kept before it is signed',
          meta: { clause: clause.pay },
          entry: 'requestSignature',
          exit: 'withdrawUnsigned',
          on: {
            signed: {
              guard: 'answersSignature',
              target: 'awaitingSecret',
              actions: ['keepSignature', 'sendPayment', 'paid'],
            },
            refused: {
              guard: 'answersSignature',
              target: 'paused',
              actions: ['declined', 'forgetDemand', 'sendPause'],
            },
            'received.pay': { actions: 'holdDemand' },
            'received.secret': [
              { guard: 'isOnCredit', description: 'Is opened when this is signed', actions: 'keepKey' },
              { actions: 'violatedSecret' },
            ],
          },
        },
        awaitingSecret: {
          description: 'Paid; at most this part can be lost',
          meta: { clause: clause.secret },
          always: { guard: 'hasKeys', target: 'awaitingKeyVerdict', actions: 'takeKey' },
          on: {
            'received.secret': [
              { guard: 'isForAsked', target: 'awaitingKeyVerdict', actions: ['keepKey', 'acknowledge'] },
              { guard: 'isOnCredit', actions: 'keepKey' },
              { actions: 'violatedSecret' },
            ],
            'received.pay': [
              { guard: 'isAskedAgain', description: 'The payment was lost', actions: 'sendPayment' },
              { guard: 'isAskedForMore', target: 'deciding', actions: 'keepDemand' },
              { actions: 'holdDemand' },
            ],
            'received.refused': {
              guard: 'isPaymentRefused',
              target: 'paused',
              actions: ['refusedBy', 'forgetDemand'],
            },
            'command.play': {
              guard: 'isPlaying',
              description: 'This part first: it is paid',
              actions: ['startAgain', 'sendLastPlay'],
            },
          },
          after: {
            secretTimeout: { target: 'paused', actions: ['partWithheld', 'forgetDemand', 'sendPause'] },
          },
        },
        awaitingKeyVerdict: {
          description: 'Does the key open the part?',
          meta: { clause: clause.secret },
          entry: 'consultKey',
          on: {
            opened: {
              guard: 'answersKey',
              target: 'awaitingNextDemand',
              actions: ['unlocked', 'streamEnded', 'advance'],
            },
            corrupt: { guard: 'answersKey', target: 'paused', actions: ['partCorrupt', 'forgetDemand', 'sendPause'] },
            'received.pay': { actions: 'holdDemand' },
            'received.secret': [{ guard: 'isOnCredit', actions: 'keepKey' }, { actions: 'violatedSecret' }],
            'command.play': { guard: 'isPlaying', actions: ['startAgain', 'sendLastPlay'] },
            'command.pause': { description: 'When the part is counted', actions: 'keepPausing' },
            'command.resume': { guard: 'isPausing', actions: 'forgetPausing' },
          },
        },
        awaitingNextDemand: {
          description: 'What comes after a part',
          meta: { clause: clause.final },
          always: [
            { guard: 'hasKeys', target: 'awaitingKeyVerdict', actions: 'takeKey' },
            { guard: 'isSpent', target: '#idle', actions: ['emptied', 'forgetChannel', 'orderClose'] },
            { guard: 'isPausing', target: 'paused', actions: ['forgetDemand', 'sendPause'] },
            { guard: 'hasHeld', target: 'deciding', actions: 'takeHeld' },
            { guard: 'mayBeSpent', target: 'awaitingPay', actions: 'sendLatestState' },
            { target: 'awaitingPay' },
          ],
        },
        paused: {
          description: 'Nothing is paid until the app says so',
          meta: { clause: clause.play },
          tags: ['unpaid'],
          on: {
            'command.pause': { description: 'Is paused already' },
            'command.resume': [
              { guard: 'playsNothing', actions: 'misused' },
              { guard: 'isTextOnly', target: '#latestState' },
              { target: 'awaitingPay', actions: 'sendPlays' },
            ],
            'received.pay': { description: 'Was on its way; it comes again on resume' },
            'received.secret': { description: 'Was on its way; it comes again on resume' },
            'connection.lost': [
              {
                guard: 'mayRetry',
                target: '#reconnecting',
                description: 'Stays paused',
                actions: ['forgetDemand', 'keepPausing', 'disconnected'],
              },
              { target: '#stopping', actions: ['forgetDemand', 'keepFailure', 'disconnected'] },
            ],
          },
        },
        awaitingTopUp: {
          description: 'The channel does not hold enough for the next part',
          meta: { clause: clause.buy },
          tags: ['unpaid'],
          on: {
            'received.pay': { description: 'Is known' },
            'received.secret': { description: 'Comes again when there is enough' },
            'received.latestState': [
              {
                guard: 'confirmsTopUp',
                target: 'awaitingPay',
                actions: ['toppedUp', 'keepAcknowledgement', 'forgetDemand', 'sendPlays'],
              },
              { description: 'Says nothing new' },
            ],
          },
        },
      },
    },
    closing: {
      description: 'The channel ends: together, or alone',
      tags: ['waiting'],
      initial: 'awaitingSignature',
      on: {
        'command.leave': { description: 'When it is closed' },
        'command.close': { description: 'Is closing already' },
        'connection.lost': [
          {
            guard: 'mayRetry',
            target: '.connecting',
            description: 'Both sides may have signed the end already',
            actions: ['countAttempt', 'disconnected'],
          },
          { target: '.withdrawing', actions: 'disconnected' },
        ],
        'received.pay': { description: 'Was on its way' },
        'received.secret': { description: 'Was on its way' },
        'received.latestState': { description: 'Was on its way' },
      },
      states: {
        connecting: {
          description: 'Back to the payee, to close together',
          entry: 'requestConnection',
          on: {
            'connection.lost': { description: 'Of the connection before' },
            'connection.opened': 'awaitingPublicKey',
            'connection.failed': 'withdrawing',
          },
        },
        awaitingPublicKey: {
          description: 'Is it our payee?',
          meta: { clause: clause.publicKey },
          entry: 'sendPublicKey',
          on: {
            'received.publicKey': [
              { guard: 'isForeignPayee', target: 'withdrawing', actions: 'orderClose' },
              { target: 'awaitingSignature' },
            ],
          },
          after: { closeTimeout: { target: 'withdrawing', actions: 'orderClose' } },
        },
        awaitingSignature: {
          description: 'Our signature of the last state',
          always: { guard: 'isTextOnly', target: 'withdrawing', actions: 'orderClose' },
          entry: ['keepClosing', 'requestClosing'],
          exit: 'withdrawClosing',
          on: {
            signed: {
              guard: 'answersClosing',
              target: 'awaitingClosed',
              actions: ['keepClosingSignature', 'sendClose'],
            },
            // What was signed before is enough to close alone.
            refused: { guard: 'answersClosing', target: 'withdrawing', actions: ['declined', 'orderClose'] },
          },
          after: { closeTimeout: { target: 'withdrawing', actions: 'orderClose' } },
        },
        awaitingClosed: {
          description: "The payee's signature of the last state",
          on: {
            'received.closed': [
              { guard: 'isOurClosing', target: 'verifyingClosed', actions: 'keepJudged' },
              { target: 'withdrawing', actions: ['violatedState', 'orderClose'] },
            ],
            'received.refused': { target: 'withdrawing', actions: ['refusedBy', 'orderClose'] },
          },
          after: { closeTimeout: { target: 'withdrawing', actions: 'orderClose' } },
        },
        verifyingClosed: {
          description: "Is it the payee's word?",
          entry: 'consultClosed',
          on: {
            verified: [
              {
                guard: 'isGood',
                target: '#closed',
                actions: ['settledTogether', 'orderClose', 'forgetReason'],
              },
              { guard: 'isBad', target: 'withdrawing', actions: ['violatedSignature', 'orderClose'] },
            ],
          },
        },
        withdrawing: {
          description: 'Alone, with the last state and the refund',
          entry: 'requestWithdrawal',
          on: {
            'connection.lost': { description: 'Is of no use any more' },
            withdrawn: {
              guard: 'answersWithdrawal',
              target: '#closed',
              actions: ['settledAlone', 'forgetReason'],
            },
            unwithdrawn: {
              guard: 'answersWithdrawal',
              target: '#idle',
              actions: ['keepUnwithdrawn', 'stopped'],
            },
          },
        },
      },
    },
    closed: { id: 'closed', type: 'final', description: 'The channel is settled', tags: ['settled'] },
    failed: { id: 'failed', type: 'final', description: 'No channel came about', tags: ['settled'] },
  },
  output: ({ context: { reason, blamed } }) => ({ reason, blamed }),
  on: {
    verified: { description: 'To a question that is not asked any more' },
    signed: { description: 'To a question that is not asked any more' },
    refused: { description: 'To a question that is not asked any more' },
    funded: { description: 'To a question that is not asked any more' },
    unfunded: { description: 'To a question that is not asked any more' },
    withdrawn: { description: 'To a question that is not asked any more' },
    unwithdrawn: { description: 'To a question that is not asked any more' },
    available: { description: 'To a question that is not asked any more' },
    missing: { description: 'To a question that is not asked any more' },
    opened: { description: 'To a question that is not asked any more' },
    corrupt: { description: 'To a question that is not asked any more' },
    'received.refused': { actions: 'refusedBy' },
    'received.malformed': { actions: 'violatedShape' },
    'received.*': { actions: 'violated' },
    'connection.*': { description: 'Of a connection that is given up' },
    'command.*': { actions: 'misused' },
  },
});
