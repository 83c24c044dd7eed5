/** A reader that stops reading makes the writer slow; it is never given more than the windows, and only a writer of old is cut for it. */
import { Chain, pairs } from './chain.ts';

const limits = { window: 262_144, socketBuffer: 262_144, stallTimeout: 30_000 };
const chunk = new Uint8Array(65_536).fill(7);
const chunks = 200;

/** Writes as fast as it may. @returns how many chunks were taken so far */
function flood(chain: Chain): { readonly written: () => number } {
  let written = 0;
  void (async () => {
    for (; written < chunks && chain.writer.output === undefined; written += 1) await chain.writer.write(chunk);
    await chain.writer.end();
  })();
  return { written: () => written };
}

test.each(pairs)('a writer that is %s waits for a reader that is %s', async (writer, reader) => {
  const chain = new Chain({ writer, reader, limits });
  const { written } = flood(chain);
  await chain.settle();
  expect(written()).toBeLessThan(40);
  // Three places and two lines, each within its window and a chunk.
  expect(chain.server.heldBytes).toBeLessThan(262_144 + 2 * 65_600);
  expect(chain.heldBytes).toBeLessThan(5 * (262_144 + 2 * 65_600));
  expect(chain.first.isReadPaused).toBe(writer === 'old');
  const reading = chain.readAll();
  while (chain.ends.length < 3) await chain.settle();
  expect((await reading).length).toBe(chunks * chunk.length);
  expect(chain.first.isReadPaused).toBe(false);
});

test('a reader of ours that does not read is never cut', async () => {
  const chain = new Chain({ writer: 'ours', reader: 'ours', limits });
  flood(chain);
  await chain.settle();
  chain.clock.advance(3_600_000);
  await chain.settle();
  expect(chain.ends).toEqual([]);
  const reading = chain.readAll();
  while (chain.ends.length < 3) await chain.settle();
  expect((await reading).length).toBe(chunks * chunk.length);
});

test('a socket of old is kept waiting for only so long: then the stream is cut with a reason, and read on', async () => {
  const chain = new Chain({ writer: 'old', reader: 'ours', limits });
  flood(chain);
  await chain.settle();
  expect(chain.first.isReadPaused).toBe(true);
  chain.clock.advance(30_000);
  await chain.settle();
  expect(chain.first.isReadPaused).toBe(false);
  expect(chain.server.output).toMatchObject({ cause: 'stalled' });
  // What had arrived is read; then the reader learns that it is not all.
  await chain.readAll();
  expect(chain.reader.output).toEqual({ cause: 'failed', error: 'The reader stood still for too long.' });
});

test('a writer that sends more than its credit is cut', async () => {
  const chain = new Chain({ writer: 'ours', reader: 'ours', limits });
  await chain.settle();
  for (let at = 0; at < 20; at += 1) chain.first.right.chunk('d.dialer', chunk);
  expect(chain.server.output).toMatchObject({ cause: 'overrun' });
});

test('a writer of old that cannot be paused is cut before it fills the memory, with empty chunks too', async () => {
  const chain = new Chain({ writer: 'old', reader: 'old', limits: { ...limits, mostHeld: 1_000_000 } });
  const empty = new Uint8Array();
  let sent = 0;
  for (; sent < 100_000 && chain.server.output === undefined; sent += 1) chain.first.right.chunk('d.dialer', empty);
  expect(chain.server.output).toMatchObject({ cause: 'overrun' });
  expect(sent).toBeLessThan(16_000);
});
