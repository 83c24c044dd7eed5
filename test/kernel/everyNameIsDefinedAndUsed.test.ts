/** House rule: XState ignores an unknown action and fires an unknown delay at once, silently. Here neither can be. */
import { namesDefinedBy, namesUsedBy } from './config.ts';
import { rows } from './roles.ts';

describe.each(rows)('%s', (_name, { machine }) => {
  const used = namesUsedBy(machine);
  const defined = namesDefinedBy(machine);

  it.each(['actions', 'guards', 'delays'] as const)('uses the %s that it defines, and no others', (kind) => {
    expect(used[kind]).toEqual(defined[kind]);
  });
});
