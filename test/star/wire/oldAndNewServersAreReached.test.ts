/** The way that a server takes is found by trying, and remembered for as long as it works. */
import { ConnectionLost, LocalMisuse } from '../../../src/errors.ts';
import { firstOf } from '../../../src/star/reach.ts';
import type { Connect, Transport } from '../../../src/transport.ts';

const transport: Transport<string> = {
  attach: () => {},
  send: () => true,
  bufferedAmount: 0,
  pause: () => {},
  resume: () => {},
  close: () => {},
  terminate: () => {},
};
const lost = (why: string) => new ConnectionLost(why, { code: 'connectFailed' });

/** Two ways, one of which works at a time. */
function twoWays() {
  const tried: string[] = [];
  const world = { taken: 'old' };
  const way =
    (name: string): Connect<string> =>
    async () => {
      tried.push(name);
      if (world.taken !== name) throw lost(`no ${name} clients`);
      return transport;
    };
  return { tried, world, connect: firstOf([way('old'), way('new')]) };
}

test('the one that works is found, and tried first afterwards', async () => {
  const { tried, world, connect } = twoWays();
  world.taken = 'new';
  await connect('ws://x', {});
  await connect('ws://x', {});
  expect(tried).toEqual(['old', 'new', 'new']);
  world.taken = 'old';
  await connect('ws://x', {});
  expect(tried.slice(3)).toEqual(['new', 'old']);
});

test('where none works every reason is told', async () => {
  const { world, connect } = twoWays();
  world.taken = 'none';
  await expect(connect('ws://x', {})).rejects.toThrow('no old clients; no new clients');
});

test('who gives up, and who gives a URL that is none, is not asked to wait for another way', async () => {
  const { tried, world, connect } = twoWays();
  world.taken = 'none';
  await expect(connect('ws://x', { signal: AbortSignal.abort() })).rejects.toThrow('no old clients');
  expect(tried).toEqual(['old']);
  const misused = firstOf<string>([
    () => Promise.reject(new LocalMisuse('It is no URL.', { code: 'badUrl' })),
    async () => transport,
  ]);
  await expect(misused('x', {})).rejects.toMatchObject({ code: 'badUrl' });
});
