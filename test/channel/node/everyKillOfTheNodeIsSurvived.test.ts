/**
 * The node is killed before and after each of its writes, with a disk that keeps only what was synced, and started again: the parties come back and
 * go on, nothing is signed twice with other contents, and the money is where it belongs.
 */
import { type ChannelServer, channelServer } from '../../../src/channel/serve.ts';
import { type CrashPoint, crashPoints, UnsyncedStore } from '../../../src/testing/index.ts';
import { alice, bob, type Fields, fields, queryOf, seenIn, signed, txOf, Wscat } from './world.ts';

const roles = ['initiator', 'responder'] as const;
type Role = (typeof roles)[number];
/** Rounds until the initiator closes. */
const rounds = 3;

class Story {
  readonly crash: CrashPoint | undefined;
  store: UnsyncedStore;
  readonly reports: unknown[] = [];
  /** What each has signed: by what it is about, the transactions. */
  readonly promises = new Map<string, Set<string>>();
  readonly #dead = new Set<Role>();
  #server: ChannelServer | undefined;
  #killed: Promise<void>;
  #kill = () => {};

  constructor(crash?: CrashPoint) {
    this.crash = crash;
    this.#killed = new Promise((resolve) => {
      this.#kill = resolve;
    });
    this.store = new UnsyncedStore({ ...crash, crashed: () => this.#kill() });
  }

  get server(): ChannelServer {
    if (this.#server === undefined) throw new Error('The node is not up.');
    return this.#server;
  }

  async play(): Promise<void> {
    await this.#live();
    if (this.store.hasCrashed) {
      // A process that is dead closes its lines; what it still waits for never comes.
      void this.#server?.close();
      this.store = this.store.reopen();
      this.#killed = new Promise(() => {});
      await this.#live();
    }
  }

  /** One process of the node: until both parties have heard the last words, or it is killed. */
  async #live(): Promise<void> {
    const starting = channelServer({
      store: this.store,
      blockMs: 0,
      grace: 1,
      report: (error) => this.reports.push(error),
    });
    const killed = this.#killed;
    const server = await Promise.race([starting, killed]);
    if (server === undefined) return;
    this.#server = server;
    const lives = roles.filter((role) => !this.#dead.has(role)).map((role) => this.#party(role));
    await Promise.race([Promise.all(lives).then(() => server.chain.mine()), killed]);
  }

  async #party(role: Role): Promise<void> {
    const who = role === 'initiator' ? alice : bob;
    const party = await Wscat.connect(`${this.server.url}/channel?${queryOf(role, { dialect: 'epoch' })}`, who);
    void this.#killed.then(() => party.cut());
    for (;;) {
      const message = await party.next();
      if (fields(message['payload'])['event'] === 'died') break;
      await this.#answer(role, party, message);
    }
    this.#dead.add(role);
    await party.closed;
  }

  async #answer(role: Role, party: Wscat, message: Fields): Promise<void> {
    const { action, tag } = message;
    if (action === 'on_chain_tx' && role === 'initiator') await Promise.race([this.server.chain.mine(5), this.#killed]);
    if (action === 'sign') {
      const seen = seenIn(message);
      if (seen.kind === 'unreadable') throw new Error(seen.reason);
      const about = `${role}: ${seen.kind} ${'round' in seen ? seen.round : ''}`;
      this.promises.set(about, (this.promises.get(about) ?? new Set()).add(seen.id));
      party.type({ action: tag, payload: { tx: await signed(txOf(message), party.person) } });
    }
    if (action !== 'update' || role === 'responder') return;
    const seen = seenIn(message);
    const isEnough = seen.kind === 'offchain' && Number(seen.round) >= rounds;
    party.type(
      isEnough
        ? { action: 'shutdown' }
        : { action: 'update', tag: 'new', payload: { from: alice.legacy, to: bob.legacy, amount: 1 } },
    );
  }
}

async function writesOfTheStory(): Promise<number> {
  const story = new Story();
  await story.play();
  await story.server.close();
  return story.store.writes;
}

const writes = await writesOfTheStory();

describe('a node that is killed', () => {
  it('has a story with enough to lose', () => expect(writes).toBeGreaterThan(15));

  it.each([...crashPoints(writes)])('$when write $crashAt', async (point) => {
    const story = new Story(point);
    await story.play();
    const { chain } = story.server;
    const gift = 10n ** 24n;
    const sum = chain.balance(alice.legacy) + chain.balance(bob.legacy) + chain.fees;
    expect({ sum, locked: chain.locked, fees: chain.fees }).toEqual({ sum: 2n * gift, locked: 0n, fees: 2n });
    expect(chain.balance(bob.legacy) - gift).toBeGreaterThanOrEqual(BigInt(rounds - 1));
    for (const [about, ids] of story.promises) expect([about, ids.size]).toEqual([about, 1]);
    expect(story.reports).toEqual([]);
    await story.server.close();
  });
});
