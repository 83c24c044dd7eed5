import type { Command } from 'commander';

/** The command that is named, or all if it is none of them. No other is loaded: that takes longer than to run one. */
export function named(commands: Readonly<Record<string, () => Promise<Command>>>, name = ''): Promise<Command[]> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  return load === undefined ? Promise.all(Object.values(commands).map((each) => each())) : Promise.all([load()]);
}
