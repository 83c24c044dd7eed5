/**
 * A path model by `@xstate/test`. The package under that name (an alias, see package.json) brings its own copy of XState's types, so that the machine's
 * cannot be told to it: one cast, here.
 */
import { TestModel } from '@xstate/test';
import type { AnyStateMachine, EventFromLogic, EventObject, InputFrom, Snapshot } from 'xstate';
import { onItsWays, pathOptions, type Scenario } from '../../src/testing/index.ts';

/** The model of a scenario of a role. */
export function testModel<Machine extends AnyStateMachine>(
  machine: Machine,
  scenario: Scenario<Machine>,
): TestModel<Snapshot<unknown>, EventObject, unknown> {
  const options = pathOptions<Machine>(onItsWays(scenario));
  return new TestModel<Snapshot<unknown>, EventFromLogic<Machine>, InputFrom<Machine>>(
    machine as never,
    options as never,
  ) as never;
}
