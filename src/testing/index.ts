/** `statewire/testing`: what our own tests are made of, for anybody's. */
export { type Faults, type MemoryPair, memoryPair } from '../../adapters/memory.ts';
export { SimulatedClock } from './clock.ts';
export * from './paths.ts';
export { seededRandom } from './random.ts';
export { type CrashPoint, crashPoints, UnsyncedStore, type UnsyncedStoreOptions } from './unsyncedStore.ts';
