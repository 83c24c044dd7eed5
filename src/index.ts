/** `statewire`: what makes a role run, whatever its protocol. */
export * from './bind.ts';
export * from './clock.ts';
export * from './errors.ts';
export * from './host.ts';
export type { Inspect, SeenState, StepRecord } from './inspect.ts';
export { stateName } from './inspect.ts';
export * from './kernel.ts';
export { type Random, systemRandom } from './random.ts';
export * from './role.ts';
export { redact, secret, secretFields } from './secrets.ts';
export * from './session.ts';
export type { Signer } from './signer.ts';
export type * from './store.ts';
export type * from './transport.ts';
