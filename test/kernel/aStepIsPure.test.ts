/** A step changes nothing that it was given, and comes to the same when it is taken again. */
import { Kernel } from '../../src/kernel.ts';
import { rows, stepsOf } from './roles.ts';

function freeze<Value>(value: Value): Value {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}

describe('a step', () => {
  it.each(rows)(
    'of %s comes to the same when taken twice, and leaves its snapshot and event as they were',
    (_, role) => {
      const kernel = new Kernel(role.machine);
      for (const { before, event } of stepsOf(role)) {
        freeze(before.context);
        freeze(before.value);
        freeze(event);
        const first = kernel.step(before, event);
        const text = JSON.stringify(first);
        const second = kernel.step(before, event);
        expect(JSON.stringify(second)).toBe(text);
        expect(JSON.stringify(first)).toBe(text);
      }
    },
  );
});
