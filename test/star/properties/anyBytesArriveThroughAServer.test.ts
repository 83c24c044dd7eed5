/** Through a real server, over each pair of wires: any chunks, both ways at once, arrive byte for byte; both ends settle; the server keeps nothing. */
import fc from 'fast-check';
import { joinStar, type StarConnection, type StarNode } from '../../../src/star/index.ts';
import type { StarServer } from '../../../src/star/serve.ts';
import { starServer } from '../../../src/star/serve.ts';
import { connected, over, wires } from '../peers.ts';

let server: StarServer;
const nodes = new Map<string, readonly [StarNode, StarNode]>();

beforeAll(async () => {
  server = await starServer({ limits: { dialsPerSecond: 0, dialsPerSecondPerIp: 0 } });
  for (const wire of wires) {
    const url = over(wire, server.url);
    nodes.set(wire, [await joinStar(url, { closeTimeout: 100 }), await joinStar(url, { closeTimeout: 100 })]);
  }
});
afterAll(async () => {
  for (const pair of nodes.values()) await Promise.all(pair.map((node) => node.close()));
  await server.close();
});

/** Bytes that differ from place to place and from chunk to chunk. */
const anyChunk = fc
  .tuple(fc.oneof(fc.nat(50), fc.nat(140_000)), fc.nat(250))
  .map(([length, start]) => Uint8Array.from({ length }, (_, at) => (start + at) % 251));
const anyChunks = fc.array(anyChunk, { maxLength: 8 });

async function write({ writable }: StarConnection, chunks: readonly Uint8Array[]): Promise<void> {
  const writer = writable.getWriter();
  for (const chunk of chunks) await writer.write(chunk);
  await writer.close();
}

async function read({ readable }: StarConnection): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readable) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const pairs = wires.flatMap((from) => wires.map((to) => [from, to] as const));

it.each(pairs)('from %s:// to %s://', async (from, to) => {
  const [alice] = nodes.get(from) ?? [];
  const [, bob] = nodes.get(to) ?? [];
  if (alice === undefined || bob === undefined) throw new Error('Nobody is there.');
  await fc.assert(
    fc.asyncProperty(anyChunks, anyChunks, async (there, back) => {
      const [dialled, taken] = await connected(alice, bob);
      const [, , came, returned] = await Promise.all([
        write(dialled, there),
        write(taken, back),
        read(taken),
        read(dialled),
      ]);
      expect(came.equals(Buffer.concat(there))).toBe(true);
      expect(returned.equals(Buffer.concat(back))).toBe(true);
      await Promise.all([dialled.closed, taken.closed]);
    }),
    { numRuns: 8 },
  );
  expect(server.star.openDials).toBe(0);
});
