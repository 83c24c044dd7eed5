/** Example events of the channel's three roles, for generating paths. */
export { nodeScenarios } from './nodeCases.ts';
export { initiatorScenarios, responderScenarios } from './partyCases.ts';
