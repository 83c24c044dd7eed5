/** A chunk lies in all that was read with it: a small one that a server holds does not keep the rest. */
import { Backlog } from '../../../src/star/backlog.ts';
import { chunkPacket } from '../../../src/star/wire.ts';

const read = Buffer.alloc(65_536, 7);

test.each([
  [10, 10],
  [40_000, 65_536],
])('of a chunk of %d bytes %d are kept', (length, kept) => {
  let counted = 0;
  const backlog = new Backlog({
    count: (bytes) => {
      counted += bytes;
    },
  });
  const bytes = read.subarray(100, 100 + length);
  backlog.put(bytes, { ...chunkPacket('d.dialer', bytes), forms: { binary: read } });
  expect(counted).toBe(length + 64);
  const held = backlog.take();
  expect(held.bytes.buffer.byteLength).toBe(kept);
  expect(Buffer.compare(held.bytes, bytes)).toBe(0);
  expect(held.packet === undefined).toBe(kept === length);
  expect(counted).toBe(0);
});
