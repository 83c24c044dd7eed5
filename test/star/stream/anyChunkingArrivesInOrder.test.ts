/** Whatever is written, in whatever pieces, arrives byte for byte and in order, and every place of the stream settles. */
import fc from 'fast-check';
import { Chain, pairs } from './chain.ts';

const limits = { window: 400, socketBuffer: 300 };

const anyWriting = fc.record({
  chunks: fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 40 }),
  /** Turns between two readings. */
  pauses: fc.array(fc.nat(3), { maxLength: 60 }),
  pace: fc.integer({ min: 1, max: 5 }),
});

describe.each(pairs)('from a writer that is %s to a reader that is %s', (writer, reader) => {
  it('arrives', async () => {
    await fc.assert(
      fc.asyncProperty(anyWriting, async ({ chunks, pauses, pace }) => {
        const chain = new Chain({ writer, reader, limits, pace });
        const read: Uint8Array[] = [];
        let isDone = false;
        const writing = (async () => {
          for (const chunk of chunks) await chain.writer.write(chunk);
          await chain.writer.end();
        })();
        const reading = (async () => {
          for (let turn = 0; ; turn += 1) {
            for (let rest = pauses[turn % (pauses.length + 1)] ?? 0; rest > 0; rest -= 1)
              await new Promise<void>((resolve) => setImmediate(resolve));
            const bytes = await chain.reader.read();
            if (bytes === undefined) break;
            read.push(bytes);
          }
          isDone = true;
        })();
        while (!isDone) await chain.settle();
        await Promise.all([writing, reading]);
        expect(Buffer.concat(read)).toEqual(Buffer.concat(chunks));
        expect(chain.ends.map(({ output }) => output)).toEqual(Array(3).fill({ error: true, cause: 'ended' }));
        expect(chain.clock.waiting).toBe(0);
        expect(
          [chain.first.left, chain.first.right, chain.second.left, chain.second.right].map(({ size }) => size),
        ).toEqual([0, 0, 0, 0]);
      }),
      { numRuns: 40 },
    );
  });

  it('sends the same frames when the machine is told of every chunk', async () => {
    await fc.assert(
      fc.asyncProperty(anyWriting, async ({ chunks, pace }) => {
        const frames = await Promise.all(
          [false, true].map(async (isStepped) => {
            const chain = new Chain({ writer, reader, limits, pace, isStepped });
            for (const chunk of chunks) void chain.writer.write(chunk);
            void chain.writer.end();
            await chain.settle();
            const reading = chain.readAll();
            while (chain.reader.output === undefined) await chain.settle();
            expect(await reading).toEqual(Buffer.concat(chunks));
            return { first: chain.first.sent, second: chain.second.sent, ends: chain.ends };
          }),
        );
        expect(frames[1]).toEqual(frames[0]);
      }),
      { numRuns: 25 },
    );
  });
});
