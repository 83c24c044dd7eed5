/** One connection too many is refused: with 503 when the relay is full, with 429 when one network address has its share; a place that becomes free is given again. */

import { once } from 'node:events';
import { createConnection } from 'node:net';
import { Peer } from '../transcripts/peer.ts';
import { until, useServer } from './attack.ts';

/** The HTTP status with which a handshake is answered. */
async function statusOf(relay: ReturnType<typeof useServer>): Promise<string> {
  const { handshake } = await relay.raw();
  return handshake.slice('HTTP/1.1 '.length, 'HTTP/1.1 101'.length);
}

describe('in all', () => {
  const relay = useServer({ limits: { connections: 3 } });

  it('refuses the fourth with 503, disturbs nobody, and takes another when one has gone', async () => {
    const bystanders = await relay.bystanders();
    const third = await relay.connect();
    expect(await statusOf(relay)).toBe('503');
    expect(await statusOf(relay)).toBe('503');
    await bystanders.talk();
    expect(relay.stats()).toMatchObject({ connections: 3, accepted: 3, refused: 2 });

    third.socket.close();
    await until(() => relay.stats().connections === 2);
    expect(await statusOf(relay)).toBe('101');
    expect(await statusOf(relay)).toBe('503');
    await bystanders.talk();
  });

  it('gives back the place of one that was cut off', async () => {
    for (let n = 0; n < 10; n += 1) {
      const peer = await relay.connect();
      await relay.connect();
      const third = await relay.connect();
      for (const { socket } of [peer, third]) socket.terminate();
      await until(() => relay.stats().connections === 1);
      expect(await statusOf(relay)).toBe('101');
      expect(await statusOf(relay)).toBe('101');
      expect(await statusOf(relay)).toBe('503');
      relay.hangUp();
      await until(() => relay.stats().connections === 0);
    }
  });
});

describe('from one network address', () => {
  const relay = useServer({ host: '0.0.0.0', limits: { connectionsPerIp: 2 } });

  it('refuses the third with 429, and takes one from elsewhere', async () => {
    const { port } = new URL(relay.url());
    const here = `ws://127.0.0.1:${port}`;
    const peers = [await Peer.open(here), await Peer.open(here)];
    await expect(Peer.open(here)).rejects.toThrow('429');

    const elsewhere = createConnection({ port: Number(port), host: '127.0.0.1', localAddress: '127.0.0.2' });
    elsewhere.write(
      'GET / HTTP/1.1\r\nHost: relay\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    const [answer] = await once(elsewhere, 'data');
    expect(`${answer}`).toMatch(/^HTTP\/1\.1 101 /);
    expect(relay.stats()).toMatchObject({ connections: 3, refused: 1 });

    peers[0]?.socket.terminate();
    await until(() => relay.stats().connections === 2);
    peers.push(await Peer.open(here));
    await expect(Peer.open(here)).rejects.toThrow('429');
    for (const { socket } of peers) socket.terminate();
    elsewhere.destroy();
  });
});
