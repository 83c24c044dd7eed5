/** Example events of the channel's four roles, for generating paths. */
export { nodeScenarios } from './node/cases.ts';
export { initiatorScenarios, responderScenarios } from './party/cases.ts';
export { watcherScenarios } from './watcherCases.ts';
