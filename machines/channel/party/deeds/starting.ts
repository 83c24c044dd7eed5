/** What our own app begins, and what it says to the other. */
import { assertEvent } from 'xstate';
import type { Update } from '../../messages.ts';
import { hasSigned, isOwnTag } from '../rules/promised.ts';
import type { PartyContext } from '../types.ts';
import { bare, type Told } from './deed.ts';

const { assign, emit } = bare;

const nobody = { from: '', to: '', amount: '0' };

const kindOf = {
  'command.update': 'update',
  'command.deposit': 'deposit',
  'command.withdraw': 'withdraw',
  'command.shutdown': 'shutdown',
  'command.leave': 'leave',
} as const;

function ofNothing({ agreed, accounts: { initiator, responder } }: PartyContext): Update {
  const isInitiatorRicher = BigInt(agreed?.initiatorAmount ?? 0) >= BigInt(agreed?.responderAmount ?? 0);
  const [from, to] = isInitiatorRicher ? [initiator, responder] : [responder, initiator];
  return { from, to, amount: '0' };
}

export const deeds = {
  keepStarted: assign(({ event }) => {
    assertEvent(event, ['command.update', 'command.deposit', 'command.withdraw', 'command.shutdown', 'command.leave']);
    const command = event.id ?? '';
    const update = 'update' in event ? event.update : null;
    const amount = 'amount' in event ? event.amount : '';
    return { started: { command, kind: kindOf[event.type], update, amount, isCut: false } };
  }),
  keepCut: assign(({ context: { started } }) => (started === null ? {} : { started: { ...started, isCut: true } })),
  /** An update that changes nothing but the round: of who has more to who has less, so that no reserve is in its way. */
  keepNothing: assign(({ context }) => ({
    started: { command: '', kind: 'update', update: ofNothing(context), amount: '', isCut: false },
    nothings: context.nothings + 1,
  })),
  sendNothing: emit(({ context }) => ({
    type: 'send',
    message: { action: 'update', tag: 'new', payload: ofNothing(context) },
  })),
  sendUpdate: emit(({ event }) => {
    assertEvent(event, 'command.update');
    const { from, to, amount } = 'update' in event ? event.update : nobody;
    const meta = 'meta' in event && event.meta !== undefined ? { meta: [...event.meta] } : {};
    return { type: 'send', message: { action: 'update', tag: 'new', payload: { from, to, amount, ...meta } } };
  }),
  sendDeposit: emit(({ event }) => {
    assertEvent(event, 'command.deposit');
    const amount = 'amount' in event ? event.amount : '0';
    return { type: 'send', message: { action: 'deposit', tag: 'new', payload: { amount } } };
  }),
  sendWithdraw: emit(({ event }) => {
    assertEvent(event, 'command.withdraw');
    const amount = 'amount' in event ? event.amount : '0';
    return { type: 'send', message: { action: 'withdraw', tag: 'new', payload: { amount } } };
  }),
  sendShutdown: emit(() => ({ type: 'send', message: { action: 'shutdown' } })),
  sendLeave: emit(() => ({ type: 'send', message: { action: 'leave' } })),
  sendMessage: emit(({ event }) => {
    assertEvent(event, 'command.message');
    const { info, to } = 'info' in event ? event : { info: '', to: '' };
    return { type: 'send', id: event.id ?? '', message: { action: 'message', payload: { info, to } } };
  }),
  handed: emit(({ event }) => {
    assertEvent(event, 'handedOver');
    return { type: 'handed', id: event.id, ok: event.ok };
  }),
  forgetCommands: assign({ opening: '', started: null }),
};

export const facts = {
  startsShutdown: ({ context }: Told) => context.started?.kind === 'shutdown',
  startsLeave: ({ context }: Told) => context.started?.kind === 'leave',
  hasStarted: ({ context }: Told) => context.started !== null,
  /** A change that we have begun, and not signed. */
  hasOnlyBegun: ({ context }: Told) =>
    !hasSigned(context) && !context.isDisputed && /^(update|deposit|withdraw)$/.test(context.started?.kind ?? ''),
  /** Begun before the line broke, and not put to us since. */
  isBegunBefore: ({ context: { started, promised } }: Told) =>
    started?.isCut === true && (promised === null || !isOwnTag(promised.tag)),
};
