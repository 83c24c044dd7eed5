/** A node and two terminals: a channel is opened, paid in both ways and closed by typing; whichever process is killed, nothing is lost. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Command, outcomeOf, statewire } from './command.ts';

let folder: string;
const directory = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'statewire-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function serve(port = 0) {
  const command = statewire(
    ...['serve', 'channel', '--port', `${port}`, '--block-ms', '50', '--data', directory('node')],
    ...['--json', '--log-level', 'error'],
  );
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(await command.line()));
  return { command, url };
}

async function accountIn(name: string, ...options: readonly string[]): Promise<string> {
  const { stdout } = await outcomeOf('channel', 'address', '--data', directory(name), ...options);
  return stdout.trim();
}

/** A terminal in which the channel is open, or opens. */
function open(url: string, name: 'alice' | 'bob', other: string): Command {
  const role = name === 'alice' ? 'initiator' : 'responder';
  return statewire('channel', 'open', url, '--json', '--as', role, '--with', other, '--data', directory(name));
}

/** The next line that has this field, and what is in it. */
async function hears(terminal: Command, field: string): Promise<unknown> {
  for (;;) {
    const line: Record<string, unknown> = JSON.parse(await terminal.line());
    if (field in line) return line[field];
  }
}

const State = z.object({ round: z.number(), initiatorAmount: z.string(), responderAmount: z.string() });
const state = (round: number, initiatorAmount: string, responderAmount: string): z.infer<typeof State> => ({
  round,
  initiatorAmount,
  responderAmount,
});

async function bothOpen(url: string, ...options: readonly string[]) {
  const [ofAlice, ofBob] = await Promise.all([accountIn('alice', ...options), accountIn('bob', ...options)]);
  const start = {
    alice: () => open(url, 'alice', ofBob),
    bob: () => open(url, 'bob', ofAlice),
  };
  const [alice, bob] = [start.alice(), start.bob()];
  await Promise.all([alice, bob].map((terminal) => hears(terminal, 'open')));
  return { alice, bob, start };
}

const shown = async (name: string) =>
  State.parse(JSON.parse((await outcomeOf('channel', 'show', '--json', '--data', directory(name))).stdout));

it('what is typed is paid, said and closed, and both terminals show the same', async () => {
  const { url } = await serve();
  const { alice, bob } = await bothOpen(url);
  for (const [terminal, line, expected] of [
    [alice, 'pay 3', state(2, '7', '13')],
    [bob, 'pay 1', state(3, '8', '12')],
    [alice, 'request 2', state(4, '10', '10')],
  ] as const) {
    terminal.type(line);
    const heard = await Promise.all([alice, bob].map((each) => hears(each, 'updated')));
    expect(heard).toEqual([expected, expected]);
  }
  bob.type('message hello Alice');
  expect(await hears(alice, 'message')).toBe('hello Alice');
  alice.type('pay 9');
  expect(await hears(alice, 'reason')).toContain('insufficient_balance');
  alice.type('dance');
  expect(await hears(alice, 'reason')).toContain('"dance" is none of');
  bob.type('close');
  expect(await Promise.all([alice.ended, bob.ended])).toEqual([0, 0]);
});

it.each(['alice', 'bob', 'node'] as const)(
  'when %s is killed in the middle, it comes back and nothing is lost',
  async (victim) => {
    let { command: node, url } = await serve();
    let { alice, bob, start } = await bothOpen(url);
    alice.type('pay 3');
    await Promise.all([alice, bob].map((each) => hears(each, 'updated')));
    // An update may be under way in any of its steps.
    alice.type('pay 1');
    const killed = { alice, bob, node }[victim];
    killed.process.kill('SIGKILL');
    await killed.ended;
    if (victim === 'node') {
      node = (await serve(Number(new URL(url).port))).command;
      await Promise.all([alice, bob].map((each) => hears(each, 'reconnected')));
    } else if (victim === 'alice') {
      alice = start.alice();
      await hears(alice, 'open');
    } else {
      bob = start.bob();
      await hears(bob, 'open');
    }
    bob.type('message and now');
    expect(await hears(alice, 'message')).toBe('and now');
    bob.type('pay 2');
    const [, before] = await Promise.all([hears(bob, 'updated'), hears(alice, 'updated')]);
    for (const terminal of [alice, bob]) terminal.process.kill('SIGINT');
    await Promise.all([alice.ended, bob.ended]);
    const [one, other] = [await shown('alice'), await shown('bob')];
    expect(one).toEqual(other);
    expect(BigInt(one.initiatorAmount) + BigInt(one.responderAmount)).toBe(20n);
    expect(one.round).toBeGreaterThanOrEqual(State.parse(before).round);
  },
);

it('more is put in and taken out; both leave, and come back with the same command', async () => {
  const { url } = await serve();
  const { alice, bob, start } = await bothOpen(url);
  alice.type('deposit 5');
  const deposited = await Promise.all([alice, bob].map((each) => hears(each, 'deposited')));
  expect(deposited).toEqual([state(2, '15', '10'), state(2, '15', '10')]);
  bob.type('withdraw 3');
  const withdrawn = await Promise.all([alice, bob].map((each) => hears(each, 'withdrawn')));
  expect(withdrawn).toEqual([state(3, '15', '7'), state(3, '15', '7')]);
  alice.type('leave');
  expect(await Promise.all([alice.ended, bob.ended])).toEqual([0, 0]);
  const back = [start.alice(), start.bob()];
  await Promise.all(back.map((each) => hears(each, 'open')));
  back[0]?.type('pay 1');
  const paid = await Promise.all(back.map((each) => hears(each, 'updated')));
  expect(paid).toEqual([state(4, '14', '8'), state(4, '14', '8')]);
});

it('one command takes the channel up, pays and leaves', async () => {
  const { url } = await serve();
  const { alice, bob } = await bothOpen(url);
  alice.process.kill('SIGINT');
  expect(await alice.ended).toBe(130);
  const { code, stdout } = await outcomeOf('channel', 'pay', '4', '--json', '--data', directory('alice'));
  expect({ code, stdout: JSON.parse(stdout) }).toEqual({ code: 0, stdout: { now: state(2, '6', '14') } });
  expect(await hears(bob, 'updated')).toEqual(state(2, '6', '14'));
  expect(await shown('alice')).toEqual(state(2, '6', '14'));
});

it('one closes alone when the other is gone, waits for the lock period, and is paid out', async () => {
  const { url } = await serve();
  const { alice, bob } = await bothOpen(url);
  alice.type('pay 3');
  await Promise.all([alice, bob].map((each) => hears(each, 'updated')));
  for (const terminal of [alice, bob]) terminal.process.kill('SIGKILL');
  await Promise.all([alice.ended, bob.ended]);
  const { code, stdout } = await outcomeOf('channel', 'close', '--alone', '--json', '--data', directory('alice'));
  const said = stdout.trim().split('\n');
  expect({ code, said: said.map((line) => JSON.parse(line)) }).toEqual({
    code: 0,
    said: [{ soloClosed: { round: 2 } }, { settled: { initiatorAmount: '7', responderAmount: '13' } }],
  });
});

it('with an account in the encoding of 2018 the channel is in it', async () => {
  const { url } = await serve();
  const { alice, bob } = await bothOpen(url, '--legacy');
  bob.type('pay 1');
  expect(await hears(alice, 'updated')).toEqual(state(2, '11', '9'));
  alice.type('close');
  expect(await hears(bob, 'closing')).toMatchObject({ tx: expect.stringMatching(/^tx\$/) });
  expect(await Promise.all([alice.ended, bob.ended])).toEqual([0, 0]);
});

it('with what is no account nothing is opened', async () => {
  const { code, stderr } = await outcomeOf(
    ...[
      'channel',
      'open',
      'ws://127.0.0.1:1',
      '--as',
      'initiator',
      '--with',
      'ak$nobody',
      '--data',
      directory('alice'),
    ],
  );
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('ak$nobody is no account') });
});

it('a channel that was never opened is told in a sentence', async () => {
  const { code, stderr } = await outcomeOf('channel', 'pay', '4', '--data', directory('nobody'));
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('open one first') });
});
