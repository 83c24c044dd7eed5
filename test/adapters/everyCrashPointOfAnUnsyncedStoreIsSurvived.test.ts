/** A durable role and the disk for crash tests: killed before and after every write of its story, twice in a row, it loses nothing. */
import type { Store, StoreChange } from '../../src/store.ts';
import { type CrashPoint, crashPoints, UnsyncedStore } from '../../src/testing/index.ts';
import { payerOf } from '../session/payer.ts';
import { firstOfEach, messages } from '../session/story.ts';
import { fields, type Process, settled, World } from '../session/world.ts';

const machine = payerOf({ isOnline: true });
type Event = Parameters<Process<typeof machine>['session']['tell']>[0];

interface Told {
  readonly world: World;
  /** One for each process. */
  readonly stores: readonly UnsyncedStore[];
  /** What was said of which the disk did not know. */
  readonly lies: readonly string[];
}

/** Tells a story of two payments and a farewell; the nth process is killed at the nth point. */
async function tellStory(
  points: readonly CrashPoint[],
  seenAs = (store: UnsyncedStore): Store => store,
): Promise<Told> {
  const world = new World();
  const stores: UnsyncedStore[] = [];
  const lies: string[] = [];
  const answers: Event[] = [];
  let store = new UnsyncedStore();
  world.react = (line) => {
    if (isLie(line, store)) lies.push(line);
    const answer = answerTo(line);
    if (answer !== undefined) answers.push(answer);
  };
  const boot = async () => {
    answers.length = 0;
    store = store.reopen({ ...points[stores.length], crashed: () => process.kill() });
    const process = world.boot(machine, { name: 'ann' }, { store: seenAs(store) });
    stores.push(store);
    if (!(await process.session.restore())) process.session.start();
    process.session.tell({ type: 'connection.opened' });
    await settled();
    return process;
  };

  let process = await boot();
  while (!world.journal.includes('ends')) {
    if (world.journal.length > 1_000) throw new Error('The story has no end.');
    if (process.isDead) {
      process = await boot();
      continue;
    }
    const event = answers.shift() ?? commandOf(process);
    if (event !== undefined) process.session.tell(event);
    else if (!world.clock.next()) throw new Error(`The story is stuck: ${world.journal.join(', ')}`);
    await settled();
  }
  return { world, stores, lies };
}

function commandOf({ session }: Process<typeof machine>): Event | undefined {
  if (!session.snapshot.matches('idle')) return undefined;
  const { paid } = session.snapshot.context;
  return paid < 2 ? { type: 'command.pay', id: `p${paid + 1}` } : { type: 'command.close' };
}

function answerTo(line: string): Event | undefined {
  const id = line.split(' ').at(-1) ?? '';
  if (line.startsWith('asks requestSignature')) return { type: 'signed', id, signature: `signature of ${id}` };
  if (line.startsWith('sends proof')) return { type: 'received.ack', message: { id } };
  return undefined;
}

/** A payment is sent only once its signature is on the disk, and told as paid only once that is. */
function isLie(line: string, { disk }: UnsyncedStore): boolean {
  const [verb, type, id] = line.split(' ');
  const record = fields(JSON.parse(disk.get('session/toy.payer/s1') ?? '{}'));
  const { paid, signature } = fields(fields(fields(record['stored'])['snapshot'])['context']);
  if (verb === 'notifies' && type === 'paid') return id !== `p${paid}`;
  return verb === 'sends' && type === 'pay' && signature !== `signature of ${id}`;
}

const writesOf = async (points: readonly CrashPoint[]) => (await tellStory(points)).stores.at(-1)?.writes ?? 0;

function lossOf({ world, lies, stores }: Told, crashes: number): string | undefined {
  const isWhole =
    JSON.stringify(firstOfEach(world)) === JSON.stringify(messages) &&
    new Set(world.lines('orders')).size === 2 &&
    lies.length === 0 &&
    stores.filter(({ hasCrashed }) => hasCrashed).length === crashes;
  return isWhole ? undefined : [...lies, ...world.journal.filter((line) => line !== 'steps')].join(', ');
}

it('loses nothing in a crash before or after any write, nor in a second one at any write of what follows', async () => {
  const losses = new Set<string | undefined>();
  let stories = 0;
  for (const first of crashPoints((await writesOf([])) - 1)) {
    losses.add(lossOf(await tellStory([first]), 1));
    for (const second of crashPoints((await writesOf([first])) - 1)) {
      losses.add(lossOf(await tellStory([first, second]), 2));
      stories += 1;
    }
  }
  expect([...losses]).toEqual([undefined]);
  expect(stories).toBeGreaterThan(100);
});

it('a store that answers before it has synced is found out', async () => {
  const hasty = (store: UnsyncedStore): Store => ({
    read: (key) => store.read(key),
    write: async (changes: readonly StoreChange[]) => {
      void settled().then(() => store.write(changes));
    },
    keys: (prefix) => store.keys(prefix),
    close: () => store.close(),
  });
  const { lies } = await tellStory([], hasty);
  expect(lies).not.toEqual([]);
});
