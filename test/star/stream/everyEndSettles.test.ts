/**
 * Whoever goes, and whenever: every place of the stream comes to an end. A reader of ours takes no broken stream for a whole one; to one of
 * old the server says what the original says.
 */
import { Chain, endings } from './chain.ts';

const limits = { window: 1_000, socketBuffer: 1_000, acceptTimeout: 5_000 };
const bytes = new Uint8Array(400).fill(1);

describe.each(endings)('from a writer that is %s to a reader that is %s', (writer, reader) => {
  const begun = async (chunks = 1) => {
    const chain = new Chain({ writer, reader, limits });
    for (let at = 0; at < chunks; at += 1) void chain.writer.write(bytes);
    await chain.settle();
    return chain;
  };

  it('tells the reader of a writer whose line breaks, after what has come', async () => {
    const chain = await begun(2);
    chain.first.cut();
    await chain.settle();
    expect(await Promise.all([chain.readAll(), chain.settle()])).toEqual([Buffer.concat([bytes, bytes]), undefined]);
    expect(chain.writer.output).toMatchObject({ cause: 'lost' });
    expect(chain.reader.output).toEqual(
      reader !== 'old'
        ? { cause: 'failed', error: 'The connection to the other peer was lost.' }
        : { cause: 'ended', error: true },
    );
    expect(chain.ends).toHaveLength(3);
  });

  it('ends at the server when the line of the reader breaks', async () => {
    const chain = await begun(20);
    chain.second.cut();
    await chain.settle();
    expect(chain.server.output).toMatchObject({ cause: 'lost' });
    // A writer of ours is told, over either wire; one of old can only be told on the way back.
    expect(chain.writer.output).toEqual(
      writer !== 'old' ? { cause: 'aborted', error: 'The connection to the other peer was lost.' } : undefined,
    );
    expect(chain.first.isReadPaused).toBe(false);
  });

  it('carries the reason of a writer that gives up', async () => {
    const chain = await begun(20);
    chain.writer.abort('the disk is full');
    await chain.settle();
    void chain.readAll();
    while (chain.ends.length < 3) await chain.settle();
    expect(chain.reader.output).toEqual({ cause: 'failed', error: 'the disk is full' });
  });

  it('carries the reason of a reader that wants no more, as far as the wires can', async () => {
    const chain = await begun(20);
    chain.reader.abort('enough');
    await chain.settle();
    expect(chain.reader.output).toEqual({ cause: 'aborted', error: 'enough' });
    if (reader !== 'old') expect(chain.server.output).toEqual({ cause: 'aborted', error: 'enough' });
    if (reader !== 'old' && writer !== 'old')
      expect(chain.writer.output).toEqual({ cause: 'aborted', error: 'enough' });
  });

  it('is given up by a writer whom nobody accepts', async () => {
    const chain = new Chain({ writer, reader, limits });
    const written = chain.writer.write(bytes);
    chain.clock.advance(5_000);
    await written;
    expect(chain.writer.output).toMatchObject({ cause: 'unaccepted' });
    expect(chain.server.output).toMatchObject({ cause: 'unaccepted' });
  });

  it('takes an end that comes before it was accepted', async () => {
    const chain = new Chain({ writer, reader, limits });
    void chain.writer.write(bytes);
    void chain.writer.end();
    const reading = chain.readAll();
    while (chain.ends.length < 3) await chain.settle();
    expect(await reading).toEqual(Buffer.from(bytes));
    expect(chain.reader.output).toEqual({ cause: 'ended', error: true });
  });
});
