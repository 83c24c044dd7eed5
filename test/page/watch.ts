/** A person in front of the page: what is to be seen, the buttons, and what the payee was paid meanwhile. */
import type { Page } from 'playwright-core';
import type { PayeeNotice } from '../../src/streaming/serve.ts';
import { type PageServer, servePage } from '../../visualizations/page/serve.ts';
import { useBrowser } from '../adapters/browser.ts';

/** What stands on the page. */
export interface Seen {
  readonly time: number;
  readonly state: string;
  readonly message: string;
  readonly cover: string;
  readonly left: string;
  readonly deposit: string;
  readonly spent: string;
  /** Of the parts that have a key: number, price, sequence number. */
  readonly parts: readonly string[];
  readonly keys: readonly string[];
}

export class Visit {
  readonly page: Page;
  readonly errors: string[];
  readonly server: PageServer;
  /** What happened at the payee, in order. */
  readonly notices: readonly PayeeNotice[];

  constructor(page: Page, errors: string[], server: PageServer, notices: readonly PayeeNotice[]) {
    this.page = page;
    this.errors = errors;
    this.server = server;
    this.notices = notices;
  }

  get released(): readonly number[] {
    return this.notices.flatMap((notice) => (notice.type === 'released' ? [notice.part] : []));
  }

  get payments(): readonly number[] {
    return this.notices.flatMap((notice) => (notice.type === 'paid' ? [notice.sequence] : []));
  }

  press(name: string): Promise<void> {
    return this.page.getByRole('button', { name, exact: true }).click();
  }

  see(): Promise<Seen> {
    return this.page.evaluate(() => {
      const text = (id: string) => document.getElementById(id)?.textContent ?? '';
      const rows = [...document.querySelectorAll<HTMLTableRowElement>('tbody tr[data-status=open]')];
      const cover = document.getElementById('cover');
      return {
        time: document.querySelector('video')?.currentTime ?? 0,
        state: text('state'),
        message: text('message'),
        cover: cover?.closest('[hidden]') === null ? text('cover') : '',
        left: text('left'),
        deposit: text('deposit'),
        spent: text('spent'),
        parts: rows.map(({ cells }) =>
          [...cells]
            .slice(0, 3)
            .map(({ textContent }) => textContent)
            .join(' | '),
        ),
        keys: rows.map(({ title }) => title.split(': ')[1] ?? ''),
      };
    });
  }

  /** Waits until the picture is that far. */
  async plays(seconds: number): Promise<void> {
    await this.page.waitForFunction((wanted) => (document.querySelector('video')?.currentTime ?? 0) >= wanted, seconds);
  }

  /** Waits until this lies over the picture. */
  async covered(cover: string): Promise<void> {
    await this.page.getByText(cover, { exact: true }).waitFor({ state: 'visible' });
  }
}

/** A browser, a page server for each test, and a visit. */
export function useVisits() {
  const browser = useBrowser();
  const endings: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });
  return async (): Promise<Visit> => {
    const notices: PayeeNotice[] = [];
    const server = await servePage({ notify: (_, notice) => notices.push(notice) });
    endings.push(() => server.close());
    const { page, errors } = await browser.open(server.url);
    endings.push(() => page.close());
    return new Visit(page, errors, server, notices);
  };
}
