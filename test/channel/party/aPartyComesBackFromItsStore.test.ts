/** A process is killed before and after every write of a session; the next one goes on from the store. No round is lost, none is signed twice. */
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { see } from '../../../src/channel/seen.ts';
import type { Store } from '../../../src/store.ts';
import { crashPoints, UnsyncedStore, type UnsyncedStoreOptions } from '../../../src/testing/index.ts';
import { fate, Node, Notary, type Peer, pairOf, useNode } from './world.ts';

const { party, opened, accept } = useNode();

it('an open channel is open again, with its state', async () => {
  const store = new MemoryStore();
  const first = await opened({ store });
  const paying = first.channel.pay(1n);
  await first.node.finishes(await first.node.takesUpdate('initiator', 1n));
  await paying;
  await first.channel.disconnect();
  expect(await first.peer.closed).toBe(1000);
  const second = await party({ store });
  const opening = second.channel.open();
  const node = new Node(await accept(), first.notary, 'initiator', 'text');
  await opening;
  // That another process had a line is no news in this one.
  expect(second.told.filter(({ type }) => type === 'disconnected')).toEqual([]);
  expect(second.channel.state).toMatchObject({ round: 2, initiatorAmount: 6n });
  expect(second.channel.id).toBe(first.channel.id);
  node.shares = first.node.shares;
  node.round = 2;
  const next = second.channel.pay(1n);
  await node.finishes(await node.takesUpdate('initiator', 1n));
  expect(await next).toMatchObject({ round: 3 });
});

it.each([
  [{ initiatorAmount: 11n }, '`initiatorAmount` is 10 there, not 11'],
  [{ pushAmount: 0n }, '`pushAmount` is 3 there, not 0'],
  [{ lockPeriod: 20 }, '`lockPeriod` is 10 there, not 20'],
] as const)('a channel that was opened with other terms is not come back to with %j', async (changes, sentence) => {
  const store = new MemoryStore();
  const first = await opened({ store });
  await first.channel.disconnect();
  const second = await party({ store, ...changes });
  expect(await fate(second.channel.open())).toMatchObject({
    name: 'LocalMisuse',
    code: 'otherTerms',
    message: expect.stringContaining(sentence),
  });
  await second.channel.ended;
});

it('a channel that has ended is not in the store', async () => {
  const store = new MemoryStore();
  const { channel, peer } = await opened({ store });
  peer.info('died');
  await channel.ended;
  const again = await party({ store });
  void fate(again.channel.open());
  await accept();
  expect(again.channel.state).toBeUndefined();
});

/**
 * A node that plays the whole story with whoever comes, and keeps to it: what was said before a party was killed is known to it, and what it owes it says
 * again on every connection.
 */
class Story {
  readonly notary: Notary;
  readonly signed = new Map<string, Set<string>>();
  step = 0;
  #isFinished = false;

  constructor(notary: Notary) {
    this.notary = notary;
  }

  /** What has been signed by this tag in this round; two different ones are the end of everything. */
  #heard(action: string, tx: string): void {
    const seen = see(tx);
    if (seen.kind === 'unreadable') throw new Error(seen.reason);
    const about = `${action}/${seen.kind === 'offchain' ? seen.round : seen.kind}`;
    const known = this.signed.get(about) ?? new Set();
    this.signed.set(about, known.add(seen.id));
  }

  /** Plays on one connection until it breaks, or the story is over. */
  async play(peer: Peer): Promise<void> {
    const { notary } = this;
    const create = notary.create([7n, 13n]);
    const [second, third] = [notary.state(2, 'initiator', 1n, [6n, 14n]), notary.state(3, 'responder', 2n, [8n, 12n])];
    const closing = notary.close([7n, 12n]);
    const reply = async (action: string) => {
      for (;;) {
        const said = await peer.hears();
        if (said.action === action && said.tag === undefined) {
          this.#heard(action, `${said.payload?.['tx']}`);
          return;
        }
        // What was under way when the line broke is said again.
        if (said.payload?.['tx'] !== undefined) this.#heard(said.action, `${said.payload['tx']}`);
      }
    };
    const steps: readonly (() => Promise<void> | void)[] = [
      async () => {
        peer.info('channel_accept');
        peer.asks('initiator_signed', create);
        await reply('initiator_signed');
      },
      async () => {
        peer.info('funding_signed');
        peer.onChain(await notary.cosigned(create));
        peer.info('own_funding_locked', 'funding_locked', 'open');
      },
      async () => {
        for (;;) if ((await peer.hears()).tag === 'new') break;
      },
      async () => {
        peer.asks('update', second);
        await reply('update');
      },
      async () => {
        if (!this.#isFinished) peer.info('update_finalized');
        this.#isFinished = true;
        peer.info('update');
        peer.asks('update_ack', third);
        await reply('update_ack');
      },
      async () => {
        peer.info('update_finalized');
        for (;;) if ((await peer.hears()).action === 'shutdown') break;
      },
      async () => {
        peer.asks('shutdown_sign', closing);
        await reply('shutdown_sign');
      },
      async () => {
        peer.onChain(await notary.cosigned(closing));
        peer.info('died');
        if ((await peer.closed) !== 1000) throw new Error('The party did not hear it.');
      },
    ];
    // What is owed is said again: the step that was not finished is begun again. What it says of the past is known.
    if (this.step > 1 && this.step < 6) peer.info('open');
    while (this.step < steps.length) {
      await steps[this.step]?.();
      this.step += 1;
    }
  }
}

/** One life of a process: opens, pays once if it was not paid yet, closes when the other has paid. Ends when it is killed, or with the channel. */
async function live(store: Store, killed: Promise<void>): Promise<void> {
  const { channel } = await party({ store, answerTimeout: 2_000, closeTimeout: 300, attempts: 1 });
  let isOver = false;
  void Promise.race([channel.ended, killed]).then(() => {
    isOver = true;
  });
  const work = async () => {
    await channel.open();
    while (!isOver && (channel.state?.round ?? 0) < 3) {
      const { state } = channel;
      if (state?.round === 1 && channel.machineState === 'open.ready') {
        if ((await fate(channel.pay(1n))) instanceof Error) continue;
      }
      if ((channel.state?.round ?? 0) >= 3) break;
      await Promise.race([
        new Promise<void>((resolve) => channel.on('updated', () => resolve())),
        new Promise<void>((resolve) => channel.on('ready', () => resolve())),
        channel.ended,
        killed,
      ]);
    }
    if (!isOver && !channel.machineState.startsWith('closing')) await fate(channel.shutdown());
    await channel.ended;
  };
  await Promise.race([work().catch(() => {}), killed]);
}

/** The story with a kill at one write; gives what was signed. */
async function played(options: UnsyncedStoreOptions) {
  const story = new Story(new Notary(await pairOf('legacy')));
  let crash = () => {};
  const killed = new Promise<void>((resolve) => {
    crash = resolve;
  });
  let peer: Peer | undefined;
  const store = new UnsyncedStore({
    ...options,
    crashed: () => {
      peer?.socket.terminate();
      crash();
    },
  });
  const first = live(store, killed);
  let isOver = false;
  const serve = async () => {
    while (!isOver) {
      peer = await accept();
      await story.play(peer).catch(() => {});
      if (story.step >= 8) return;
    }
  };
  const serving = serve();
  await first;
  // What was killed when all was done does not come back to the node.
  if (options.crashAt !== undefined) await live(store.reopen(), new Promise(() => {}));
  else await serving;
  isOver = true;
  return { writes: store.writes, signed: story.signed };
}

it('killed at any write: every round is signed once, and the channel is closed', async () => {
  const { writes, signed } = await played({});
  expect([...signed.values()].map((ids) => ids.size)).toEqual([1, 1, 1, 1]);
  expect(writes).toBeGreaterThan(8);
  for (const point of crashPoints(writes - 1)) {
    const outcome = await played(point);
    expect({ point, signed: [...outcome.signed.values()].map((ids) => ids.size) }).toEqual({
      point,
      signed: [1, 1, 1, 1],
    });
  }
}, 120_000);
