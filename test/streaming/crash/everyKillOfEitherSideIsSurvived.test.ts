/** Kills, enumerated: before and after every write and every frame of the payer and of the payee, in a story of two channels that ends with a settlement. */
import { type Kill, type Plot, type Side, Trade, wrongIn } from './trade.ts';

async function* killsOf(plot: Plot, sides: readonly Side[]): AsyncGenerator<Kill> {
  const { counted } = await new Trade(plot).tell();
  for (const who of sides) {
    for (const at of ['write', 'send'] as const) {
      for (let number = 1; number <= counted[who][at]; number += 1) {
        yield { who, at, number, when: 'before' };
        yield { who, at, number, when: 'after' };
      }
    }
  }
}

/** What goes wrong, and at which kills. */
async function losses(plot: Plot, sides: readonly Side[]): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for await (const kill of killsOf(plot, sides)) {
    const trade = new Trade({ ...plot, kills: [kill] });
    const stuck = await trade.tell().then(
      () => [],
      (error: unknown) => [String(error)],
    );
    const wrong = [...stuck, ...wrongIn(trade)].join('; ').slice(0, 400);
    if (wrong === '') continue;
    found[wrong] = [...(found[wrong] ?? []), `${kill.when} ${kill.at} ${kill.number} of the ${kill.who}`];
  }
  return found;
}

it('tells its story without a kill', async () => {
  for (const plot of [{}, { idsFall: true }, { isFresh: true }, { credit: 2 }]) {
    const trade = await new Trade(plot).tell();
    expect(wrongIn(trade)).toEqual([]);
    expect(trade.books.paid).toBe(70n);
    expect(trade.books.taken).toBe(70n);
  }
});

it('gives a part on credit while the payer signs, and is paid for it', async () => {
  const trade = await new Trade({ credit: 2, signing: 8 }).tell();
  expect(wrongIn(trade)).toEqual([]);
});

it('loses no part and no payment, whenever the payer is killed', async () => {
  expect(await losses({ parts: 6 }, ['payer'])).toEqual({});
});

it('loses no part and no payment, whenever the payee is killed', async () => {
  expect(await losses({ parts: 6 }, ['payee'])).toEqual({});
});

it('finds the later channel again, whatever the order of their ids', async () => {
  expect(await losses({ parts: 5, deposit: 30n, idsFall: true }, ['payee'])).toEqual({});
});

it('loses nothing when the app comes back with a session of its own', async () => {
  expect(await losses({ parts: 4, deposit: 30n, isFresh: true }, ['payer'])).toEqual({});
});

it('loses nothing that was given on credit, whichever side is killed', async () => {
  expect(await losses({ parts: 4, deposit: 30n, credit: 2, signing: 8 }, ['payer', 'payee'])).toEqual({});
});
