/** Example events of the channel's four roles, for generating paths. */
export { nodeScenarios } from './node/cases.ts';
export { initiatorScenarios, responderScenarios } from './partyCases.ts';
export { watcherScenarios } from './watcherCases.ts';
