/** "Sign two amounts for one sequence number": never, also when the app settles while the signer is still asked for a payment. */
import { Trade } from './trade.ts';

it('settles with a number that the signer was not asked for before', async () => {
  const trade = new Trade({ signing: 8, faults: { delay: [1, 1] }, deeds: [{ after: 26, deed: 'settle' }] });
  await trade.tell();
  expect(trade.books.journal.filter((line) => line.includes('signs')).length).toBeGreaterThan(2);
  expect(trade.books.faults).toEqual([]);
});
