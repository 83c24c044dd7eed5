import { availableParallelism } from 'node:os';

/** ESM TypeScript through swc; types are checked apart, by tsc. */
export default {
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^#websocket$': '<rootDir>/adapters/ws.ts', '^#ed25519$': '<rootDir>/src/keys/node.ts' },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  // tweetnacl asks for Math all the time, and a global of the sandbox is slow to find: it runs four to ten times slower without this.
  sandboxInjectedGlobals: ['Math'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // Jest would leave one of two cores idle; and what waits, for a film that plays or a peer that is silent, leaves its core to another.
  maxWorkers: availableParallelism() + 1,
  // A bound on what hangs, not a measure of speed: a busy machine may be ten times slower than an idle one.
  testTimeout: 120_000,
  coverageProvider: 'v8',
};
