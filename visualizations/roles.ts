/**
 * Every role whose chart is drawn. A new role is one entry here; it must never be drawn from anything but its machine.
 */
import { type AnyStateMachine, createActor } from 'xstate';
import { client } from '../machines/relay/client.ts';
import { server } from '../machines/relay/server.ts';

export interface DrawnRole {
  /** The folder under `visualizations/`. */
  readonly protocol: string;
  /** The files' name. */
  readonly role: string;
  readonly machine: AnyStateMachine;
  /** In place of the context's factory, for tools that read only data: the context of a role that has just begun. */
  readonly exampleContext: unknown;
}

export const roles: readonly DrawnRole[] = [
  {
    protocol: 'relay',
    role: 'client',
    machine: client,
    exampleContext: createActor(client, {
      input: { ack: true, attempts: 5, window: 64, ackTimeout: 60_000, addressTimeout: 10_000, closeTimeout: 5_000 },
    }).getSnapshot().context,
  },
  {
    protocol: 'relay',
    role: 'server',
    machine: server,
    exampleContext: createActor(server, {
      input: { maxAddresses: 16, window: 64, maxViolations: 8, ackTimeout: 30_000, closeTimeout: 5_000 },
    }).getSnapshot().context,
  },
];
