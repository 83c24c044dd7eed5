/**
 * Balances, what lies in channels, fees and what was burnt are what was given out: whatever is posted, right or wrong, in whatever order, however
 * the chain is restarted.
 */
import fc from 'fast-check';
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { toHex } from '../../../src/bytes.ts';
import type { Chain } from '../../../src/channel/serve.ts';
import { alice, bob, mallory, type Person } from '../node/world.ts';
import { newChain } from './chain.ts';
import {
  closeMutualTx,
  closeSoloTx,
  createTx,
  depositTx,
  eras,
  idHex,
  none,
  proofOf,
  type Split,
  settleTx,
  slashTx,
  snapshotTx,
  state,
  text,
  withdrawTx,
} from './dispute.ts';

const people = [alice, bob, mallory];
const given = 3_000n;

const some = fc.bigInt(0n, 300n);
const split = fc.tuple(fc.bigInt(0n, 25n), fc.bigInt(0n, 25n)).map(([one, other]): Split => [one, other]);
const round = fc.bigInt(0n, 8n);
/** Mostly a party, and mostly with what is right. */
const person = fc.constantFrom(alice, bob, alice, bob, alice, bob, mallory);
const signers = fc.constantFrom<readonly Person[] | undefined>(
  undefined,
  undefined,
  undefined,
  [alice],
  [alice, mallory],
);
const terms = fc.record({
  from: person,
  nonce: fc.bigInt(1n, 12n),
  fee: fc.bigInt(0n, 4n),
  ttl: fc.constantFrom<bigint>(0n, 0n, 0n, 6n),
});

const once = ['create', 'close', 'deposit', 'withdraw', 'snapshot'] as const;
const dispute = ['closeSolo', 'slash', 'settle'] as const;
/** More disputes than anything else: they take several steps. */
const deeds = [...once, ...dispute, ...dispute, ...dispute] as const;

const move = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('post' as const),
      deed: fc.constantFrom(...deeds),
      terms,
      amount: some,
      round,
      /** Nothing: what the chain says. */
      split: fc.option(split),
      isShown: fc.boolean(),
      /** Nonce, round, amounts and signatures as they have to be. */
      isRight: fc.constantFrom(true, true, false),
      by: signers,
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('mine' as const), blocks: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.constant({ type: 'restart' } as const) },
);

type Move = typeof move extends fc.Arbitrary<infer Value> ? Value : never;
type Post = Extract<Move, { readonly type: 'post' }>;

/** One right deed, and blocks enough for the next. */
const rightly = (deed: Post['deed']): Move[] => [
  {
    type: 'post',
    deed,
    terms: { from: alice, nonce: 1n, fee: 1n, ttl: 0n },
    amount: 5n,
    round: 1n,
    split: null,
    isShown: true,
    isRight: true,
    by: undefined,
  },
  { type: 'mine', blocks: 4 },
];

/** Stories that are always among what is tried. */
const stories = [
  ['deposit', 'withdraw', 'snapshot', 'closeSolo', 'slash', 'settle'],
  ['deposit', 'close'],
] as const;

/** The same, with nothing wrong that can be known before. */
function right(chain: Chain, post: Post): Post {
  const known = chain.channel(idHex);
  if (!post.isRight || known === undefined) return post;
  const { deed, terms: asked } = post;
  const from = asked.from === mallory ? bob : asked.from;
  const owner = deed === 'close' ? alice : from;
  const nonce = chain.nextNonce(toHex(owner.signer.publicKey));
  const mine = post.amount % (known.amount + 1n);
  const shares: Split =
    deed === 'settle' ? [known.initiatorAmount, known.responderAmount] : [mine, known.amount - mine];
  const rightTerms = { from, nonce, fee: 1n, ttl: 0n };
  const ending = deed === 'close' ? null : shares;
  return { ...post, terms: rightTerms, round: known.round + 1n, split: ending, isShown: true, by: undefined };
}

async function made(chain: Chain, era: (typeof eras)[number], asked: Post): Promise<string> {
  const post = right(chain, asked);
  const { deed, terms: how, amount, round: of, isShown, by } = post;
  const known = chain.channel(idHex);
  const shares: Split = post.split ?? [known?.initiatorAmount ?? 10n, known?.responderAmount ?? 10n];
  const both = by ?? [alice, bob];
  const one = by ?? [how.from];
  const payload = isShown ? await state(era, of, shares) : none;
  switch (deed) {
    case 'create':
      return text(createTx(era, shares, how.nonce, 3n), era, ...both);
    case 'close': {
      const rest = (known?.amount ?? 20n) - shares[0] - how.fee;
      return text(
        closeMutualTx(era, post.split === null && rest >= 0n ? [shares[0], rest] : shares, how),
        era,
        ...both,
      );
    }
    case 'deposit':
      return text(depositTx(era, amount, of, shares, how), era, ...both);
    case 'withdraw':
      return text(withdrawTx(era, amount % 20n, of, shares, how), era, ...both);
    case 'closeSolo':
      return text(closeSoloTx(payload, proofOf(shares), how), era, ...one);
    case 'slash':
      return text(slashTx(payload, proofOf(shares), how), era, ...one);
    case 'settle':
      return text(settleTx(shares, how), era, ...one);
    case 'snapshot':
      return text(snapshotTx(payload, how), era, ...one);
  }
}

/** What happened in all runs: the property says nothing if nothing was taken. */
const happened = new Map<string, number>();

describe.each(eras)('the chain in the %s era', (era) => {
  it('keeps every unit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 15, maxLength: 30, size: 'max' }), async (moves) => {
        const store = new MemoryStore();
        const accounts = Object.fromEntries(people.map(({ modern }) => [modern, given / 3n]));
        let chain = await newChain({ store, accounts });
        const watch = () => {
          chain.watchChannel(idHex, ({ kind }) => happened.set(kind, (happened.get(kind) ?? 0) + 1));
        };
        watch();
        await chain.post(await text(createTx(era, [10n, 10n], 1n, 3n), era, alice, bob));
        await chain.mine();
        for (const each of moves) {
          if (each.type === 'mine') await chain.mine(each.blocks);
          else if (each.type === 'restart') {
            await chain.stop();
            chain = await newChain({ store, accounts });
            watch();
          } else await chain.post(await made(chain, era, each));
          const sum = people.reduce((total, { modern }) => total + chain.balance(modern), 0n);
          expect(sum + chain.locked + chain.fees + chain.burnt).toBe(given);
          for (const { modern } of people) expect(chain.balance(modern)).toBeGreaterThanOrEqual(0n);
        }
      }),
      { numRuns: 18, examples: stories.map((story) => [story.flatMap(rightly)]) },
    );
  });
});

it('and every deed was among what happened', () => {
  expect([...happened.keys()].toSorted()).toEqual([
    'closeMutual',
    'closeSolo',
    'create',
    'deposit',
    'settle',
    'slash',
    'snapshotSolo',
    'withdraw',
  ]);
});
