/**
 * Shows a host's sessions in an inspector of `@statelyai/inspect`, in a browser or from Node. What it gets is redacted already.
 *
 * The inspector itself is handed in, so that nothing of it is loaded here. Give it `serializationDepthLimit: 40`: its default cuts a machine
 * of two levels short.
 */
import type { AnyStateMachine } from 'xstate';
import type { Inspect } from '../src/inspect.ts';

/** What is used of an inspector: `createBrowserInspector()`, `createWebSocketInspector()` and `createInspector()` all have it. */
export interface StatelyInspector {
  actor(ref: unknown, snapshot?: unknown, info?: unknown): void;
  event(ref: unknown, event: unknown, info?: unknown): void;
  snapshot(ref: unknown, snapshot: unknown, info?: unknown): void;
}

/**
 * An `inspect` option for a host that feeds the inspector.
 *
 * ```ts
 * const inspector = createBrowserInspector({ serializationDepthLimit: 40 });
 * const relay = await relayClient(url, { inspect: feed(inspector) });
 * ```
 */
export function feed(inspector: StatelyInspector): Inspect {
  const known = new Map<string, { readonly sessionId: string; readonly logic: AnyStateMachine }>();
  return (record, machine) => {
    let ref = known.get(record.session);
    if (ref === undefined) {
      // The inspector reads the definition from `logic.config`.
      ref = { sessionId: record.session, logic: machine };
      known.set(record.session, ref);
      inspector.actor(ref, record.before);
    }
    inspector.event(ref, record.event);
    inspector.snapshot(ref, record.after, { event: record.event });
    if (record.after.status !== 'active') known.delete(record.session);
  };
}
