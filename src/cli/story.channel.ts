/** The channel's part of the story: a node, and two parties who agree; then one who cheats, and gains nothing by it. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { intro, log, note, outro } from '@clack/prompts';
import { z } from 'zod';
import { parseJson } from '../json.ts';
import { Actor } from './story.actor.ts';

/** A party of the channel's story: its terminal, and how it is called there. */
interface Teller {
  readonly name: string;
  readonly actor: Actor;
}

/** A node with a chain of its own, and the directories of the two. */
interface Stage {
  readonly url: string;
  readonly data: string;
  readonly otherData: string;
  readonly account: string;
  readonly otherAccount: string;
}

const alicesTerminal = (stage: Stage, ...terms: string[]): Teller => ({
  name: 'Alice',
  actor: open(stage.url, '--as', 'initiator', '--with', stage.otherAccount, '--data', stage.data, ...terms),
});

const bobsTerminal = (stage: Stage, ...terms: string[]): Teller => ({
  name: 'Bob',
  actor: open(stage.url, '--as', 'responder', '--with', stage.account, '--data', stage.otherData, ...terms),
});

const open = (url: string, ...args: string[]) => new Actor('channel', 'open', url, '--json', '--push', '0', ...args);

/** Two find each other on a board and share a channel; then one of them cheats in another. */
export async function channelStory(): Promise<void> {
  intro('statewire: two find each other on a board, open a channel, pay, collide, put more in and close it');
  const directory = await mkdtemp(join(tmpdir(), 'statewire-story-'));
  try {
    const node = new Actor('serve', 'channel', '--port', '0', '--block-ms', '250', '--json', '--log-level', 'error');
    const { url, pid } = await node.hear('ready');
    log.step(`A node with a chain of its own listens on ${url} (process ${pid}).`);
    const [data, otherData] = [join(directory, 'alice'), join(directory, 'bob')];
    const [account, otherAccount] = [await accountIn(data), await accountIn(otherData)];
    await meet(join(directory, 'board'), account, otherAccount);
    const stage = { url: String(url), data, otherData, account, otherAccount };
    await agreeing(stage);
    await cheating(stage, join(directory, 'copy'));
    await node.end();
    note(
      [
        'npx statewire serve channel',
        'npx statewire channel address --data bob   # and --data alice',
        'npx statewire channel open ws://127.0.0.1:3014 \\',
        '    --as initiator --with <account of bob> --data alice',
        'npx statewire channel open ws://127.0.0.1:3014 \\',
        '    --as responder --with <account of alice> --data bob',
        'pay 3',
        'deposit 5',
        'npx statewire channel close --alone --data <a copy of bob>',
      ].join('\n'),
      'By hand, in three terminals',
    );
    outro(
      'The machines: machines/channel/initiator.ts, responder.ts, node.ts and watcher.ts; their charts: visualizations/channel/',
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function agreeing(stage: Stage): Promise<void> {
  const [alice, bob] = [alicesTerminal(stage), bobsTerminal(stage)];
  const parties = [alice, bob];
  const [opened] = await Promise.all(parties.map(({ actor }) => actor.hear('open')));
  log.step(`Both have signed, five blocks have confirmed it: ${opened?.['open']} is open. ${inHand(opened)}`);

  await pays(alice, bob, '3');
  await pays(bob, alice, '1');
  await collide(alice, bob);
  alice.actor.say('deposit 5');
  const [deposited] = await Promise.all(parties.map(({ actor }) => actor.hear('deposited')));
  log.success(`Alice puts 5 more in; it takes five blocks again. ${inHand(changed.parse(deposited).deposited)}`);

  const { url, account, otherAccount } = stage;
  const accounts = [account, otherAccount];
  const before = await Promise.all(accounts.map((each) => balanceOf(url, each)));
  alice.actor.say('close');
  await Promise.all(parties.map(({ actor }) => actor.hear('closed')));
  log.success('Alice closes. Both have signed how it ends, and the chain pays it out:');
  for (const [at, each] of accounts.entries()) {
    const now = await paidOut(url, each, before[at] ?? 0n);
    log.step(`${parties[at]?.name} gets ${now - (before[at] ?? 0n)}, its share less its part of the fee.`);
  }
  for (const { actor } of parties) await actor.end();
}

/** What fees are small beside. */
const coin = 10n ** 15n;
const inCoins = (amount: bigint) => (Number(amount / 10n ** 13n) / 100).toFixed(2);
const coinsOf = (state: Shares) => `Alice ${inCoins(state.initiatorAmount)}, Bob ${inCoins(state.responderAmount)}`;

/** Bob keeps a copy of what he has when it is the most, pays, and closes alone with the copy. Alice does nothing: her terminal watches. */
async function cheating(stage: Stage, copy: string): Promise<void> {
  intro('statewire: a cheat closes with an old state');
  const { url, account, otherAccount } = stage;
  const accounts = [account, otherAccount];
  const before = await Promise.all(accounts.map((each) => balanceOf(url, each)));
  const terms = ['--initiator-amount', `${10n * coin}`, '--responder-amount', `${10n * coin}`, '--lock-period', '12'];
  const alice = alicesTerminal(stage, ...terms);
  const bob = bobsTerminal(stage, ...terms);
  await Promise.all([alice, bob].map(({ actor }) => actor.hear('open')));
  log.step('The two open another channel, with 10 of a larger coin each.');
  const rich = await pay(alice, bob, `${4n * coin}`);
  await bob.actor.end();
  await cp(stage.otherData, copy, { recursive: true });
  log.step(`Alice pays Bob 4: ${coinsOf(rich)}. Bob copies what he has of round ${rich.round}.`);
  const back = bobsTerminal(stage, ...terms);
  await back.actor.hear('open');
  const last = await pay(back, alice, `${8n * coin}`);
  await back.actor.end();
  log.step(
    `Bob pays Alice 8: ${coinsOf(last)} in round ${last.round}. Then he is gone, and closes alone with the copy.`,
  );

  const cheat = new Actor('channel', 'close', '--alone', '--json', '--data', copy);
  const { slashed } = await alice.actor.hear('slashed');
  const { round, stale } = z.object({ round: z.number(), stale: z.number() }).parse(slashed);
  log.warn(`The chain is shown round ${stale}. Alice's terminal answers with round ${round}, by itself.`);
  const [{ settled }] = await Promise.all([alice.actor.hear('settled'), cheat.hear('settled')]);
  log.success(`When the lock period is over the chain pays out: ${coinsOf(shares.parse(settled))}.`);
  for (const [at, name] of ['Alice', 'Bob'].entries()) {
    const gained = (await balanceOf(url, accounts[at] ?? '')) - (before[at] ?? 0n);
    log.step(
      `${name}'s account has ${gained < 0n ? `${inCoins(-gained)} less` : `${inCoins(gained)} more`} than before the channel.`,
    );
  }
  for (const actor of [alice.actor, cheat]) await actor.end();
}

/** On a board: Bob proposes, Alice is interested; then each knows with whom to open a channel. */
async function meet(data: string, account: string, otherAccount: string): Promise<void> {
  const board = new Actor('serve', 'board', '--port', '0', '--data', data, '--json', '--log-level', 'error');
  const { url } = await board.hear('ready');
  log.step(`A board where channels are proposed listens on ${url}.`);
  const at = (...args: string[]) => new Actor('board', ...args, '--url', String(url), '--json');
  const bob = at('propose', '10', '1', '10', '--id', 'ten', '--address', otherAccount);
  await bob.hear('proposal');
  log.step('Bob proposes a channel in which both put in 10.');
  const alice = at('interest', 'ten', '--address', account);
  const [{ interest }] = await Promise.all([bob.hear('interest'), alice.hear('outcome')]);
  const { fromAddress } = z.object({ fromAddress: z.string() }).parse(interest);
  log.success(`Alice is interested, and Bob knows that it is ${fromAddress.slice(0, 12)}…`);
  for (const actor of [alice, bob, board]) await actor.end();
}

async function accountIn(data: string): Promise<string> {
  const { address } = await new Actor('channel', 'address', '--json', '--data', data).hear('address');
  return String(address);
}

const inHand = (state: Record<string, unknown> | undefined) =>
  `Round ${state?.['round']}: Alice has ${state?.['initiatorAmount']}, Bob ${state?.['responderAmount']}.`;

const stateIn = z.record(z.string(), z.unknown());
const changed = z.object({ deposited: stateIn });
const shares = z.object({
  round: z.number().default(0),
  initiatorAmount: z.string().transform(BigInt),
  responderAmount: z.string().transform(BigInt),
});
type Shares = z.infer<typeof shares>;

/** A payment, and what both have then. */
async function pay(from: Teller, to: Teller, amount: string): Promise<Shares> {
  from.actor.say(`pay ${amount}`);
  const [seen] = await Promise.all([from, to].map(({ actor }) => actor.hear('updated')));
  return shares.parse(seen?.['updated']);
}

async function pays(from: Teller, to: Teller, amount: string): Promise<void> {
  const { round, initiatorAmount, responderAmount } = await pay(from, to, amount);
  const state = { round, initiatorAmount, responderAmount };
  log.success(`${from.name} pays ${to.name} ${amount}. ${inHand(state)}`);
}

/** Both start an update at once, until it happens that neither has seen the other's before. */
async function collide(alice: Teller, bob: Teller): Promise<void> {
  for (;;) {
    const ends = await Promise.all(
      [alice, bob].map(async ({ actor }) => {
        actor.say('pay 1');
        const end = await actor.hear('conflict', 'updated');
        await actor.hear('conflict' in end ? 'failed' : 'updated');
        return end;
      }),
    );
    const [end] = ends;
    if (end === undefined || !('conflict' in end)) continue;
    log.warn(`Both pay at once: a conflict. Both updates are void, and round ${end['conflict']} stands.`);
    await pays(bob, alice, '1');
    return;
  }
}

const accountSchema = z.object({ balance: z.union([z.number(), z.bigint()]) });

async function balanceOf(node: string, account: string): Promise<bigint> {
  const response = await fetch(`${node.replace('ws', 'http')}/v2/accounts/${account}`);
  return BigInt(accountSchema.parse(parseJson(await response.text())).balance);
}

/** What an account has once the chain has paid out: something else than before. */
async function paidOut(node: string, account: string, before: bigint): Promise<bigint> {
  for (;;) {
    const balance = await balanceOf(node, account);
    if (balance !== before) return balance;
    await sleep(100);
  }
}
