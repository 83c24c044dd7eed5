/**
 * The role machines that every house rule and every property of the kernel is held against. A new protocol adds one line a role.
 */
import type { AnyStateMachine, EventObject, InputFrom } from 'xstate';
import {
  clientScenarios as boardClientScenarios,
  serverScenarios as boardServerScenarios,
} from '../../machines/board/cases.ts';
import { client as boardClient } from '../../machines/board/client.ts';
import { server as boardServer } from '../../machines/board/server.ts';
import { initiator } from '../../machines/channel/initiator.ts';
import { nodeScenarios } from '../../machines/channel/node/cases.ts';
import { node } from '../../machines/channel/node.ts';
import { initiatorScenarios, responderScenarios } from '../../machines/channel/party/cases.ts';
import { responder } from '../../machines/channel/responder.ts';
import { watcher } from '../../machines/channel/watcher.ts';
import { watcherScenarios } from '../../machines/channel/watcherCases.ts';
import { clientScenarios, serverScenarios } from '../../machines/relay/cases.ts';
import { client } from '../../machines/relay/client.ts';
import { server } from '../../machines/relay/server.ts';
import { dialer } from '../../machines/star/dialer.ts';
import { listener } from '../../machines/star/listener.ts';
import { dialerScenarios, listenerScenarios } from '../../machines/star/peerCases.ts';
import { rendezvous } from '../../machines/star/rendezvous.ts';
import { rendezvousScenarios } from '../../machines/star/rendezvousCases.ts';
import { stream } from '../../machines/star/stream.ts';
import { streamScenarios } from '../../machines/star/streamCases.ts';
import { deskScenarios, payeeScenarios, payerScenarios } from '../../machines/streaming/cases.ts';
import { desk } from '../../machines/streaming/desk.ts';
import { payee } from '../../machines/streaming/payee.ts';
import { payer } from '../../machines/streaming/payer.ts';
import { Kernel } from '../../src/kernel.ts';
import { type PathStep, pathOptions, type Scenario } from '../../src/testing/index.ts';

/** A role machine with its example events; what it is made of is forgotten here, so that all roles stand in one table. */
export interface Role {
  readonly name: string;
  readonly machine: AnyStateMachine;
  readonly scenarios: readonly Scenario<AnyStateMachine>[];
  /** Milliseconds that may pass between two events of a generated sequence: what tells this machine's timers apart. */
  readonly pauses: readonly number[];
}

/** A role whose input may be left out is no role: `never` takes no machine, so that its line does not compile. */
export type WithRequiredInput<Machine extends AnyStateMachine> = undefined extends InputFrom<Machine> ? never : Machine;

/** A line of the table. */
export function role<Machine extends AnyStateMachine>(
  machine: WithRequiredInput<Machine>,
  scenarios: readonly Scenario<Machine>[],
  pauses: readonly number[] = [0, 1, 4_999, 5_000, 10_000, 30_000],
): Role {
  return { name: machine.id, machine, scenarios, pauses };
}

export const roles: readonly Role[] = [
  role(client, clientScenarios),
  role(server, serverScenarios),
  role(boardClient, boardClientScenarios),
  role(boardServer, boardServerScenarios),
  role(payer, payerScenarios),
  role(payee, payeeScenarios),
  role(desk, deskScenarios),
  role(node, nodeScenarios),
  role(initiator, initiatorScenarios),
  role(responder, responderScenarios),
  role(watcher, watcherScenarios),
  role(listener, listenerScenarios),
  role(dialer, dialerScenarios),
  role(stream, streamScenarios),
  role(rendezvous, rendezvousScenarios),
];

/** One table row a role, for `describe.each`. */
export const rows = roles.map((each) => [each.name, each] as const);

const found = new Map<Role, readonly PathStep<AnyStateMachine>[]>();

/** Every step that the paths of a role can tell apart, each once. They are looked for once: a large role has thousands. */
export function stepsOf(role: Role): readonly PathStep<AnyStateMachine>[] {
  const steps = found.get(role) ?? findSteps(role);
  found.set(role, steps);
  return steps;
}

/** From every state that the scenarios' keys tell apart and their ways lead to, every case and every timer. */
function findSteps({ machine, scenarios }: Role): PathStep<AnyStateMachine>[] {
  const kernel = new Kernel(machine);
  return scenarios.flatMap((scenario) => {
    const { ways } = scenario;
    const { events, serializeState } = pathOptions(scenario);
    const { snapshot: first } = kernel.start(scenario.input);
    const states = new Map([[serializeState(first, undefined), first]]);
    const steps: PathStep<AnyStateMachine>[] = [];
    // A map that grows while it is walked gives what was added, too.
    for (const before of states.values()) {
      for (const event of events(before)) {
        const { snapshot: after, emitted } = kernel.step(before, event);
        steps.push({ event, before, after, emitted });
        const key = serializeState(after, undefined);
        const isWay = ways === undefined || !scenario.cases.includes(event) || ways.includes(event);
        if (isWay && !states.has(key)) states.set(key, after);
      }
    }
    return steps;
  });
}

/** All example events of a role, each once. */
export function eventsOf({ scenarios }: Role): EventObject[] {
  const events = scenarios.flatMap(({ cases }) =>
    cases.map((event): [string, EventObject] => [JSON.stringify(event), event]),
  );
  return [...new Map(events).values()];
}
