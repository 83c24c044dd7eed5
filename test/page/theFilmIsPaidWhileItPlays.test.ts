/** The page of `npm start` in a real browser: the payer runs in it, and each part of the film is paid when the picture comes to it. */
import { useVisits } from './watch.ts';

const visit = useVisits();

it('plays until the deposit is used up, is topped up, and plays to the end; watching again costs nothing', async () => {
  const seen = await visit();
  const { page, errors } = seen;
  expect(await seen.see()).toMatchObject({ time: 0, state: 'idle', cover: 'Locked', parts: [] });

  await seen.press('Play and pay');
  await seen.plays(0.5);
  expect(await seen.see()).toMatchObject({
    message: 'Each part is paid when the picture needs it.',
    cover: '',
    left: '6 ct',
    deposit: '8 ct',
    spent: '2 ct',
    parts: ['0 | 2 ct | 1'],
  });

  await seen.covered('Deposit used up');
  expect(await seen.see()).toMatchObject({
    state: 'opening.awaitingFunding',
    message: 'The deposit is used up, and the picture has stopped. Top up to go on.',
    left: '0 ct',
    spent: '8 ct',
    parts: ['0 | 2 ct | 1', '1 | 2 ct | 2', '2 | 2 ct | 3', '3 | 2 ct | 4'],
  });
  const { time } = await seen.see();
  expect(time).toBeGreaterThan(7.8);
  // A busy machine's clock of the video runs on a little where there is no picture any more.
  expect(time).toBeLessThan(9);
  expect(seen.payments).toEqual([1, 2, 3, 4]);

  await seen.press('Top up 8 ct');
  await page.waitForFunction(() => document.querySelector('video')?.ended);
  const end = await seen.see();
  expect(end).toMatchObject({ message: 'The end. Every part is paid, and its key is here.', spent: '16 ct' });
  expect(end.parts.slice(4)).toEqual(['4 | 2 ct | 1', '5 | 2 ct | 2', '6 | 2 ct | 3', '7 | 2 ct | 4']);
  expect(new Set(end.keys).size).toBe(8);
  for (const key of end.keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(seen.released).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(seen.payments).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);

  await seen.press('Watch again, at no cost');
  await page.waitForFunction(() => !document.querySelector('video')?.ended);
  await seen.plays(2.5);
  expect(seen.payments).toHaveLength(8);
  expect(errors).toEqual([]);
});

it('stops within one part when paying is stopped, and goes on when it is resumed', async () => {
  const seen = await visit();
  const { page, errors } = seen;
  await seen.press('Play and pay');
  // In the first half of a part nothing of the next one is paid yet.
  const stopped = await page.waitForFunction(() => {
    const time = document.querySelector('video')?.currentTime ?? 0;
    if (time < 2.2 || time > 2.8) return 0;
    document.getElementById('pay')?.click();
    return time;
  });
  const { state, message } = await seen.see();
  expect({ state, message }).toEqual({
    state: 'streaming.paused',
    message: 'Nothing more is paid: the picture stops at the end of what was.',
  });
  await seen.covered('Not paid');
  const still = await seen.see();
  expect(still).toMatchObject({ message: 'Nothing is paid, so there is no picture.', left: '4 ct', spent: '4 ct' });
  expect(still.time - (await stopped.jsonValue())).toBeLessThan(2);
  expect(seen.payments).toEqual([1, 2]);

  await seen.press('Resume paying');
  await seen.plays(4.5);
  expect(await seen.see()).toMatchObject({ cover: '', left: '2 ct', spent: '6 ct' });
  expect(seen.payments).toEqual([1, 2, 3]);
  expect(errors).toEqual([]);
});

it('pays no faster than it plays', async () => {
  const seen = await visit();
  await seen.press('Play and pay');
  await seen.plays(0.1);
  await seen.page.evaluate(() => Object.assign(document.querySelector('video') ?? {}, { playbackRate: 0.25 }));
  // The payee asks by its own clock; the payer lets it wait until the picture asks too.
  await seen.page.waitForFunction(() => document.getElementById('state')?.textContent === 'streaming.awaitingPart');
  await seen.plays(0.8);
  expect(seen.payments).toEqual([1]);
  await seen.plays(1.3);
  expect(seen.payments).toEqual([1, 2]);
});

it('pays nothing while the picture is paused from elsewhere', async () => {
  const seen = await visit();
  await seen.press('Play and pay');
  await seen.plays(0.3);
  await seen.page.evaluate(() => document.querySelector('video')?.pause());
  await seen.page.getByRole('button', { name: 'Resume paying' }).waitFor();
  expect(await seen.see()).toMatchObject({ state: 'streaming.paused', spent: '2 ct' });
  await seen.press('Resume paying');
  await seen.plays(2.2);
  expect(seen.payments).toEqual([1, 2]);
});

it('is topped up in time, within the same channel', async () => {
  const seen = await visit();
  await seen.press('Play and pay');
  await seen.plays(0.5);
  await seen.press('Top up 8 ct');
  await seen.page.waitForFunction(() => document.getElementById('deposit')?.textContent === '16 ct');
  expect(await seen.see()).toMatchObject({ left: '14 ct', deposit: '16 ct', spent: '2 ct' });
  await seen.plays(8.5);
  expect(await seen.see()).toMatchObject({ cover: '', left: '6 ct', spent: '10 ct' });
  expect(seen.payments).toEqual([1, 2, 3, 4, 5]);
  expect(seen.errors).toEqual([]);
});

it('a line that breaks while nothing is to be paid comes back, and nothing is paid still', async () => {
  const seen = await visit();
  await seen.press('Play and pay');
  await seen.plays(0.3);
  await seen.press('Stop paying');
  await seen.covered('Not paid');
  const [first] = seen.server.payees.connections;
  first?.leave();
  await seen.page.waitForFunction(() => document.getElementById('state')?.textContent !== 'streaming.paused');
  await seen.page.waitForFunction(() => document.getElementById('state')?.textContent === 'streaming.paused');
  expect(seen.server.payees.connections).toHaveLength(1);
  expect(seen.server.payees.connections).not.toContain(first);
  expect(seen.payments).toEqual([1]);

  await seen.press('Resume paying');
  await seen.plays(2.5);
  expect(seen.payments).toEqual([1, 2]);
});

it('says so when the payee is gone, and what was paid is still to be seen', async () => {
  const seen = await visit();
  await seen.press('Play and pay');
  await seen.plays(0.3);
  await seen.server.close();
  await seen.page.getByRole('button', { name: 'Try again' }).waitFor();
  const { message, parts } = await seen.see();
  expect(message).toMatch(/^No connection to ws:/);
  expect(parts).toEqual(['0 | 2 ct | 1']);
});
