/** A small durable role that has a connection: it asks for one, and asks again when it is lost. */
import { emit, setup } from 'xstate';
import type { ConnectionFact, Request, RoleMeta } from '../../src/role.ts';

/** Waits for its connection, is connected, or has been told that it is lost. */
export const dialer = setup({
  types: {} as {
    context: { readonly name: string };
    input: { readonly name: string };
    events: ConnectionFact | { readonly type: 'command.wait' };
    emitted: (Request & { readonly type: 'requestConnection' }) | { readonly type: 'waited' };
    meta: RoleMeta;
  },
  actions: {
    requestConnection: emit(() => ({ type: 'requestConnection', id: 'connection' })),
    waited: emit(() => ({ type: 'waited' })),
  },
  delays: { patience: 1_000 },
}).createMachine({
  id: 'toy.dialer',
  version: '1',
  options: { maxIterations: 20 },
  meta: { clause: 'Dialer', durable: true },
  context: ({ input }) => ({ ...input }),
  initial: 'connecting',
  states: {
    connecting: { entry: 'requestConnection', on: { 'connection.opened': 'connected' } },
    connected: { on: { 'connection.lost': 'connecting', 'command.wait': 'waiting' } },
    // Losing the connection starts the patience anew.
    waiting: {
      on: { 'connection.lost': { target: 'waiting', reenter: true } },
      after: { patience: { target: 'connected', actions: 'waited' } },
    },
  },
});
