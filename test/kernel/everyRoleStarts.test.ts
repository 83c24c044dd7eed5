/** House rule: a role starts from the inputs of its cases, says which machine of which version it is, and cannot go round for ever. */
import { setup } from 'xstate';
import { Kernel } from '../../src/kernel.ts';
import { role, rows } from './roles.ts';

describe.each(rows)('%s', (_name, { machine, scenarios }) => {
  // Importing it is the test of its targets: XState throws on one that does not exist.
  it('starts with every input of its cases', () => {
    for (const { input } of scenarios) expect(new Kernel(machine).start(input).snapshot.status).toBe('active');
  });

  it('has an id, <protocol>.<role>, and a version', () => {
    expect(machine.config.id).toMatch(/^[a-z]+\.[a-z]+$/i);
    expect(machine.version).toMatch(/^\d+$/);
  });

  it('stops going round after a bounded number of steps', () => {
    expect(machine.options?.maxIterations).toBeGreaterThan(0);
    expect(machine.options?.maxIterations).toBeLessThanOrEqual(1_000);
  });
});

describe('a role', () => {
  it('must have an input: without one it does not fit into the table of roles', () => {
    const noInput = setup({ types: {} as { input: { readonly name: string } | undefined } }).createMachine({});
    // @ts-expect-error the input may be left out
    expect(role(noInput, [])).toBeDefined();
  });
});
