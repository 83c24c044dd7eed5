/** The stories of the two parties: enough for every transition, both outcomes of every guard, and every message in every state. */
import type { Scenario } from '../../../src/testing/paths.ts';
import type { initiator } from '../initiator.ts';
import type { Party } from '../messages.ts';
import type { responder } from '../responder.ts';
import { eventsOf, inputOf } from './examples.ts';
import type { PartyContext, PartyEvent, PartyInput } from './types.ts';

/** What is under way. */
const stage = ({ agreed, promised, started, attempt }: PartyContext) => [
  agreed === null ? null : [agreed.round, agreed.isCoSigned],
  promised === null ? null : [promised.id, promised.tx !== ''],
  started === null ? null : started.kind,
  attempt,
];

interface Look {
  readonly key?: (context: PartyContext) => unknown;
  /** What is tried beside the ways on; everything where nothing is said. */
  readonly types?: readonly string[];
}

const isOf = ({ type }: PartyEvent, types: readonly string[]) => types.some((name) => type.startsWith(name));

/** What matters while something is changing, whatever it is. */
const change = [
  'received.sign',
  'received.update',
  'received.on_chain_tx',
  'received.info.update_finalized',
  'received.conflict',
];
/** The rest is as with an update or a deposit. */
const funds = ['received.sign.deposit', 'received.sign.withdraw', 'received.on_chain_tx'];

/** Every state with every event, and then the few events by which one context differs from another. */
function scenariosOf(role: Party) {
  const { told, cases, existing } = eventsOf(role);
  const input = inputOf(role);
  const opening = [told.open, told.connected, told.askCreate, told.signCreate, told.opened];
  const scenario = (
    name: string,
    ways: readonly PartyEvent[],
    { key = stage, types = [], ...changes }: Partial<PartyInput> & Look = {},
  ) => ({
    name,
    input: { ...input, ...changes },
    cases: types.length === 0 ? cases : cases.filter((event) => ways.includes(event) || isOf(event, types)),
    ways,
    key,
  });
  return [
    scenario(
      'every state',
      [
        ...opening,
        told.accept,
        told.created,
        told.ownLocked,
        told.locked,
        told.onChainCreate,
        told.lost,
        told.update,
        told.askOwn,
        told.signOwn,
        told.refuseOwn,
        told.isChanged,
        told.askIts,
        told.signIts,
        told.conflict,
        told.deposit,
        told.askDeposit,
        told.signDeposit,
        told.onChainDeposit,
        told.shutdown,
        told.askClose,
        told.signClose,
        told.onChainClose,
        told.leave,
        told.missed,
        told.dispute,
      ],
      { key: () => null },
    ),
    scenario('coming back', [told.open, told.connected, told.opened, told.missed, told.balances], {
      existing,
      key: () => null,
    }),
    scenario('leaving', [...opening, told.leave, told.left], {
      key: (context) => [stage(context), context.isLeft],
      types: ['received.update', 'connection.lost'],
    }),
    scenario('staying', [...opening, told.leave, told.left, told.leftBehind], {
      keepsRunning: true,
      key: (context) => [stage(context), context.isLeftBehind],
      types: ['received.leave', 'received.info.died', 'received.info.channel_reestablished', 'connection.lost'],
    }),
    scenario('an update', [...opening, told.update, told.askOwn, told.signOwn, told.finalized, told.askNext], {
      types: change,
    }),
    scenario(
      "the other's update",
      [...opening, told.askIts, told.signIts, told.finalized, told.askNextOfIts, told.shutdown],
      { types: change },
    ),
    scenario(
      'a deposit',
      [
        ...opening,
        told.deposit,
        told.askDeposit,
        told.signDeposit,
        told.onChainDeposit,
        told.finalized,
        told.isChanged,
      ],
      { types: change },
    ),
    scenario(
      "the other's deposit",
      [...opening, told.askItsDeposit, told.signItsDeposit, told.onChainItsDeposit, told.finalized, told.shutdown],
      { types: funds },
    ),
    scenario(
      'a withdrawal',
      [
        ...opening,
        told.withdraw,
        told.askWithdrawal,
        told.signWithdrawal,
        told.onChainWithdrawal,
        told.finalized,
        told.isChanged,
      ],
      { types: funds },
    ),
    scenario(
      "the other's withdrawal",
      [
        ...opening,
        told.askItsWithdrawal,
        told.signItsWithdrawal,
        told.onChainItsWithdrawal,
        told.finalized,
        told.shutdown,
      ],
      { types: funds },
    ),
    scenario(
      'a deposit that is void and may still be posted',
      [
        ...opening,
        told.deposit,
        told.askDeposit,
        told.signDeposit,
        told.conflict,
        told.askIts,
        told.signIts,
        told.finalized,
        told.askNextOfIts,
        told.conflictAfter,
        told.buryDeposit,
      ],
      {
        isWatched: true,
        key: (context) => [
          stage(context),
          context.rivals.some(({ kind }) => kind === 'deposit'),
          context.held !== null,
        ],
        types: ['command.bury', 'command.guard', 'command.update', 'command.withdraw', 'received.sign.deposit'],
      },
    ),
    scenario(
      'a payment that is void and may still be shown',
      [...opening, told.update, told.askOwn, told.signOwn, told.conflict, told.askIts, told.signIts, told.finalized],
      {
        key: (context) => [stage(context), context.rivals.length, context.held !== null],
        types: ['received.sign.update', 'received.get'],
      },
    ),
    scenario('what was missed', [...opening, told.missed, told.askIts, told.balances], {
      key: (context) => [stage(context), context.asked !== null],
      types: ['received.get'],
    }),
    scenario('the line', [...opening, told.lost, told.failed], { attempts: 2, types: ['connection.lost'] }),
    scenario('the line, with something begun', [...opening, told.deposit, told.askIts, told.lost], {
      key: (context) => [stage(context), context.started?.isCut],
      types: ['received.pong'],
    }),
    scenario('no signature', [...opening, told.update, told.askOwn, told.refuseOwn], {
      mayAbort: true,
      types: ['received.sign.update', 'refused', 'received.conflict'],
    }),
  ];
}

/** The initiator, from opening to its end. */
export const initiatorScenarios: readonly Scenario<typeof initiator>[] = scenariosOf('initiator');

/** The responder, likewise. */
export const responderScenarios: readonly Scenario<typeof responder>[] = scenariosOf('responder');
