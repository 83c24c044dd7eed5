/** What is put to us: it is compared, promised, signed by our signer, and sent; or declined. */
import { assertEvent } from 'xstate';
import { inspectedOf, isNext, isSignable, judge, promiseOf } from '../rules/judgement.ts';
import { hasSigned, isOtherTag, isOwnTag } from '../rules/promised.ts';
import { isRefusedNothing, mostNothings, rivalsWithPromised } from '../rules/rivals.ts';
import { abortOf, replyOf } from '../rules/said.ts';
import { idIn, isSign, seenIn } from '../rules/shown.ts';
import { bare, type Told } from './deed.ts';

const { assign, enqueueActions } = bare;

export const deeds = {
  keepPromise: assign(({ context, event }) => {
    const seen = seenIn(event);
    return {
      promised: promiseOf(context, event),
      ...(seen?.kind === 'create' ? { channelId: seen.channelId } : {}),
    };
  }),
  requestSignature: enqueueActions(({ context, event, enqueue }) => {
    const promise = promiseOf(context, event);
    if (promise === null) return;
    const inspected = inspectedOf(context, event);
    const { id, tag, unsigned } = promise;
    enqueue.emit({ type: 'requestSignature', id, tag, tx: unsigned, inspected });
  }),
  withdrawSignature: enqueueActions(({ context, event, enqueue }) => {
    if (event.type === 'signed' || event.type === 'refused' || context.promised === null) return;
    enqueue.emit({ type: 'withdraw', request: 'requestSignature', id: context.promised.id });
  }),
  keepSignature: assign(({ context, event }) => {
    assertEvent(event, 'signed');
    return context.promised === null ? {} : { promised: { ...context.promised, tx: event.tx } };
  }),
  /** Under the tag by which it is asked for now: a closing that one party began may be put to us as the other's. */
  sendReply: enqueueActions(({ context: { promised }, context, event, enqueue }) => {
    if (promised === null || !hasSigned(context)) return;
    const { tag } = isSign(event) ? event.message : promised;
    enqueue.emit({ type: 'send', message: replyOf({ tag, tx: promised.tx }) });
  }),
  /** The same transaction again, to a node that has lost our signature on it. */
  sendAgreed: enqueueActions(({ context: { agreed }, event, enqueue }) => {
    if (agreed === null || !isSign(event)) return;
    enqueue.emit({ type: 'send', message: replyOf({ tag: event.message.tag, tx: agreed.tx }) });
  }),
  /** Instead of a signature, to a node that understands it. */
  sendAbort: enqueueActions(({ context, event, enqueue }) => {
    const message = abortOf(context, event);
    if (message !== undefined) enqueue.emit({ type: 'send', message });
  }),
  dropPromise: assign({ promised: null }),
  /** What we have signed cannot be taken back: it is a rival of what is agreed instead. */
  voidPromise: assign(({ context, event }) => ({
    rivals: rivalsWithPromised(context),
    promised: null,
    ...(isRefusedNothing(context, event) ? { nothings: mostNothings } : {}),
  })),
  /** Nothing has left: when the node asks again, we are asked again. */
  dropUnsigned: assign(({ context }) => (hasSigned(context) ? {} : { promised: null })),
  declined: enqueueActions(({ context, event, enqueue }) => {
    const tag = isSign(event) ? event.message.tag : context.promised?.tag;
    if (tag === undefined) return;
    const reason = isSign(event)
      ? judge(context, event).objection || 'Nobody wants it any more.'
      : event.type === 'refused'
        ? event.reason
        : 'The signer did not answer in time.';
    enqueue.emit({ type: 'declined', tag, reason });
  }),
};

export const facts = {
  isSignable: ({ context, event }: Told) => isSignable(context, event),
  /** What we have signed already. */
  isSigned: ({ context, event }: Told) => hasSigned(context) && context.promised?.id === idIn(event),
  isAgreed: ({ context, event }: Told) => context.agreed !== null && context.agreed.id === idIn(event),
  isNext: ({ context, event }: Told) => isNext(context, event),
  isAsked: ({ context, event }: Told) => context.promised?.id === idIn(event),
  answersSignature: ({ context, event }: Told) =>
    (event.type === 'signed' || event.type === 'refused') && event.id === context.promised?.id,
  hasSigned: ({ context }: Told) => hasSigned(context),
  hasSignedOwn: ({ context }: Told) =>
    hasSigned(context) && context.promised !== null && isOwnTag(context.promised.tag),
  hasSignedOther: ({ context }: Told) =>
    hasSigned(context) && context.promised !== null && isOtherTag(context.promised.tag),
};
