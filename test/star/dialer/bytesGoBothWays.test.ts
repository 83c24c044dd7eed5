/** A connection is two streams of bytes in the platform's own form: each ends by itself, a slow reader makes the writer wait, reasons arrive. */
import { createHash, randomBytes } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { all, connected, over, say, usePeers, wires } from '../peers.ts';
import { eventually } from '../world.ts';

const { serve, peer } = usePeers();

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe.each(wires)('over %s://', (wire) => {
  const pair = async () => {
    const { url } = await serve();
    const [alice, bob] = [await peer(over(wire, url)), await peer(over(wire, url))];
    return connected(alice, bob);
  };

  it('carries a large write whole, both ways at once', async () => {
    const [dialled, taken] = await pair();
    const sent = [randomBytes(1_500_001), randomBytes(1_000_003)] as const;
    const write = async (writable: WritableStream<Uint8Array>, bytes: Uint8Array) => {
      const writer = writable.getWriter();
      await writer.write(bytes);
      await writer.close();
    };
    const read = async (readable: ReadableStream<Uint8Array>) => {
      const hash = createHash('sha256');
      for await (const chunk of readable) {
        expect(chunk.length).toBeLessThanOrEqual(65_536);
        hash.update(chunk);
      }
      return hash.digest('hex');
    };
    const [, , there, back] = await Promise.all([
      write(dialled.writable, sent[0]),
      write(taken.writable, sent[1]),
      read(taken.readable),
      read(dialled.readable),
    ]);
    expect([there, back]).toEqual(sent.map(hashOf));
    await Promise.all([dialled.closed, taken.closed]);
    expect(dialled.observed[0]).toContain('/ipfs/');
  });

  it('ends one way, and goes on the other', async () => {
    const [dialled, taken] = await pair();
    await say(dialled.writable, 'a question');
    expect(await all(taken.readable)).toBe('a question');
    void say(taken.writable, 'an answer');
    expect(await all(dialled.readable)).toBe('an answer');
    await Promise.all([dialled.closed, taken.closed]);
  });

  it("goes through Node's streams", async () => {
    const [dialled, taken] = await pair();
    const chunks: Uint8Array[] = [];
    const sink = new Writable({
      write(chunk, _, done) {
        chunks.push(chunk);
        done();
      },
    });
    const writer = dialled.writable.getWriter();
    const source = new Writable({
      write: (chunk, _, done) => void writer.write(chunk).then(() => done(), done),
      final: (done) => void writer.close().then(() => done(), done),
    });
    await Promise.all([
      pipeline(Readable.from([Buffer.from('one '), Buffer.from('two')]), source),
      pipeline(Readable.from(taken.readable), sink),
    ]);
    expect(Buffer.concat(chunks).toString()).toBe('one two');
  });

  it('carries the reason of a writer that gives up', async () => {
    const [dialled, taken] = await pair();
    void say(taken.writable, 'unread');
    dialled.abort(new Error('the disk is full'));
    await expect(all(taken.readable)).rejects.toMatchObject({ name: 'StreamCut', message: 'the disk is full' });
    await dialled.closed;
  });

  it('sends what was written before it was closed', async () => {
    const [dialled, taken] = await pair();
    const writer = dialled.writable.getWriter();
    for (const word of ['one ', 'two ', 'three']) void writer.write(Buffer.from(word));
    writer.releaseLock();
    const [read] = await Promise.all([all(taken.readable), dialled.close(), taken.writable.close().catch(() => {})]);
    expect(read).toBe('one two three');
    await dialled.close();
  });

  it('takes nothing but bytes', async () => {
    const [dialled] = await pair();
    const writer: WritableStreamDefaultWriter<unknown> = dialled.writable.getWriter();
    await expect(writer.write('text')).rejects.toMatchObject({ name: 'LocalMisuse', code: 'notBytes' });
    dialled.abort();
  });
});

it.each([
  ['ws', 'ws'],
  ['ws', 'http'],
  ['http', 'ws'],
  ['http', 'http'],
] as const)('tells a writer over %s:// that its reader over %s:// wants no more', async (writing, reading) => {
  const { url } = await serve();
  const [alice, bob] = [await peer(over(writing, url)), await peer(over(reading, url))];
  const [dialled, taken] = await connected(alice, bob);
  await taken.readable.cancel('enough');
  const writer = dialled.writable.getWriter();
  await expect(writer.closed).rejects.toMatchObject({ name: 'StreamCut', message: 'enough' });
  await eventually(() => alice.servers.every(({ streams }) => streams === 1));
});

it('makes the writer wait for a reader that is slow', async () => {
  const { url } = await serve();
  const [dialled, taken] = await connected(await peer(url), await peer(url));
  const writer = dialled.writable.getWriter();
  const chunk = new Uint8Array(65_536);
  const total = 100;
  let written = 0;
  const writing = (async () => {
    for (; written < total; written += 1) {
      await writer.ready;
      await writer.write(chunk);
    }
    await writer.close();
  })();
  // Until nothing moves any more: the windows of all three places are full.
  for (let before = -1; before !== written; ) {
    before = written;
    for (let turn = 0; turn < 500; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(written * chunk.length).toBeLessThan(1_048_576);
  let read = 0;
  for await (const bytes of taken.readable) {
    read += bytes.length;
    expect(written * chunk.length - read).toBeLessThan(1_048_576);
  }
  await writing;
  expect(read).toBe(total * chunk.length);
});
