/** Example events of the star's four roles, for generating paths. */
export { dialerScenarios, listenerScenarios } from './peerCases.ts';
export { rendezvousScenarios } from './rendezvousCases.ts';
export { streamScenarios } from './streamCases.ts';
