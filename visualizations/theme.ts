/**
 * The colours of a chart, by day and by night, as one style sheet inside the SVG.
 *
 * The picture brings its own card as background and follows `prefers-color-scheme`, so that it reads well wherever it is embedded. A
 * live page may force one with `data-theme="dark"` and light up what is active with `data-active`. It must never load anything.
 */
import type { Origin } from './model.ts';
import { fontStack, styles } from './text.ts';

/** By day and by night. */
type Pair = `#${string} #${string}`;

/** Per origin: its ink, its tint, the line around the tint. */
const origins: Readonly<Record<Origin, readonly [ink: Pair, tint: Pair, line: Pair]>> = {
  received: ['#1a56c4 #8ec1ff', '#ebf2ff #15273f', '#b9d1f9 #2d4f80'],
  command: ['#6d31c9 #c9adff', '#f4eeff #271f42', '#d6c2f7 #4d3d7c'],
  connection: ['#0b6f66 #6fdccb', '#e4f6f2 #0f2f2e', '#aedcd3 #235c57'],
  answer: ['#a8245f #ff9fc7', '#fdeef5 #3a1a2b', '#f0c0d7 #6d3350'],
  time: ['#995004 #f6bd6a', '#fff4e0 #36270f', '#efd3a3 #6b4d1e'],
  none: ['#46536a #b7c3d4', '#f0f3f8 #232d3a', '#cfd8e5 #435064'],
};

const fills: Readonly<Record<string, Pair>> = {
  'sw-heading': '#141c29 #f0f4fa',
  'sw-lead': '#56647a #a1aec0',
  'sw-title': '#141c29 #f0f4fa',
  'sw-final': '#141c29 #f0f4fa',
  'sw-prose': '#5c6a80 #9dabbe',
  'sw-clause': '#8591a4 #7d8a9c',
  'sw-tag': '#5c6a80 #a9b6c8',
  'sw-keyword': '#8591a4 #7d8a9c',
  'sw-guard': '#56647a #a7b4c6',
  'sw-tells': '#2b3546 #d3dce8',
  'sw-keeps': '#8591a4 #7d8a9c',
  'sw-target': '#2b3546 #d3dce8',
  'sw-legend': '#5c6a80 #9dabbe',
  'sw-head': '#7b889c #74849a',
  'sw-dot': '#3a475b #b7c3d4',
};

const boxes: Readonly<Record<string, readonly [fill: Pair, stroke: Pair]>> = {
  'sw-canvas': ['#fcfdff #0f151d', '#dfe5ee #2a3441'],
  'sw-container': ['#f4f7fb #151d27', '#ccd6e3 #364353'],
  'sw-container.sw-deep': ['#eaf0f7 #1b2532', '#c3cfde #3d4b5d'],
  'sw-state': ['#ffffff #222d3b', '#bac6d6 #4a5a6e'],
  'sw-chip': ['#eef2f7 #2c3847', '#eef2f7 #2c3847'],
  'sw-panel': ['#f4f7fb #151d27', '#e3e9f1 #2a3441'],
};

const lines: Readonly<Record<string, Pair>> = {
  'sw-line': '#8b99ad #6c7c92',
  'sw-rule': '#e3e9f1 #344152',
  'sw-inner': '#bac6d6 #4a5a6e',
  'sw-start': '#3a475b #b7c3d4',
};

/** The whole style sheet. */
export function styleSheet(): string {
  const texts = Object.entries(styles).map(
    ([name, { size, weight }]) => `.sw-${name}{font-size:${size}px;font-weight:${weight}}`,
  );
  return [
    `.sw-chart{font-family:${fontStack};font-feature-settings:'calt' 0}`,
    ...texts,
    '.sw-line,.sw-rule,.sw-inner,.sw-start,.sw-icon{fill:none}',
    '.sw-line,.sw-start{stroke-width:1.4}',
    '.sw-icon{stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}',
    '.sw-region{stroke-dasharray:6 4}',
    '.sw-tag{letter-spacing:.2px}',
    colours(0),
    `@media (prefers-color-scheme:dark){${colours(1, ':not([data-theme=light])')}}`,
    colours(1, '[data-theme=dark]'),
    '.sw-chart[role] [data-active]>.sw-box{stroke:#2f7bf5;stroke-width:2.5}',
    '.sw-chart[role] [data-active]>.sw-line{stroke:#2f7bf5;stroke-width:2.5}',
    '.sw-chart[role] [data-active]>.sw-head{fill:#2f7bf5}',
    '.sw-chart[role] [data-active]>.sw-pill{stroke:#2f7bf5;stroke-width:2}',
    '.sw-chart[role] .sw-row[data-active]>text{fill:#2f7bf5}',
  ].join('\n');
}

function colours(scheme: 0 | 1, condition = ''): string {
  const scope = condition === '' ? '' : `.sw-chart${condition} `;
  const of = (pair: Pair): string => pair.split(' ')[scheme] ?? '';
  const rules: string[] = [];
  const rule = (selectors: readonly string[], body: string): void => {
    rules.push(`${selectors.map((selector) => `${scope}${selector}`).join(',')}{${body}}`);
  };
  for (const [name, fill] of Object.entries(fills)) rule([`.${name}`], `fill:${of(fill)}`);
  for (const [name, [fill, stroke]] of Object.entries(boxes))
    rule([`.${name}`], `fill:${of(fill)};stroke:${of(stroke)}`);
  for (const [name, stroke] of Object.entries(lines)) rule([`.${name}`], `stroke:${of(stroke)}`);
  for (const [name, [ink, tint, line]] of Object.entries(origins)) {
    rule([`.sw-${name} .sw-prefix`, `.sw-${name} .sw-event`], `fill:${of(ink)}`);
    rule([`.sw-${name} .sw-icon`], `stroke:${of(ink)}`);
    rule([`.sw-${name}>.sw-pill`], `fill:${of(tint)};stroke:${of(line)}`);
  }
  return rules.join('\n');
}
