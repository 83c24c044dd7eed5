/**
 * A role as source that Stately Studio imports: one file that needs nothing but XState and holds the machine's config as data.
 *
 * It must never carry code: what is a function in the machine is a name here, and the context is an example.
 */
import type { AnyStateMachine } from 'xstate';
import { nameOf } from './model.ts';

/** A value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * Writes a machine as a module.
 *
 * @param exampleContext stands in for the context where that is made by a function.
 */
export function drawStately(machine: AnyStateMachine, exampleContext: unknown): string {
  return [
    `// ${machine.id}: structure only, for https://stately.ai/editor (Import from code). Drawn by \`npm run charts\`; do not edit.`,
    "import { createMachine } from 'xstate';",
    '',
    `export const machine = createMachine(${JSON.stringify(configOf(machine, exampleContext), null, 2)});`,
    '',
  ].join('\n');
}

/** A machine's config as plain data. */
export function configOf(machine: AnyStateMachine, exampleContext: unknown): Json {
  const config: Record<string, unknown> = machine.config;
  const context = config['context'];
  return asData(typeof context === 'function' ? { ...config, context: exampleContext } : config);
}

function asData(value: unknown, isNamed = false): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
    return value;
  if (Array.isArray(value)) return value.map((item) => asData(item, true));
  if (typeof value === 'function' && isNamed) return nameOf(value);
  if (typeof value !== 'object')
    throw new TypeError(`A machine's config cannot be written as data: it holds a ${typeof value}`);
  const entries = Object.entries(value).filter(
    ([name, part]) => part !== undefined && (typeof part !== 'function' || isPart(name)),
  );
  return Object.fromEntries(entries.map(([name, part]) => [name, asData(part, isPart(name))]));
}

/** The places of a config where a function stands for something that has a name. Elsewhere (`output`, `params`) it is left out. */
function isPart(name: string): boolean {
  return name === 'guard' || name === 'actions' || name === 'entry' || name === 'exit';
}
