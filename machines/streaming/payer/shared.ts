/** Ways on that several parts of the payer's chart have: written once. */

/** The line of before may break once more. */
export const ofBefore = { description: 'Of the connection before' } as const;

/** Both sides know the channel: what plays goes on. */
export const streams = <Deed extends string>(deed: Deed) =>
  ({ target: '#streaming', actions: [deed, 'connectedAgain', 'playing', 'sendPlays'] }) as const;

/** No payee that we know would show this. */
export const isForeign = { target: 'stopping', actions: ['violatedState', 'keepForeignState'] } as const;

/** While opening, an answer comes in time or it does not go on. */
export const answersInTime = { answerTimeout: { target: 'stopping', actions: 'keepSilence' } } as const;

/** The payee is told to ask for nothing. */
export const pausing = ['forgetDemand', 'sendPause'] as const;

/** Nothing more is paid until the app says so. */
export const pauses = <Deed extends string>(deed: Deed) => ({ target: 'paused', actions: [deed, ...pausing] }) as const;

/** Nothing is left in the channel. */
export const isOver = { target: '#idle', actions: ['emptied', 'forgetChannel', 'orderClose'] } as const;

/** A key that may be given on credit waits to be opened; another one was not asked for. */
export const takesCredit = [{ guard: 'isOnCredit', actions: 'keepKey' }, { actions: 'violatedSecret' }] as const;

/** The same while nothing is owed before it: it is opened at once. */
export const opensCredit = [
  { guard: 'isOnCredit', target: 'awaitingNextDemand', actions: 'keepKey' },
  { actions: 'violatedSecret' },
] as const;
