/** Whatever a stranger sends to the chain's routes is answered with the right status and a reason, and the node goes on. */

import { once } from 'node:events';
import { connect } from 'node:net';
import { encode } from '../../../src/channel/encoding.ts';
import { id } from '../chain/dispute.ts';
import { type Asked, asked } from '../chain/http.ts';
import { alice } from '../node/world.ts';

let node: Asked;
const reported: unknown[] = [];

beforeAll(async () => {
  node = await asked({ report: (error) => reported.push(error) });
});

afterAll(() => node.server.close());

afterEach(async () => {
  // Nobody but the one who asked has noticed.
  expect(reported).toEqual([]);
  expect((await node.get('/v2/status')).status).toBe(200);
});

const channel = encode('ch', 'modern', id);
const poi = encode('pi', 'modern', Uint8Array.of(1));
const settle = { channel_id: channel, from: alice.modern, fee: 1, initiator_amount: 1, responder_amount: 1 };

describe('a body', () => {
  it.each([
    ['that is not JSON', '/v2/tx', '{"tx":'],
    ['that is empty', '/v3/transactions', ''],
    ['that is no object', '/v2/tx', '17'],
    ['that is null', '/v2/tx/channel/settle', 'null'],
    ['that is a list', '/v2/tx/channel/settle', '[]'],
    ['without what is asked for', '/v2/tx', '{}'],
    ['with a number for a transaction', '/v2/tx', '{"tx":1}'],
    ['with a transaction that is none', '/v2/tx', '{"tx":"tx_11"}'],
    ['with a transaction of an unknown prefix', '/v2/tx', '{"tx":"xx_11"}'],
    ['with a prototype', '/v2/tx', '{"__proto__":{"tx":"tx_11"}}'],
    ['with a negative amount', '/v2/tx/channel/settle', { ...settle, initiator_amount: -1 }],
    ['with a fraction', '/v2/tx/channel/settle', { ...settle, initiator_amount: 1.5 }],
    ['with an amount beyond any', '/v2/tx/channel/settle', { ...settle, initiator_amount: `${1n << 256n}` }],
    ['with digits without end', '/v2/tx/channel/settle', { ...settle, initiator_amount: '9'.repeat(60_000) }],
    ['with a key for a channel', '/v2/tx/channel/settle', { ...settle, channel_id: alice.modern }],
    ['with a channel for a key', '/v2/tx/channel/settle', { ...settle, from: channel }],
    ['with a payload that is none', '/v2/tx/channel/slash', { ...settle, payload: 'x', poi }],
    ['with aliases of the prototype', '/v2/tx/channel/settle', { ...settle, constructor: 1, from: 'toString' }],
  ])('%s is 400 with a reason', async (_, path, body) => {
    const { status, body: answer } = await node.post(path, body);
    expect({ status, reason: typeof answer['reason'] }).toEqual({ status: 400, reason: 'string' });
  });

  it('of a number without end is 400, and soon', async () => {
    const body = JSON.stringify(settle).replace('"fee":1', `"fee":${'9'.repeat(50_000)}`);
    expect(await node.post('/v2/tx/channel/settle', body)).toMatchObject({ status: 400 });
  });

  it('of depth without end is 400', async () => {
    expect(await node.post('/v2/tx', `${'['.repeat(30_000)}`)).toMatchObject({ status: 400 });
    expect(await node.post('/v2/tx', `${'['.repeat(30_000)}${']'.repeat(30_000)}`)).toMatchObject({ status: 400 });
  });

  it('beyond 64 KiB is 413', async () => {
    const { status, body } = await node.post('/v2/tx', { tx: 'a'.repeat(100_000) });
    expect({ status, body }).toMatchObject({ status: 413, body: { reason: 'The body is longer than 65536 bytes.' } });
  });

  it('without end is cut off', async () => {
    const socket = connect(Number(new URL(node.url).port), '127.0.0.1');
    const closed = new Promise((resolve) => socket.on('close', resolve).on('error', resolve));
    let answer = '';
    socket.on('data', (data) => {
      answer += String(data);
    });
    socket.write('POST /v2/tx HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000000\r\n\r\n');
    const push = () => {
      while (!socket.destroyed && socket.write('a'.repeat(16_384)));
    };
    socket.on('drain', push);
    push();
    await closed;
    expect(answer).toMatch(/^(HTTP\/1.1 413 |$)/);
  });

  it('that is broken off is forgotten', async () => {
    const socket = connect(Number(new URL(node.url).port), '127.0.0.1');
    socket.write(`POST /v2/tx HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"tx"`, () => socket.destroy());
    await once(socket, 'close');
  });
});

describe('a path', () => {
  it.each([
    ['/v2/tx/th_11', 400],
    ['/v2/tx/%E0%A4%A', 400],
    ['/v2/tx/', 400],
    [`/v2/tx/${encode('th', 'modern', new Uint8Array(32))}`, 404],
    [`/v3/transactions/${encode('th', 'legacy', new Uint8Array(32))}`, 404],
    ['/v2/channels/nothing', 400],
    [`/v2/channels/${alice.modern}`, 400],
    [`/v3/channels/${channel}`, 404],
    ['/v3/accounts/ak_11', 400],
    ['/v3/accounts/ak_11/next-nonce', 400],
    ['/v3/hyperchain/contracts', 404],
    ['/v2', 404],
    ['//', 404],
    ['/v2/tx/channel/nothing', 404],
    ['/v2/tx/__proto__/x', 404],
  ])('%s is %d', async (path, status) => {
    expect((await node.get(path)).status).toBe(status);
  });
});

it('an account of ten thousand letters is 400', async () => {
  expect((await node.get(`/v2/accounts/ak$${'1'.repeat(10_000)}`)).status).toBe(400);
});

describe('a method', () => {
  it.each([
    ['DELETE', '/v2/tx', 'POST'],
    ['GET', '/v2/tx', 'POST'],
    ['PUT', '/v3/status', 'GET, HEAD'],
    ['POST', '/v2/status', 'GET, HEAD'],
    ['GET', '/v2/tx/channel/close/solo', 'POST'],
  ])('%s %s is 405, with what is allowed', async (method, path, allow) => {
    const { status, headers, body } = await node.get(path, { method });
    expect({ status, allow: headers.get('allow') }).toEqual({ status: 405, allow });
    expect(body).toHaveProperty('reason');
  });

  it.each(['/v3/status', `/v3/channels/${channel}`, '/v2/channels/nothing'])(
    'HEAD %s is answered as GET, without the body',
    async (path) => {
      const got = await node.get(path);
      const { status, headers, body } = await node.get(path, { method: 'HEAD' });
      expect({ status, body }).toEqual({ status: got.status, body: { text: '' } });
      for (const name of ['content-type', 'content-length']) expect(headers.get(name)).toBe(got.headers.get(name));
    },
  );

  it('OPTIONS tells a browser that it may', async () => {
    const { status, headers } = await node.get('/v3/transactions', { method: 'OPTIONS' });
    expect([status, headers.get('access-control-allow-methods')]).toEqual([204, 'POST']);
    expect(headers.get('access-control-allow-origin')).toBe('*');
  });
});
