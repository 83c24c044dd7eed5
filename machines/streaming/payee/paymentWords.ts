/**
 * The payee's words for one part after the other: who plays is asked, what is claimed is judged, and what is paid is released.
 */
import { assertEvent, assign, emit, enqueueActions } from 'xstate';
import { isMore, minus, plus } from '../../../src/money.ts';
import { channelWords } from './channelWords.ts';
import { aboutClaim, claimIn, isStillRight, none, payerOf, refusal, standingOf } from './claims.ts';
import {
  askedOf,
  demandFor,
  isPaidFor,
  isReleased,
  isSamePlay,
  playIn,
  released,
  requiredFor,
  roomIn,
  secretOf,
  termsOf,
  turnOf,
} from './plays.ts';

/** And what is of payments. */
export const paymentWords = channelWords.extend({
  actions: {
    keepPlay: assign(({ context, event }) => {
      const play = playIn(context, event);
      if (play === undefined) return {};
      const isKnown = context.plays.some((other) => isSamePlay(other, play));
      return {
        plays: isKnown
          ? context.plays.map((other) => (isSamePlay(other, play) ? play : other))
          : [...roomIn(context), play],
      };
    }),
    sendPay: enqueueActions(({ context, event, enqueue }) => {
      const asked = askedOf(context, payerOf(event));
      if (asked !== undefined) enqueue.emit(demandFor(context, asked));
    }),
    keepTurn: assign(({ context }) => {
      const turn = turnOf(context);
      return { plays: context.plays.map((play) => (play === turn ? { ...play, isAsked: true } : play)) };
    }),
    sendPays: enqueueActions(({ context, enqueue }) => {
      for (const play of context.plays) if (play.isAsked) enqueue.emit(demandFor(context, play));
    }),
    sendNextPay: enqueueActions(({ context, enqueue }) => {
      const asked = askedOf(context, context.proven);
      if (asked !== undefined) enqueue.emit(demandFor(context, asked));
    }),
    forgetPlays: assign({ plays: none, proven: '' }),
    forgetPayer: assign(({ context }) => ({
      plays: context.plays.filter(({ from }) => from !== context.proven),
      proven: '',
    })),
    forgetSocket: assign(({ context, event }) => {
      const from = payerOf(event);
      if (from === '') return { plays: none, proven: '', asker: '' };
      return {
        plays: context.plays.filter((play) => play.from !== from),
        proven: context.proven === from ? '' : context.proven,
      };
    }),
    idled: emit(({ context }) => ({ type: 'idled', channel: context.channel.id })),
    keepUnpaid: assign({ reason: 'Nobody paid in time.' }),

    consultClaim: emit(({ context, event }) => {
      const claim = claimIn(context, event);
      if (claim === undefined) throw new Error('No claim was made.');
      return {
        type: 'consultClaim',
        id: aboutClaim(claim),
        channel: context.channel,
        standing: standingOf(context, claim),
        claim,
      };
    }),
    accept: assign(({ event }) => {
      assertEvent(event, 'verified');
      const { from, sequence, sent, signature } = event.claim;
      return { accepted: { sequence, sent, signature }, proven: from };
    }),
    keepProof: assign(({ event }) => ({ proven: payerOf(event) })),
    paid: emit(({ context, event }) => {
      assertEvent(event, 'verified');
      const { sequence, sent } = event.claim;
      return { type: 'paid', sequence, sent, amount: minus(sent, context.accepted.sent) };
    }),
    sendSecret: enqueueActions(({ context, event, enqueue }) => {
      const asked = askedOf(context, payerOf(event));
      if (asked === undefined) return;
      // A payment that covers only what was given on credit: the part is asked for again.
      if (!isPaidFor(context, asked)) return enqueue.emit(demandFor(context, asked));
      enqueue.emit(secretOf(asked));
      enqueue.emit({ type: 'released', stream: asked.stream, part: asked.part, unpaid: false });
      // Who is not the payer yet has no turn: the next part is asked for at once.
      if (asked.from === context.proven) return;
      const after = { ...context, ...released(context, asked) };
      const next = askedOf(after, asked.from);
      if (next !== undefined) enqueue.emit(demandFor(after, next));
    }),
    keepReleased: assign(({ context, event }) => {
      const asked = askedOf(context, payerOf(event));
      return asked !== undefined && isPaidFor(context, asked) ? released(context, asked) : {};
    }),
    sendSecretOnCredit: enqueueActions(({ context, enqueue }) => {
      const asked = askedOf(context, context.proven);
      if (asked === undefined) return;
      enqueue.emit(secretOf(asked));
      enqueue.emit({ type: 'released', stream: asked.stream, part: asked.part, unpaid: true });
    }),
    keepCredit: assign(({ context }) => {
      const asked = askedOf(context, context.proven);
      return asked === undefined ? {} : released(context, asked);
    }),

    refuseUnknownStream: emit(({ event }) => refusal(event, 'unknownStream')),
    refuseTooMany: emit(({ event }) => refusal(event, 'tooMany')),
    refuseOverdraft: emit(({ event }) => refusal(event, 'overdraft')),
    refuseSignature: emit(({ event }) => refusal(event, 'badSignature')),
  },
  guards: {
    isUnknownStream: ({ context, event }) => playIn(context, event) === undefined,
    playsTooMany: ({ context, event }) => {
      const play = playIn(context, event);
      return (
        play !== undefined &&
        roomIn(context).length >= context.maxPlays &&
        !context.plays.some((other) => isSamePlay(other, play))
      );
    },
    /** Somebody else goes on playing, and the one who goes is not the payer. */
    isBystander: ({ context, event }) => {
      const from = payerOf(event);
      return from !== '' && from !== context.proven && context.plays.some((play) => play.from !== from);
    },
    isAsked: ({ context, event }) => askedOf(context, payerOf(event)) !== undefined,
    /** Anybody can play: the time that the payer has is neither cut nor prolonged by it. */
    isBeside: ({ context, event }) => context.proven !== '' && payerOf(event) !== context.proven,
    hasBystanders: ({ context }) => context.proven !== '' && context.plays.some(({ from }) => from !== context.proven),
    hasTurn: ({ context }) => turnOf(context) !== undefined,
    isTurnNow: ({ context }) => {
      const turn = turnOf(context);
      return turn !== undefined && termsOf(context, turn.stream)?.partMs === 0;
    },
    playsNothing: ({ context }) => context.plays.length === 0,
    isPlayed: ({ context }) => context.plays.length > 0,
    mayCredit: ({ context }) => {
      const asked = askedOf(context, context.proven);
      const terms = termsOf(context, asked?.stream);
      if (asked === undefined || terms === undefined || isReleased(context, asked)) return false;
      const due = plus(context.owed, terms.price);
      const unpaid = minus(due, context.accepted.sent);
      return !isMore(unpaid, `${BigInt(terms.price) * BigInt(terms.credit)}`) && !isMore(due, context.deposit);
    },

    /** "An equal payment again is idempotent", on the socket that made it: `latestState` shows its signature to everybody. */
    isEqual: ({ context, event }) =>
      event.type === 'received.pay' &&
      context.proven === event.from &&
      askedOf(context, event.from) !== undefined &&
      context.accepted.signature !== '' &&
      event.message.signature === context.accepted.signature,
    /** A state with the next number and no more money: whoever signs it holds the key, and gets what was paid before. */
    isProof: ({ context, event }) => {
      const [claim, asked] = [claimIn(context, event), askedOf(context, payerOf(event))];
      return (
        claim !== undefined &&
        asked !== undefined &&
        isPaidFor(context, asked) &&
        claim.sent === context.accepted.sent &&
        claim.sequence === context.accepted.sequence + 1 &&
        claim.sequence <= context.maxSequence
      );
    },
    isOverdraft: ({ context, event }) => isMore(claimIn(context, event)?.sent ?? '0', context.deposit),
    /** The next sequence number, more than before, and not more than is due. */
    isNextState: ({ context, event }) => {
      const claim = claimIn(context, event);
      if (claim === undefined) return false;
      const asked = askedOf(context, payerOf(event));
      const due = asked === undefined ? context.owed : requiredFor(context, asked);
      // What was given on credit may be paid in pieces, whatever is asked for, and when nothing is asked for any more.
      const most = isMore(context.owed, due) ? context.owed : due;
      const isExact = claim.sent === due || (context.owed !== context.accepted.sent && !isMore(claim.sent, most));
      return (
        claim.sequence === context.accepted.sequence + 1 &&
        claim.sequence <= context.maxSequence &&
        isMore(claim.sent, context.accepted.sent) &&
        isExact
      );
    },
    isStillNext: ({ context, event }) =>
      event.type === 'verified' && event.ok && !event.claim.isClosing && isStillRight(context, event.claim),
    isOvertaken: ({ event }) => event.type === 'verified' && event.ok,
  },
});
