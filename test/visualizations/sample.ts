/**
 * A made-up role that has everything a chart must show: containers in containers, guards and their alternatives, named delays, entries
 * and exits, transitions that stay, lines into and out of containers, a state with an id of its own, and the root's catch-alls.
 */
import { and, assign, emit, not, setup } from 'xstate';

interface Context {
  readonly tries: number;
}

export const borrower = setup({
  types: {} as {
    context: Context;
    input: { readonly tries: number };
    events: { readonly type: string };
    emitted: { readonly type: string };
    tags: 'usable' | 'waiting' | 'settled';
    meta: { readonly clause: string };
  },
  actions: {
    sendAsk: emit({ type: 'send' }),
    sendReturn: emit({ type: 'send' }),
    requestShelf: emit({ type: 'requestShelf' }),
    withdraw: emit({ type: 'withdraw' }),
    borrowed: emit({ type: 'borrowed' }),
    reminded: emit({ type: 'reminded' }),
    violated: emit({ type: 'violated' }),
    misused: emit({ type: 'misused' }),
    countTry: assign({ tries: ({ context }) => context.tries + 1 }),
  },
  guards: {
    mayRetry: ({ context }) => context.tries < 3,
    isMine: () => true,
    isWorn: () => false,
  },
  delays: { answerTimeout: 1000, loanPeriod: 5000 },
}).createMachine({
  id: 'library.borrower',
  description: 'Somebody who borrows one book & brings it back',
  meta: { clause: 'Borrowing' },
  context: ({ input }) => input,
  initial: 'idle',
  states: {
    idle: { description: 'Wants nothing', on: { 'command.borrow': 'opening', 'command.close': 'closed' } },
    opening: {
      description: 'On the way to a book',
      initial: 'connecting',
      tags: ['waiting'],
      on: { 'command.close': { target: 'closed', actions: 'withdraw' } },
      states: {
        connecting: { on: { 'connection.opened': 'awaitingBook', 'connection.failed': '#failed' } },
        awaitingBook: {
          description:
            'Has asked for a book and waits for the librarian, who may have to look for it on every shelf of the house',
          meta: { clause: '§2 "Asking"' },
          entry: ['sendAsk', 'countTry'],
          exit: 'withdraw',
          on: {
            'received.BOOK': [
              { guard: and(['isMine', not('isWorn')]), target: '#open', actions: 'borrowed' },
              { guard: 'mayRetry', target: 'awaitingBook', reenter: true },
              { target: '#failed', actions: 'sendReturn' },
            ],
            'received.WAIT': { description: 'Patience' },
            found: { actions: 'requestShelf' },
          },
          after: { answerTimeout: [{ guard: 'mayRetry', target: 'connecting' }, { target: '#failed' }] },
        },
      },
    },
    open: {
      id: 'open',
      description: 'Has the book',
      tags: ['usable'],
      initial: 'reading',
      on: {
        'received.RECALL': { target: '.overdue', actions: 'reminded' },
        'connection.lost': '#failed',
        'command.return': { target: 'closed', actions: 'sendReturn' },
      },
      states: {
        reading: { after: { loanPeriod: 'overdue' } },
        overdue: {
          on: { 'received.REMINDER': { actions: 'reminded' } },
          always: { guard: 'isWorn', target: '#failed' },
        },
      },
    },
    closed: { type: 'final', description: 'Brought back', tags: ['settled'] },
    failed: { id: 'failed', type: 'final', description: 'No book <at all>', tags: ['settled'] },
  },
  on: {
    'received.FIRE': '.failed',
    'received.*': { actions: 'violated' },
    'command.*': { actions: 'misused' },
  },
});
