/** The recorded session of two real clients: what they said is said again, and our server answers what the real one did, byte for byte. */
import { readFileSync } from 'node:fs';
import { type Raw, useServer } from './raw.ts';

const { serve, connect } = useServer();

/** Of the recording: frames after the opening. The first half of the challenge is left out: nobody has the clients' keys any more. */
const recording = readFileSync(new URL('../vectors/star-wire.txt', import.meta.url), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, connection, by, text, bytes] =
      /^#([12]) ([CS])>[CS] (?:(4[1-5].*)|BIN \d+B (0x[0-9a-f]+))$/.exec(line) ?? [];
    const frame = text ?? bytes;
    if (connection === undefined || frame === undefined || /^4(20\["ss-join|30\[null,"[-0-9a-f]{72}")/.test(frame))
      return [];
    return [{ connection: Number(connection), by, frame }];
  });

test('the recorded session is replayed', async () => {
  const server = await serve();
  const clients: Raw[] = [await connect(server), await connect(server)];
  expect(recording).toHaveLength(47);
  for (const { connection, by, frame } of recording) {
    const client = clients[connection - 1];
    if (by === 'C') client?.say(frame);
    else await client?.hears(frame);
  }
});
