/** Example events of the three roles, for generating paths. */
export { deskScenarios } from './deskCases.ts';
export { payeeScenarios } from './payeeCases.ts';
export { payerScenarios } from './payerCases.ts';
