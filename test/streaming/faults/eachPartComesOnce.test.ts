/** A part is given once by one player: to an app that is slow, and when the line breaks while the part is opened. */
import { Trade, wrongIn } from '../crash/trade.ts';

it('waits for an app that takes its parts slowly', async () => {
  const trade = new Trade({
    taking: 10,
    ahead: 2,
    faults: { delay: [1, 1] },
    deeds: [{ after: 1_000, deed: 'resume' }],
  });
  await trade.tell().catch((error: unknown) => trade.books.fault(String(error)));
  expect(wrongIn(trade)).toEqual([]);
});

it('gives a part once that was being opened when the line broke', async () => {
  for (const after of [11, 13, 15, 17, 19, 21, 23, 25, 27]) {
    const trade = new Trade({ opening: 8, faults: { delay: [1, 1] }, deeds: [{ after, deed: 'cut' }] });
    await trade.tell();
    expect([after, ...wrongIn(trade)]).toEqual([after]);
  }
});

it('settles a channel that was used up to the unit', async () => {
  const trade = await new Trade({ parts: 4 }).tell();
  expect(wrongIn(trade)).toEqual([]);
});
