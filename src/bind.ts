/**
 * Live mode: answers what an actor of a role machine tells, for people who know XState. For looking, for tests, and for roles without money: nothing
 * is persisted here, so a durable role is refused.
 */
import type { Actor, AnyMachineSnapshot, AnyStateMachine, EmittedFrom, EventObject } from 'xstate';
import { LocalMisuse } from './errors.ts';
import { clauseOf, stateName } from './inspect.ts';
import { classOf, type NoticesOf, type OrdersOf, type RequestsOf, type SendsOf } from './role.ts';
import { isDurable } from './session.ts';

/** Who carries out what the actor tells. An answer is sent to the actor. */
export interface Handlers<Machine extends AnyStateMachine> {
  send(effect: SendsOf<EmittedFrom<Machine>>): void;
  order?(order: OrdersOf<EmittedFrom<Machine>>): void;
  request?(request: RequestsOf<EmittedFrom<Machine>>): void;
  notify?(notice: NoticesOf<EmittedFrom<Machine>>): void;
}

/**
 * Binds an actor that was not started yet. Call `actor.start()` afterwards.
 *
 * ```ts
 * const actor = createActor(client, { input });
 * bind(actor, { send: ({ message }) => socket.send(relayWire.encode(message)) });
 * actor.start();
 * ```
 * @returns a function that unbinds
 * @throws LocalMisuse `durable`: a role that must survive a crash needs a `Session` with a store
 */
export function bind<Machine extends AnyStateMachine>(actor: Actor<Machine>, handlers: Handlers<Machine>): () => void {
  const { logic } = actor;
  if (isDurable(logic as AnyStateMachine)) {
    throw new LocalMisuse('This role must survive a crash: run it in a Session with a store.', { code: 'durable' });
  }
  let before: AnyMachineSnapshot = actor.getSnapshot() as AnyMachineSnapshot;
  // An actor emits before it tells its observers of the new state.
  const states = actor.subscribe((snapshot) => {
    before = snapshot as AnyMachineSnapshot;
  });
  const effects = actor.on('*', (effect) => {
    switch (classOf(effect.type)) {
      case 'send':
        return handlers.send(effect as SendsOf<EmittedFrom<Machine>>);
      case 'order':
        return handlers.order?.(effect as OrdersOf<EmittedFrom<Machine>>);
      case 'request':
      case 'consult':
        return handlers.request?.(effect as RequestsOf<EmittedFrom<Machine>>);
      default:
        return handlers.notify?.(explained(before, effect) as NoticesOf<EmittedFrom<Machine>>);
    }
  });
  return () => {
    states.unsubscribe();
    effects.unsubscribe();
  };
}

/** A root transition cannot know in which state it was taken. */
function explained<Notice extends EventObject>(before: AnyMachineSnapshot, notice: Notice): Notice {
  if (notice.type !== 'violated' && notice.type !== 'misused') return notice;
  return { ...notice, state: stateName(before.value), clause: clauseOf(before) };
}
