/** Whatever a peer of socket.io sends harms its own connection at most: the process lives, others are served, nothing stays behind. */
import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import { WebSocketServer } from 'ws';
import { connectSocketIo } from '../../adapters/socketioClient.ts';
import type { PacketFrame } from '../../src/packets.ts';
import { event, means, ToldPackets, turns, useSocketIo, versions } from './socketioLine.ts';

const lines = useSocketIo();

/** A server, and somebody on it who must not notice anything. */
async function start(options: Parameters<typeof lines.listen>[0] = {}) {
  const server = await lines.listen({ maxFrame: 2_000_000, ...options });
  const bystander = await connectSocketIo(server.http);
  lines.later(() => bystander.terminate());
  const told = new ToldPackets((await server.accept()).transport);
  return {
    server,
    isUnharmed: async () => {
      bystander.send(event('still here'));
      expect(await told.count(1)).toEqual([event('still here')]);
    },
  };
}

const place = '{"_placeholder":true,"num":0}';
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

const packets: [string, string[], Partial<PacketFrame>][] = [
  ['the name error', ['42["error",{}]'], event('error', {})],
  ['the name __proto__', ['42["__proto__"]'], event('__proto__')],
  ['the name connect', ['42["connect"]'], event('connect')],
  ['the name disconnect', ['42["disconnect"]'], event('disconnect')],
  ['the name newListener', ['42["newListener"]'], event('newListener')],
  ['the name of our own event', ['42["packet",{"type":"event"}]'], event('packet', { type: 'event' })],
  ['no event', ['42'], { type: 'bad' }],
  ['an event that is no list', ['42{"a":1}'], { type: 'bad' }],
  ['an event without a name', ['42[null]'], { type: 'bad' }],
  ['a number for a name', ['42[5]'], { type: 'bad' }],
  ['half a million arguments', [`42["x"${',0'.repeat(500_000)}]`], { type: 'bad' }],
  ['half a million arguments of an answer', [`430[0${',0'.repeat(500_000)}]`], { type: 'bad' }],
  ['deep nesting', [`42["x",${deep(500_000)}]`], { type: 'bad' }],
  ['an answer that nobody asked for', ['4399[1]'], { type: 'answer', id: 99, args: [1] }],
  ['an answer to nothing', ['43[1]'], { type: 'bad' }],
  ['an id beyond every number', [`42${'9'.repeat(400)}["x"]`], { type: 'bad' }],
  ['members that would set a prototype', ['42["x",{"__proto__":{"polluted":1}}]'], { type: 'event' }],
  ['attachments that are used twice', [`451-["x",${place},${place}]`, 'bAAAA'], { type: 'bad' }],
  ['attachments that are not used', ['451-["x"]', 'bAAAA'], { type: 'bad' }],
];

describe('is told, and the line stays', () => {
  it.each(packets)('%s', async (_, frames, expected) => {
    const { server, isUnharmed } = await start();
    const { peer, awaits } = await lines.bare(server.ws);
    peer.send('40');
    const told = new ToldPackets((await server.accept()).transport);
    await awaits('40');
    for (const frame of frames) peer.send(frame);
    peer.send('42["after"]');
    expect(await told.count(2)).toMatchObject([expected, event('after')]);
    expect(Reflect.get({}, 'polluted')).toBe(undefined);
    await isUnharmed();
  });
});

const fatal: [string, (string | Uint8Array)[]][] = [
  ['an unknown message', ['49["x"]']],
  ['an unknown frame', ['9']],
  ['a frame of nothing', ['']],
  ['attachments that never come', ['451-["x",0]', '42["y"]']],
  ['an attachment of nothing', [Uint8Array.of(1, 2, 3)]],
  ['a billion attachments', ['451000000000-["x"]']],
  ['no number of attachments', ['45-["x"]']],
  ['attachments that are too large together', ['453-["x"]', ...[1, 2, 3].map(() => new Uint8Array(1_500_000))]],
  ['an event in a namespace that it has not opened', ['42/other,["x"]']],
  ['the namespace again', ['40', '40', '40']],
  ['a ping in the wrong direction', ['2']],
  ['an error of the opening', ['44{"message":"x"}']],
  ['a message that is too large', ['x'.repeat(2_000_001)]],
];

describe('ends the line of who sent it', () => {
  it.each(fatal)('%s', async (_, frames) => {
    const { server, isUnharmed } = await start();
    const { peer, awaits, closed } = await lines.bare(server.ws);
    peer.send('40');
    const told = new ToldPackets((await server.accept()).transport);
    await awaits('40');
    for (const frame of frames) peer.send(frame);
    expect(await told.closed).toMatchObject({ code: expect.any(Number) });
    await closed;
    expect(server.accepted).toEqual([]);
    await isUnharmed();
  });

  it.each(['40[]', '40"x"', '40/%5B', '40//[', '41', '42["too early"]', '430[]', '451-["x"]', '0{}', '1'])(
    '%s before anything is open',
    async (frame) => {
      for (const EIO of [3, 4]) {
        const { server, isUnharmed } = await start();
        const { peer } = await lines.bare(server.ws, `EIO=${EIO}&transport=websocket`);
        peer.send(frame);
        await turns(20);
        await isUnharmed();
      }
    },
  );

  it('the namespace many times at once is one connection at most', async () => {
    const { server, isUnharmed } = await start();
    const { peer, closed } = await lines.bare(server.ws);
    for (let n = 0; n < 100; n += 1) peer.send('40');
    await closed;
    await turns(20);
    expect(server.accepted.length).toBeLessThanOrEqual(1);
    await isUnharmed();
  });

  it('unknown namespaces are refused, and are no connection', async () => {
    const { server, isUnharmed } = await start();
    const { peer, awaits } = await lines.bare(server.ws);
    peer.send('40/other,');
    peer.send('40/__proto__,');
    expect(await awaits('44/__proto__')).toContain('Invalid namespace');
    expect(server.accepted).toEqual([]);
    await isUnharmed();
  });
});

const request = (url: string, headers: Record<string, string> = {}) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers }, (response) => resolve(response.resume())).on('error', reject);
  });

it.each([
  ['/socket.io/', 400],
  ['/socket.io/?EIO=4', 400],
  ['/socket.io/?EIO=4&transport=__proto__', 400],
  ['/socket.io/?EIO=4&transport=websocket', 400],
  ['/socket.io/?EIO=4&transport=polling&sid=__proto__', 400],
  ['/socket.io/?EIO=4&transport=polling&sid=nobody', 400],
  ['/socket.io/?EIO=nonsense&transport=polling', 200],
  ['/socket.io/%', 400],
  ['/socket.io', 200],
  ['/other', 200],
])('a request for %s is answered %i', async (target, status) => {
  const { server, isUnharmed } = await start();
  expect((await request(`${server.http}${target}`)).statusCode).toBe(status);
  await isUnharmed();
});

describe('a foreign origin', () => {
  const origins = ['https://ours.example'];

  it.each(means)('is refused by %s with 403, ours and none are not', async (by) => {
    const server = await lines.listen({ origins });
    const from = (headers: Record<string, string>) => connectSocketIo(server.http, { transports: [by], headers });
    await expect(from({ Origin: 'https://theirs.example' })).rejects.toMatchObject({
      code: 'connectFailed',
      message: expect.stringContaining('403'),
    });
    await expect(from({ Origin: 'null' })).rejects.toMatchObject({ code: 'connectFailed' });
    for (const headers of [{}, { Origin: 'https://ours.example' }]) (await from(headers)).terminate();
    expect(await server.accept()).toBeDefined();
  });

  it('hears of our origins in the headers that a browser asks for', async () => {
    const server = await lines.listen({ origins });
    const target = `${server.http}/socket.io/?EIO=4&transport=polling`;
    const ours = await request(target, { Origin: 'https://ours.example' });
    expect(ours.headers['access-control-allow-origin']).toBe('https://ours.example');
    const theirs = await request(target, { Origin: 'https://theirs.example' });
    expect(theirs.headers['access-control-allow-origin']).toBe(undefined);
    expect(theirs.statusCode).toBe(403);
  });

  it('cannot come as a script, which names no origin', async () => {
    const server = await lines.listen({ origins });
    expect((await request(`${server.http}/socket.io/?EIO=3&transport=polling&j=0`)).statusCode).toBe(403);
  });
});

it.each(means)('who is not admitted is refused with the status that was said, by %s', async (by) => {
  const targets: string[] = [];
  const server = await lines.listen({
    admit: ({ target }) => {
      targets.push(target);
      return 503;
    },
  });
  await expect(connectSocketIo(server.http, { transports: [by] })).rejects.toMatchObject({
    message: expect.stringContaining('503'),
  });
  expect(targets).toEqual([expect.stringContaining(by)]);
  expect(server.accepted).toEqual([]);
});

it('one message too large ends its own line only, old client and new, with 1009 where the line can tell', async () => {
  for (const open of Object.values(versions)) {
    const { server, isUnharmed } = await start({ maxFrame: 1_000 });
    const client = await lines.real(open, server.http, 'websocket');
    const told = new ToldPackets((await server.accept()).transport);
    client.emit('x', 'x'.repeat(900));
    await told.count(1);
    client.emit('x', 'x'.repeat(1_100));
    expect(await told.closed).toMatchObject({ code: 1009 });
    await isUnharmed();
  }
});

describe('a hostile server', () => {
  /** Says `opening` to whoever comes, and then `frames`. */
  async function hostile(opening: string, frames: readonly string[]) {
    const http = createServer();
    const sockets = new WebSocketServer({ server: http });
    sockets.on('connection', (socket) => {
      socket.on('error', () => {});
      socket.send(opening);
      for (const frame of frames) socket.send(frame);
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    lines.later(() => {
      for (const socket of sockets.clients) socket.terminate();
      return new Promise((resolve) => http.close(resolve));
    });
    const at = http.address();
    return `ws://127.0.0.1:${at !== null && typeof at === 'object' ? at.port : 0}`;
  }

  const opening = '0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000}';

  it.each([
    ['0', []],
    ['0null', []],
    ['0nonsense', []],
    ['0{"sid":"s","upgrades":null,"pingInterval":1,"pingTimeout":1}', []],
    ['4', []],
    ['', []],
    [opening, ['44']],
    [opening, ['44null']],
    [opening, ['44"no"']],
    [opening, ['40']],
    [opening, ['40null']],
    [opening, [opening]],
    [opening, ['451-["x"]', '40']],
    [opening, ['41']],
  ])('that says %s %s is no server, and the process lives', async (first, frames) => {
    const url = await hostile(first, frames);
    await expect(connectSocketIo(url, { transports: ['websocket'], timeout: 300 })).rejects.toMatchObject({
      code: 'connectFailed',
    });
  });

  it('can say any packet once it is one', async () => {
    for (const [, frames, expected] of packets) {
      const url = await hostile(opening, ['40{"sid":"x"}', ...frames, '42["after"]']);
      const transport = await connectSocketIo(url, { maxFrame: 2_000_000 });
      const told = new ToldPackets(transport);
      expect(await told.count(2)).toMatchObject([expected, event('after')]);
      transport.terminate();
    }
  });

  it('cannot send more at once than was allowed', async () => {
    const url = await hostile(opening, ['40{"sid":"x"}', `42["${'x'.repeat(1_000)}"]`]);
    const told = new ToldPackets(await connectSocketIo(url, { maxFrame: 900 }));
    expect(await told.closed).toMatchObject({ code: 1009 });
    expect(told.frames).toEqual([]);
  });
});
