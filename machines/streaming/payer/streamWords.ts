/**
 * The payer's words for its streams: what the app wants to see, what the payee offers, and when nothing is to be paid.
 */
import { assertEvent, assign, emit, enqueueActions } from 'xstate';
import { channelWords } from './channelWords.ts';
import { demanded, mostStreams, objection, offerOf, playingOf, playMessage, withoutKeys } from './demands.ts';
import { none } from './payments.ts';
import type { Playing } from './types.ts';

/** And what is of the streams. */
export const streamWords = channelWords.extend({
  actions: {
    keepWish: assign(({ context, event }) => {
      assertEvent(event, 'command.play');
      const { stream, part, session, budget } = event;
      const wishes = [...context.wishes.filter((wish) => wish.stream !== stream), { stream, part }];
      const isPausing = false;
      if (session === context.session) return { wishes, isPausing };
      return { wishes, isPausing, session, budget, spent: '0', streams: none };
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
    keepObjection: assign(({ context, event }) => ({
      reason: objection(context, offerOf(context, event)),
      blamed: 'payee',
    })),
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
    declinedStream: emit(({ context, event }) => ({
      type: 'declined',
      reason: objection(context, offerOf(context, event)),
    })),
    declinedMore: emit(() => ({ type: 'declined', reason: `No more than ${mostStreams} streams play at once.` })),

    keepPausing: assign({ isPausing: true }),
    forgetPausing: assign({ isPausing: false }),
    sendPause: emit(({ context }) => ({
      type: 'send',
      message: { event: 'pause', publicKey: context.payer.publicKey },
    })),
    streamEnded: enqueueActions(({ context, enqueue }) => {
      const { stream, part } = demanded(context);
      const playing = playingOf(context, stream);
      const parts = playing?.offer.parts ?? null;
      if (parts !== null && part + 1 >= parts && playing?.next === part) enqueue.emit({ type: 'streamEnded', stream });
    }),
  },
  guards: {
    isUnacceptable: ({ context, event }) => objection(context, offerOf(context, event)) !== '',
    isWished: ({ context, event }) =>
      event.type === 'received.publicKey' &&
      context.wishes.some(({ stream }) => stream === event.message.offer?.stream),
    isPlaying: ({ context, event }) =>
      'session' in event && event.session === context.session && playingOf(context, event.stream) !== undefined,
    playsTooMany: ({ context }) => context.streams.length + context.wishes.length >= mostStreams,
    playsNothing: ({ context }) => context.streams.length === 0,
    isPausing: ({ context }) => context.isPausing,
  },
});
