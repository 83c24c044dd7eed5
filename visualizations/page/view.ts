/**
 * What the page shows. It is told the whole picture each time, and changes what is different; it decides nothing.
 */
import type { AnyStateNode } from 'xstate';

/** How far a part has come. */
export interface Row {
  readonly price?: bigint;
  readonly sequence?: number;
  /** Hexadecimal. */
  readonly key?: string;
}

export interface Shown {
  /** What the large button does. */
  readonly pay: { readonly label: string; readonly enabled: boolean };
  readonly topUp: { readonly label: string; readonly enabled: boolean; readonly urgent: boolean };
  readonly message: string;
  readonly isWarning: boolean;
  /** What lies over the picture; nothing while it moves. */
  readonly cover: string;
  readonly unit: string;
  readonly left: bigint;
  readonly deposit: bigint;
  readonly spent: bigint;
  readonly parts: readonly Row[];
  /** The part that is on the screen. */
  readonly current: number;
}

function element<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`The page has no ${id}.`);
}

export const video = element('video', HTMLVideoElement);
export const payButton = element('pay', HTMLButtonElement);
export const topUpButton = element('topUp', HTMLButtonElement);

const message = element('message', HTMLElement);
const cover = element('cover', HTMLElement);
const left = element('left', HTMLElement);
const deposit = element('deposit', HTMLElement);
const spent = element('spent', HTMLElement);
const meter = element('meter', HTMLMeterElement);
const parts = element('parts', HTMLTableSectionElement);
const ticker = element('ticker', HTMLElement);
const state = element('state', HTMLElement);
const about = element('about', HTMLElement);
const groups = element('groups', HTMLElement);

/** Writes only what is new: what is written is read aloud. */
function write(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Says one thing to those who do not look. */
export function announce(text: string): void {
  write(ticker, text);
}

export function show(shown: Shown): void {
  const { pay, topUp, unit } = shown;
  const money = (amount: bigint) => (unit === '' ? '–' : `${amount} ${unit}`);
  write(payButton, pay.label);
  payButton.disabled = !pay.enabled;
  write(topUpButton, topUp.label);
  topUpButton.disabled = !topUp.enabled;
  topUpButton.classList.toggle('urgent', topUp.urgent);
  write(message, shown.message);
  message.classList.toggle('warning', shown.isWarning);
  write(cover, shown.cover);
  cover.parentElement?.toggleAttribute('hidden', shown.cover === '');
  write(left, money(shown.left));
  write(deposit, money(shown.deposit));
  write(spent, money(shown.spent));
  meter.max = Math.max(1, Number(shown.deposit));
  meter.value = Number(shown.left);
  while (parts.rows.length < shown.parts.length) parts.insertRow().append(...cells());
  for (const [n, row] of [...parts.rows].entries()) {
    const { price, sequence, key } = shown.parts[n] ?? {};
    const texts = [`${n}`, price === undefined ? '' : money(price), sequence === undefined ? '' : `${sequence}`];
    const status = key !== undefined ? 'open' : sequence !== undefined ? 'paid' : 'locked';
    row.classList.toggle('current', n === shown.current);
    if (row.dataset['status'] !== status) {
      if (row.dataset['status'] !== undefined) glow(row);
      row.dataset['status'] = status;
    }
    const says = status === 'open' ? short(key) : status === 'paid' ? 'paid…' : 'locked';
    for (const [at, cell] of [...row.cells].entries()) write(cell, texts[at] ?? says);
    if (key !== undefined) row.title = `Key of part ${n}: ${key}`;
  }
}

function cells(): HTMLElement[] {
  const head = document.createElement('th');
  head.scope = 'row';
  const others = ['number', 'number', 'key'].map((name) => {
    const cell = document.createElement('td');
    cell.className = name;
    return cell;
  });
  return [head, ...others];
}

const isCalm = matchMedia('(prefers-reduced-motion: reduce)');

/** Something has just happened here. */
function glow(target: Element): void {
  if (!isCalm.matches) target.animate([{ backgroundColor: 'var(--glow)' }, {}], 1_500);
}

const short = (key = '') => `${key.slice(0, 4)} ${key.slice(4, 8)} … ${key.slice(-4)}`;

/** Draws the states of a machine as chips, by group. @returns what lights up the one that is active */
export function drawStates(root: AnyStateNode): (path: string) => void {
  const chips = new Map<string, HTMLElement>();
  const descriptions = new Map<string, string>();
  const single = document.createElement('div');
  for (const node of Object.values(root.states)) {
    const inner: AnyStateNode[] = Object.values(node.states);
    const leaves = inner.length === 0 ? [node] : inner;
    const box = inner.length === 0 ? single : document.createElement('div');
    if (box !== single) box.append(Object.assign(document.createElement('h3'), { textContent: node.key }));
    const line = box === single ? single : box.appendChild(document.createElement('div'));
    box.className = 'group';
    line.classList.add('chips');
    for (const leaf of leaves) {
      const path = leaf.path.join('.');
      const chip = Object.assign(document.createElement('span'), { className: 'chip', textContent: leaf.key });
      chip.dataset['path'] = path;
      chip.title = leaf.description ?? '';
      chips.set(path, chip);
      descriptions.set(path, leaf.description ?? '');
      line.append(chip);
    }
    if (!box.isConnected) groups.append(box);
  }
  single.className = 'group single chips';
  let active: HTMLElement | undefined;
  return (path) => {
    const chip = chips.get(path);
    write(state, path);
    write(about, descriptions.get(path) ?? '');
    if (chip === active) return;
    if (active !== undefined) {
      delete active.dataset['active'];
      // A state is often left within a millisecond: its light goes out slowly, so that the way can be seen.
      glow(active);
    }
    active = chip;
    if (chip !== undefined) chip.dataset['active'] = '';
  };
}
