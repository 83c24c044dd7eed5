/** An SVG is XML: names and descriptions come from a machine, and must never be read as markup. */
import { jest } from '@jest/globals';
import { createMachine } from 'xstate';
import { readChart } from '../../visualizations/model.ts';
import { drawSvg } from '../../visualizations/svg.ts';
import { borrower } from './sample.ts';

// Drawing takes a second or two on a free machine.
jest.setTimeout(60_000);

const hostile = createMachine({
  id: 'a"b<c>&d',
  description: '</desc><script>',
  initial: 'x',
  states: {
    x: { description: '"&amp;" <b>', on: { '<go>&"': { target: 'y', guard: '<&">', actions: '"&<' } } },
    y: { type: 'final' },
  },
});

it.each([
  ['a made-up role', borrower],
  ['names full of markup', hostile],
])('%s', async (_name, machine) => {
  const svg = await drawSvg(readChart(machine));
  const open: string[] = [];
  // Every piece of the file is a tag with quoted attributes, or text without a bare character of markup.
  const rest = svg.replace(
    /<(\/?)([a-z]+)((?: [\w:-]+="[^"<]*")*)(\/?)>/gi,
    (_tag, closing, name, _attributes, empty) => {
      if (closing === '/') expect(open.pop()).toBe(name);
      else if (empty === '') open.push(name);
      return '';
    },
  );
  expect(open).toEqual([]);
  expect(rest.replace(/<|&(?!(amp|lt|gt|quot);)/g, '!')).toBe(rest);
  expect(svg).not.toMatch(/<script|href=|url\(|@import/);
});

it('has a name and a description for those who cannot see it', async () => {
  const svg = await drawSvg(readChart(borrower));
  expect(svg).toMatch(/role="img" aria-labelledby="library-borrower-title library-borrower-desc"/);
  expect(svg).toContain('<title id="library-borrower-title">Statechart of library.borrower</title>');
  expect(svg).toMatch(
    /<desc id="library-borrower-desc">Somebody who borrows one book &amp; brings it back\. 9 states: idle, /,
  );
});
