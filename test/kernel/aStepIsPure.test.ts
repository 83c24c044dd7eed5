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
      const changed = stepsOf(role).filter(({ before, event }) => {
        freeze(before.context);
        freeze(before.value);
        freeze(event);
        const first = kernel.step(before, event);
        const text = JSON.stringify(first);
        return JSON.stringify(kernel.step(before, event)) !== text || JSON.stringify(first) !== text;
      });
      expect(changed).toEqual([]);
    },
  );
});
