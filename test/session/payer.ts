/**
 * A small durable role, in the shape of those that move money: it asks for a signature, sends the signed payment with its proof, waits for the
 * acknowledgement, and pays again when none comes in time.
 */
import { assertEvent, assign, emit, setup } from 'xstate';
import type { Keep, Misused, Request, RoleMeta, Send, Violated, Withdraw } from '../../src/role.ts';

export const ackTimeout = 1_000;
export const warnTimeout = 400;

interface Input {
  readonly name: string;
}

interface Context extends Input {
  readonly paid: number;
  readonly payment: string;
  readonly signature: string;
  readonly tries: number;
}

interface Message {
  readonly type: 'hello' | 'pay' | 'proof' | 'bye';
  readonly id: string;
  readonly signature?: string;
}

type Event =
  | { readonly type: 'command.pay' | 'command.again'; readonly id: string }
  | { readonly type: 'command.cancel' | 'command.close' | 'command.throw' | 'command.unheardOf' }
  | { readonly type: 'signed'; readonly id: string; readonly signature: string }
  | { readonly type: 'handedOver'; readonly id: string; readonly ok: boolean }
  | { readonly type: 'received.ack'; readonly id?: string; readonly message: { readonly id: string } }
  | { readonly type: 'received.busy' | 'received.nonsense' | 'received.leave'; readonly id?: string }
  | { readonly type: 'connection.opened' }
  | { readonly type: 'connection.lost'; readonly code: number; readonly reason: string };

type Emitted =
  | Send<Message>
  | (Request & { readonly type: 'requestSignature' })
  | Withdraw
  | { readonly type: 'orderReceipt'; readonly id: string }
  | Keep
  | { readonly type: 'paid' | 'late' | 'cancelled'; readonly id: string }
  | { readonly type: 'closed' | 'connected' | 'disconnected'; readonly id: string }
  | Violated
  | Misused;

const role = setup({
  types: {} as {
    context: Context;
    input: Input;
    output: { readonly paid: number };
    events: Event;
    emitted: Emitted;
    meta: RoleMeta;
  },
  actions: {
    sendHello: emit(({ context }) => ({ type: 'send', message: { type: 'hello', id: context.name } })),
    requestSignature: emit(({ context }) => ({ type: 'requestSignature', id: context.payment })),
    withdrawSignature: emit(({ context }) => ({ type: 'withdraw', request: 'requestSignature', id: context.payment })),
    sendPay: emit(({ context: { payment, signature } }) => ({
      type: 'send',
      id: payment,
      message: { type: 'pay', id: payment, signature },
    })),
    sendProof: emit(({ context }) => ({ type: 'send', message: { type: 'proof', id: context.payment } })),
    sendBye: emit(({ context }) => ({ type: 'send', message: { type: 'bye', id: context.name } })),
    orderReceipt: emit(({ context }) => ({ type: 'orderReceipt', id: context.payment })),
    keepReceipt: emit(({ context }) => ({ type: 'keep', key: `receipt/${context.payment}`, value: context.signature })),
    paid: emit(({ context }) => ({ type: 'paid', id: context.payment })),
    late: emit(({ context }) => ({ type: 'late', id: context.payment })),
    cancelled: emit(({ context }) => ({ type: 'cancelled', id: context.payment })),
    closed: emit(({ context }) => ({ type: 'closed', id: context.name })),
    connected: emit(({ context }) => ({ type: 'connected', id: context.name })),
    disconnected: emit(({ context }) => ({ type: 'disconnected', id: context.name })),
    keepPayment: assign(({ event }) => {
      assertEvent(event, 'command.pay');
      return { payment: event.id, tries: 0 };
    }),
    keepSignature: assign(({ event }) => {
      assertEvent(event, 'signed');
      return { signature: event.signature };
    }),
    countTry: assign(({ context }) => ({ tries: context.tries + 1 })),
    countPayment: assign(({ context }) => ({ paid: context.paid + 1, signature: '' })),
    violated: emit(({ event }) => ({ type: 'violated', event: event.type, reason: 'Nobody may say that now.' })),
    misused: emit(({ event }) => ({ type: 'misused', command: event.type })),
  },
  guards: {
    answersThis: ({ context, event }) => event.type === 'signed' && event.id === context.payment,
    isAwaited: ({ context, event }) => event.type === 'received.ack' && event.message.id === context.payment,
    throws: () => {
      throw new Error('a guard that throws');
    },
  },
  delays: { ackTimeout, warnTimeout },
});

/** The role in its variants: with or without a store, and with or without knowledge of its connection. */
export const payerOf = ({ isDurable = true, isOnline = false, version = '2' } = {}) =>
  role.createMachine({
    id: 'toy.payer',
    version,
    options: { maxIterations: 20 },
    meta: { clause: 'Payer', ...(isDurable ? { durable: true } : {}) },
    context: ({ input }) => ({ ...input, paid: 0, payment: '', signature: '', tries: 0 }),
    output: ({ context }) => ({ paid: context.paid }),
    entry: 'sendHello',
    initial: 'idle',
    states: {
      idle: {
        on: {
          'command.pay': { target: 'awaitingSignature', actions: ['keepPayment', 'requestSignature'] },
          'command.close': { target: 'closed', actions: ['sendBye', 'orderReceipt', 'closed'] },
        },
      },
      awaitingSignature: {
        meta: { clause: 'Signing' },
        on: {
          signed: {
            guard: 'answersThis',
            target: 'awaitingAck',
            actions: ['keepSignature', 'sendPay', 'sendProof', 'keepReceipt'],
          },
          'command.again': { actions: 'requestSignature' },
          'command.cancel': { target: 'idle', actions: ['withdrawSignature', 'cancelled'] },
          'command.close': { target: 'closed', actions: ['withdrawSignature', 'sendBye', 'closed'] },
        },
      },
      awaitingAck: {
        // A short id of its own: it must not hide the clause.
        id: 'ack',
        meta: { clause: 'Acknowledging' },
        after: {
          warnTimeout: { actions: 'late' },
          ackTimeout: { target: 'awaitingAck', reenter: true, actions: ['countTry', 'sendPay', 'sendProof'] },
        },
        on: {
          'received.ack': { guard: 'isAwaited', target: 'idle', actions: ['countPayment', 'orderReceipt', 'paid'] },
          'received.busy': { target: 'awaitingAck', reenter: true },
        },
      },
      closed: { type: 'final' },
    },
    on: {
      signed: { description: 'Not wanted any more' },
      handedOver: { description: 'Has left' },
      'command.throw': { guard: 'throws' },
      'received.leave': { target: '.closed', actions: 'violated' },
      'received.*': { actions: 'violated' },
      'command.*': { actions: 'misused' },
      ...(isOnline
        ? { 'connection.opened': { actions: 'connected' }, 'connection.lost': { actions: 'disconnected' } }
        : {}),
    },
  });

export const payer = payerOf();
export type Payer = typeof payer;
