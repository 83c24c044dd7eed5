/** ESM TypeScript through swc; types are checked apart, by tsc. */
export default {
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^#websocket$': '<rootDir>/adapters/ws.ts', '^#ed25519$': '<rootDir>/src/keys/node.ts' },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  coverageProvider: 'v8',
};
