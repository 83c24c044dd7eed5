/** House rule: what a role remembers can be stored and compared as text. */
import { rows, stepsOf } from './roles.ts';

/** What JSON would change: undefined, class instances, bigint, NaN, -0, integers that a double cannot hold. */
function strangers(value: unknown, path = 'context'): string[] {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return [];
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) && Math.abs(value) <= Number.MAX_SAFE_INTEGER
        ? []
        : [path];
    case 'object': {
      if (value === null) return [];
      const prototype: unknown = Object.getPrototypeOf(value);
      if (prototype !== Object.prototype && prototype !== Array.prototype) return [path];
      return Object.entries(value).flatMap(([key, inner]) => strangers(inner, `${path}.${key}`));
    }
    default:
      return [path];
  }
}

describe.each(rows)('%s', (_name, role) => {
  it('has a context of canonical JSON after every step', () => {
    expect(stepsOf(role).flatMap(({ after }) => strangers(after.context))).toEqual([]);
  });

  it('keeps the shape of its context: the same fields after every step', () => {
    const shapes = new Set(stepsOf(role).map(({ after }) => Object.keys(after.context).sort().join(', ')));
    expect(shapes.size).toBe(1);
  });

  it('has emitted nothing that JSON would change', () => {
    expect(stepsOf(role).flatMap(({ emitted }) => strangers(emitted, 'emitted'))).toEqual([]);
  });
});
