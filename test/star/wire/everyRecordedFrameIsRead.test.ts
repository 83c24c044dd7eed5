/** Every frame of the recorded session becomes an event and, written again, the same frame. */
import type { ToClient, ToServer } from '../../../machines/star/messages.ts';
import { chunkIn, chunkPacket, clientLine, routeOf, type StarLine, serverLine } from '../../../src/star/wire.ts';
import { framesOf, recorded } from '../recorded.ts';

/** What the connection of a recorded client heard and said, read by the one side and written by the other. */
interface Sides {
  readonly server: StarLine<ToServer>;
  readonly client: StarLine<ToClient>;
}

const sides: Readonly<Record<1 | 2, Sides>> = {
  1: { server: serverLine(), client: clientLine() },
  2: { server: serverLine(), client: clientLine() },
};

test('every recorded frame is read, and written again byte for byte', () => {
  const session = recorded();
  const told: string[] = [];
  for (const { connection, by, packet, frames } of session) {
    const { server, client } = sides[connection];
    const [reader, writer] = by === 'client' ? [server, client] : [client, server];
    const chunked = chunkIn(packet);
    if (chunked !== undefined) {
      told.push(`${connection} ${by} chunk`);
      expect(framesOf(chunkPacket(chunked.stream, chunked.bytes))).toEqual(frames);
      continue;
    }
    const event = reader.event(packet);
    expect(event).not.toHaveProperty('reason');
    if (event.type === 'received.malformed' || event.message.event === 'queue') throw new Error('It was not read.');
    told.push(`${connection} ${by} ${event.message.event}`);
    expect(framesOf(writer.encode(event.message))).toEqual(frames);
  }
  expect(told).toHaveLength(session.length);
  expect(new Set(told.map((line) => line.slice(2)))).toEqual(
    new Set([
      'client ss-join',
      'server ss-join.reply',
      'server ws-peer',
      'client ss-dial',
      'server ss-incomming',
      'client ss-incomming.reply',
      'server ss-dial.reply',
      'client accept',
      'server accept',
      'client chunk',
      'server chunk',
      'client error',
      'server error',
    ]),
  );
  expect(session).toHaveLength(41);
});

test('a message says who is told of it', () => {
  const { client } = sides[1];
  const dial = { event: 'ss-dial', from: '/a', to: '/b', dialId: 'd', callback: 'd' } as const;
  const { id } = client.encode(dial);
  const answered = client.event({ type: 'answer', id: id ?? -1, args: ['Peer not found'] });
  expect(answered).toEqual({
    type: 'received.ss-dial.reply',
    message: { event: 'ss-dial.reply', replyTo: 'd', error: 'Peer not found' },
  });
  expect(routeOf({ event: 'ss-dial.reply', replyTo: 'd' })).toEqual({ role: 'dialer', id: 'd' });
  expect(routeOf({ event: 'accept', stream: 'd.dialer' })).toEqual({ role: 'stream', id: 'd.dialer' });
  expect(routeOf(dial)).toBeUndefined();
});
