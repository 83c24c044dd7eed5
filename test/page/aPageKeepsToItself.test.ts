/** The page of `npm start` loads nothing from elsewhere, fits a narrow window, and can be used without a mouse and without eyes. */
import { useVisits } from './watch.ts';

const visit = useVisits();

it('asks nobody but its own server, and its policy forbids it to', async () => {
  const { page, server, errors } = await visit();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const response = await page.reload();
  expect(response?.headers()['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
  await page.getByRole('button', { name: 'Play and pay' }).click();
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.3);
  const own = (url: string) => url.startsWith(server.url) || /^(blob|data):/.test(url);
  expect(asked.filter((url) => !own(url))).toEqual([]);
  expect(asked).toContain(`${server.url}script.js`);
  expect(errors).toEqual([]);
});

it.each([320, 800, 1400])(
  'fits a window of %i pixels',
  async (width) => {
    const { page } = await visit();
    await page.setViewportSize({ width, height: 700 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  },
  60_000,
);

it('follows the keyboard', async () => {
  const { page } = await visit();
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Play and pay');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Stop paying' }).waitFor();
});

it('says what happens to those who do not look', async () => {
  const { page } = await visit();
  await page.getByRole('button', { name: 'Play and pay' }).click();
  await page.getByText('Part 0 is paid: 2 ct, 6 ct left.').waitFor({ state: 'attached' });
  const live = await page.evaluate(() =>
    [...document.querySelectorAll('[aria-live], [role=status]')].map(({ id }) => id),
  );
  expect(live).toEqual(['message', 'ticker']);
  expect(await page.getByRole('table', { name: 'The parts of the film, and what was paid for each' }).count()).toBe(1);
  expect(await page.getByRole('region', { name: 'The channel' }).count()).toBe(1);
});

it.each(['light', 'dark'] as const)(
  'can be read where %s is preferred',
  async (colorScheme) => {
    const { page } = await visit();
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const ratios = await page.evaluate(() => {
      const light = (colour: string) => {
        const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
          const value = Number(part) / 255;
          return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const ground = (from: Element | null): string => {
        if (from === null) return 'rgb(255, 255, 255)';
        const { backgroundColor } = getComputedStyle(from);
        return /, 0\)$/.test(backgroundColor) ? ground(from.parentElement) : backgroundColor;
      };
      return [
        'h1',
        'header p',
        '#message',
        '#pay',
        'dt',
        'dd',
        'thead th',
        '#state',
        '#about',
        '.chip',
        'h3',
        'footer p',
      ].map((selector) => {
        const found = document.querySelector(selector);
        if (found === null) return [selector, 0] as const;
        const [one, other] = [light(getComputedStyle(found).color), light(ground(found))];
        return [selector, (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)] as const;
      });
    });
    expect(ratios.filter(([, ratio]) => ratio < 4.5)).toEqual([]);
  },
  60_000,
);
