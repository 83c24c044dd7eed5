/** Packets come through socket.io once, whole and in order, with bytes and answers: between our sides, and with its own clients old and new, beside plain WebSockets on the same port. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { connectSocketIo } from '../../adapters/socketioClient.ts';
import type { PacketFrame } from '../../src/packets.ts';
import type { Transport } from '../../src/transport.ts';
import { event, means, ToldPackets, turn, useSocketIo, versions } from './socketioLine.ts';

const lines = useSocketIo();
const numbers = Array.from({ length: 300 }, (_, n) => event('n', n));
const bytes = Uint8Array.of(0, 1, 255);

const clients = Object.entries(versions).flatMap(([name, open]) => means.map((by) => [name, by, open] as const));

describe.each(clients)('%s by %s', (name, by, open) => {
  const start = async () => {
    const server = await lines.listen();
    const client = await lines.real(open, server.http, by);
    const { transport, info } = await server.accept();
    return { server, client, transport, info, told: new ToldPackets(transport) };
  };

  it('is heard in order', async () => {
    const { client, told } = await start();
    for (let n = 0; n < 300; n += 1) client.emit('n', n);
    expect(await told.count(300)).toEqual(numbers);
  });

  it('hears in order', async () => {
    const { client, transport } = await start();
    const heard: unknown[] = [];
    const all = new Promise<void>((resolve) => {
      client.on('n', (n) => {
        if (heard.push(n) === 300) resolve();
      });
    });
    for (const packet of numbers) transport.send(packet);
    await all;
    expect(heard).toEqual(numbers.map((_, n) => n));
  });

  it('is heard with bytes at any depth, and with none', async () => {
    const { client, told } = await start();
    client.emit('key', Buffer.from(bytes), 'EQ', { deep: [{ bytes }], none: Buffer.alloc(0) });
    client.emit('after');
    expect(await told.count(2)).toEqual([
      event('key', bytes, 'EQ', { deep: [{ bytes }], none: new Uint8Array() }),
      event('after'),
    ]);
    const [key] = told.frames;
    expect(key?.type === 'event' && Object.getPrototypeOf(key.args[0])).toBe(Uint8Array.prototype);
  });

  it('hears bytes at any depth', async () => {
    const { client, transport } = await start();
    const heard = new Promise<unknown[]>((resolve) => client.once('key', (...args: unknown[]) => resolve(args)));
    transport.send(event('key', bytes, 'EQ', { deep: [bytes.buffer] }));
    expect(await heard).toEqual([Buffer.from(bytes), 'EQ', { deep: [Buffer.from(bytes)] }]);
  });

  it('gets answers to its callbacks, also with bytes and in another order', async () => {
    const { client, transport, told } = await start();
    const answers = [1, 2].map(
      (n) => new Promise<unknown[]>((resolve) => client.emit('ask', n, (...args: unknown[]) => resolve(args))),
    );
    const asked = await told.count(2);
    expect(asked).toEqual([1, 2].map((n) => ({ type: 'event', event: 'ask', args: [n], id: expect.any(Number) })));
    for (const packet of [...asked].reverse())
      if (packet.type === 'event')
        transport.send({ type: 'answer', id: packet.id ?? -1, args: [null, packet.args[0], bytes] });
    expect(await Promise.all(answers)).toEqual([1, 2].map((n) => [null, n, Buffer.from(bytes)]));
  });

  it('answers our questions', async () => {
    const { client, transport, told } = await start();
    client.on('ask', (n: number, answer: (...args: unknown[]) => void) => answer(n + 1, Buffer.from(bytes)));
    for (const id of [7, 8]) transport.send({ type: 'event', event: 'ask', args: [id], id });
    expect(await told.count(2)).toEqual([7, 8].map((id) => ({ type: 'answer', id, args: [id + 1, bytes] })));
  });

  it('is known by its address, its query and its headers', async () => {
    const { info } = await start();
    expect(info.address).toBe('127.0.0.1');
    expect(info.target).toMatch(new RegExp(`^/socket.io/\\?.*EIO=${name === 'client 2' ? 3 : 4}.*transport=${by}`));
    expect(info.headers['host']).toMatch(/^127\.0\.0\.1:/);
  });

  it('goes on where it has begun when it goes from polling to a WebSocket', async () => {
    if (by === 'websocket') return;
    const server = await lines.listen();
    const client = open(server.http, { forceNew: true, reconnection: false });
    lines.later(() => client.disconnect());
    const { transport } = await server.accept();
    const told = new ToldPackets(transport);
    client.on('n', (n) => client.emit('n', n));
    for (const packet of numbers) {
      transport.send(packet);
      await turn();
    }
    expect(await told.count(300)).toEqual(numbers);
  });
});

describe.each(means)('our two sides by %s', (by) => {
  const sides = async () => {
    const { server, client, info } = await lines.pair({}, { transports: [by] });
    return {
      server,
      client,
      info,
      both: [
        [server, client],
        [client, server],
      ] as const,
    };
  };

  it('carry everything in order, both ways: any name, any question, any answer', async () => {
    const { both } = await sides();
    const names = ['error', '__proto__', 'connect', 'disconnect', 'newListener', 'constructor', '', 'packet', '$bytes'];
    const sent: PacketFrame[] = [
      ...names.map((name) => event(name, name)),
      { type: 'event', event: 'ask', args: [bytes, [{ bytes }]], id: 0 },
      { type: 'answer', id: 999_999_999_999_999, args: [] },
      { type: 'answer', id: 5, args: [bytes, '💡'] },
      ...numbers,
    ];
    for (const [one, other] of both) {
      const told = new ToldPackets(other);
      for (const packet of sent) expect(one.send(packet)).toBe(true);
      expect(await told.count(sent.length)).toEqual(sent);
    }
  });

  it('give what came before they were attached, and nothing twice', async () => {
    const { both } = await sides();
    for (const [one, other] of both) {
      await Promise.all(numbers.map((packet) => new Promise((resolve) => one.send(packet, resolve))));
      await turn();
      const told = new ToldPackets(other);
      expect(await told.count(300)).toEqual(numbers);
    }
  });

  it('tell what has left, in order', async () => {
    const { both } = await sides();
    for (const [one] of both) {
      const left: number[] = [];
      const all = numbers.map(
        (_, n) => new Promise((resolve) => one.send(event('n', n, bytes), (ok) => resolve(left.push(n) > 0 && ok))),
      );
      expect(new Set(await Promise.all(all))).toEqual(new Set([true]));
      expect(left).toEqual(numbers.map((__, n) => n));
      expect(one.bufferedAmount).toBe(0);
    }
  });

  it('never send what is no packet', async () => {
    const { both } = await sides();
    for (const [one] of both) {
      const told: boolean[] = [];
      expect(one.send({ type: 'bad', reason: 'no' }, (ok) => told.push(ok))).toBe(false);
      expect(told).toEqual([false]);
    }
  });

  it('carry 64 byte arrays in one packet, and large ones', async () => {
    const { both } = await sides();
    const many = event('many', ...Array.from({ length: 64 }, (_, n) => Uint8Array.of(n)));
    // Long polling carries bytes as base64.
    const large = new Uint8Array(by === 'websocket' ? 1_000_000 : 700_000).fill(7);
    for (const [one, other] of both) {
      const told = new ToldPackets(other);
      one.send(many);
      one.send(event('large', large));
      const [first, second] = await told.count(2);
      expect(first).toEqual(many);
      expect(second?.type === 'event' && Buffer.compare(second.args[0] as Uint8Array, large)).toBe(0);
    }
  });
});

it('the query of the URL arrives, and its path is where socket.io is', async () => {
  const server = await lines.listen({ path: '/elsewhere/' });
  for (const url of [`${server.ws}/elsewhere/?token=a%20b`, `${server.http}/elsewhere?token=a%20b`]) {
    const client = await connectSocketIo(url, { headers: { 'X-Test': 'yes' } });
    const { info } = await server.accept();
    expect(info.target).toMatch(/^\/elsewhere\/\?.*token=a(%20|\+)b/);
    expect(info.headers['x-test']).toBe('yes');
    client.terminate();
  }
});

it('clients old and new, plain WebSockets and plain HTTP share one port and meet', async () => {
  const server = await lines.listen();
  const plain = new WebSocket(server.ws);
  lines.later(() => plain.terminate());
  await once(plain, 'open');
  const lineOfPlain = (await server.accept()).transport;
  const opened: Transport<PacketFrame>[] = [lineOfPlain];
  const heard: Promise<unknown>[] = [once(plain, 'message').then(([text]) => JSON.parse(String(text)).slice(1))];
  for (const [, by, open] of clients) {
    const client = await lines.real(open, server.http, by);
    opened.push((await server.accept()).transport);
    heard.push(new Promise((resolve) => client.once('news', (...args: unknown[]) => resolve(args))));
  }
  for (const transport of opened) {
    const told = new ToldPackets(transport);
    if (transport === lineOfPlain) {
      plain.send('["news","from all"]');
      for (const other of opened) other.send((await told.count(1))[0] ?? event('none'));
    }
  }
  expect(await Promise.all(heard)).toEqual(heard.map(() => ['from all']));
  expect(await (await fetch(`${server.http}/other`)).text()).toBe('somebody else');
  expect((await fetch(`${server.http}/socket.io/socket.io.js`)).status).toBe(400);
});
