/**
 * A story of two payments and a farewell, played by an app, a signer and a peer that answer a payer, with crashes wherever one likes.
 */
import type { payerOf } from './payer.ts';
import { type Process, settled, World } from './world.ts';

type Machine = ReturnType<typeof payerOf>;
type Event = Parameters<Process<Machine>['session']['tell']>[0];

/** What the peer must have got, each at least once, in this order. */
export const messages = ['hello ann', 'pay p1', 'proof p1', 'pay p2', 'proof p2', 'bye ann'];

/** How a story went. */
export interface Told {
  readonly world: World;
  /** Points at which it could have been killed. */
  readonly points: number;
  readonly crashes: number;
}

export interface Plot {
  readonly machine: Machine;
  /** The points at which the process is killed, counted from the start of each process. */
  readonly kills: readonly number[];
  /** Answers come from within, before what asked for them has returned. */
  readonly isPrompt: boolean;
}

/** Tells the whole story: after each crash a new process restores the session, and the story goes on. */
export async function tellStory({ machine, kills, isPrompt }: Plot): Promise<Told> {
  const world = new World();
  const answers: Event[] = [];
  let process: Process<Machine> | undefined;
  world.react = (line) => {
    checkDurable(world, line);
    const answer = answerTo(line);
    if (answer === undefined) return;
    if (isPrompt) process?.session.tell(answer);
    else answers.push(answer);
  };
  let crashes = 0;
  const boot = async () => {
    answers.length = 0;
    world.points = 0;
    world.killAt = kills[crashes];
    world.journal.push('boots');
    process = world.boot(machine, { name: 'ann' });
    const isRestored = await process.session.restore();
    if (!isRestored) process.session.start();
    if (machine.events.includes('connection.opened')) process.session.tell({ type: 'connection.opened' });
    await settled();
    return process;
  };

  let current = await boot();
  for (let turns = 0; turns < 200; turns += 1) {
    // Who was told of the end needs no new process.
    if (current.isDead && !world.journal.includes('ends')) {
      current.kill();
      crashes += 1;
      current = await boot();
      continue;
    }
    if (current.session.ended || current.isDead) return { world, points: world.points, crashes };
    const answer = answers.shift() ?? commandOf(current);
    if (answer !== undefined) current.session.tell(answer);
    else if (!world.clock.next()) throw new Error(`The story is stuck: ${world.journal.join(', ')}`);
    await settled();
  }
  throw new Error(`The story has no end: ${world.journal.join(', ')}`);
}

/** What the app wants next, by what it sees of the role. It does not know of crashes. */
function commandOf({ session }: Process<Machine>): Event | undefined {
  if (!session.snapshot.matches('idle')) return undefined;
  const { paid } = session.snapshot.context;
  return paid < 2 ? { type: 'command.pay', id: `p${paid + 1}` } : { type: 'command.close' };
}

/** The signer signs, and the peer acknowledges what it has the proof of. */
function answerTo(line: string): Event | undefined {
  const id = line.split(' ').at(-1) ?? '';
  if (line.startsWith('asks requestSignature')) return { type: 'signed', id, signature: `signature of ${id}` };
  if (line.startsWith('sends proof')) return { type: 'received.ack', message: { id } };
  return undefined;
}

/** Nothing may be said of which the disk does not know. */
function checkDurable(world: World, line: string): void {
  const [verb, type, id] = line.split(' ');
  const { paid, signature } = world.durableContext;
  const isTooEarly =
    (verb === 'notifies' && type === 'paid' && id !== `p${paid}`) ||
    (verb === 'sends' && type === 'pay' && signature !== `signature of ${id}`) ||
    (verb === 'asks' && world.durableContext['payment'] !== id);
  if (isTooEarly) throw new Error(`"${line}" although the disk holds ${JSON.stringify(world.record)}`);
}

/** The messages that the peer got, each where it came first. */
export function firstOfEach(world: World): string[] {
  return [...new Set(world.lines('sends').map((line) => line.slice('sends '.length)))];
}

/** Whether the peer and the host got everything; otherwise what went wrong, from the last crash on. */
export function lossOf({ world }: Told): string | undefined {
  const isWhole =
    JSON.stringify(firstOfEach(world)) === JSON.stringify(messages) &&
    new Set(world.lines('orders')).size === 2 &&
    world.journal.includes('ends') &&
    world.clock.waiting === 0;
  if (isWhole) return undefined;
  const lines = world.journal.filter((line) => line !== 'steps');
  return lines.slice(Math.max(0, lines.lastIndexOf('boots') - 4)).join(', ');
}
