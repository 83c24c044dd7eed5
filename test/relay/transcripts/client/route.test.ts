/** "ROUTE - Client request to route a message to a target": success is silent, and failure is an ERR that names no route. */
import { BOB, useScriptedRelay } from '../peer.ts';

const relay = useScriptedRelay();

it('sends exactly the ROUTE of the text, and knows of it only that it was sent', async () => {
  const { client, peer } = await relay.meet();
  expect(await client.route(BOB, { hello: 'stranger' })).toEqual({ outcome: 'sent' });
  expect(await peer.frame()).toBe(`{"type":"ROUTE","EpheWssAddr":"${BOB}","msg":{"hello":"stranger"}}`);
});

describe('sends any msg that JSON can say:', () => {
  it.each<[unknown, string]>([
    [{}, '{}'],
    [{ b: 1, a: [null, true] }, '{"b":1,"a":[null,true]}'],
    ['text', '"text"'],
    [5, '5'],
    [12345678901234567890n, '12345678901234567890'],
    [null, 'null'],
    [[], '[]'],
    ['"}', '"\\"}"'],
    ['é\u0000', '"é\\u0000"'],
    ['\ud800', '"\\ud800"'],
    [{ g_to_y: '04ab', enc_msg: 'c0ffee' }, '{"g_to_y":"04ab","enc_msg":"c0ffee"}'],
  ])('%j', async (msg, text) => {
    const { client, peer } = await relay.meet();
    await client.route(BOB, msg);
    expect(await peer.frame()).toBe(`{"type":"ROUTE","EpheWssAddr":"${BOB}","msg":${text}}`);
  });
});

it.each<[unknown, string]>([
  [undefined, 'notJson'],
  [() => {}, 'notJson'],
  ['x'.repeat(1_048_576), 'tooLarge'],
])('sends nothing for what it may not send (case %#)', async (msg, code) => {
  const { client, peer } = await relay.meet();
  await expect(client.route(BOB, msg)).rejects.toMatchObject({ code });
  await client.route(BOB, 'next');
  expect(await peer.frame()).toBe(`{"type":"ROUTE","EpheWssAddr":"${BOB}","msg":"next"}`);
});

it('writes whatever stands in an address as one JSON string', async () => {
  const { client, peer } = await relay.meet();
  await client.route('a"b\\c\n', 1);
  expect(await peer.frame()).toBe('{"type":"ROUTE","EpheWssAddr":"a\\"b\\\\c\\n","msg":1}');
});

it('sends routes in the order in which it was told', async () => {
  const { client, peer } = await relay.meet();
  const numbers = Array.from({ length: 1_000 }, (_, n) => n);
  const outcomes = await Promise.all(numbers.map((n) => client.route(BOB, n)));
  expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['sent']));
  expect(await peer.frames(1_000)).toEqual(numbers.map((n) => `{"type":"ROUTE","EpheWssAddr":"${BOB}","msg":${n}}`));
});

it('keeps that order when only a few routes may be under way at once: the others wait for their turn', async () => {
  const { client, peer } = await relay.meet({ window: 4 });
  const numbers = Array.from({ length: 100 }, (_, n) => n);
  const outcomes = await Promise.all(numbers.map((n) => client.route(BOB, n)));
  expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['sent']));
  expect(await peer.frames(100)).toEqual(numbers.map((n) => `{"type":"ROUTE","EpheWssAddr":"${BOB}","msg":${n}}`));
});

it('lets a later route not overtake those that wait for their turn', async () => {
  const { client, peer } = await relay.meet({ window: 1 });
  const [first, second] = [client.route(BOB, 1), client.route(BOB, 2)];
  const third = first.then(() => client.route(BOB, 3));
  expect(await Promise.all([first, second, third])).toEqual([1, 2, 3].map(() => ({ outcome: 'sent' })));
  expect(await peer.frames(3)).toEqual([1, 2, 3].map((n) => `{"type":"ROUTE","EpheWssAddr":"${BOB}","msg":${n}}`));
});

describe('tells the app of an ERR, whichever way it is written, and goes on:', () => {
  it.each([
    ['as the original sends it', '{"type": "ERR", "errCode": 404, "errMsg": "Socket address not found"}', 404],
    ['as the list of types has it', '{"type":"ERR","errCode":404,"errMsg":"Socket address not found"}', 404],
    ['as the example has it', '{"type":"ERROR","errCode":404,"errMsg":"Socket address not found"}', 404],
    ["the text's example with its line breaks", '{\n    "type":"ERROR",\n    "errCode":0,\n    "errMsg":""\n}', 0],
    ['a code that it does not know', '{"type":"ERR","errCode":-77,"errMsg":"never heard of"}', -77],
    ['with fields that it does not know', '{"type":"ERR","errCode":404,"errMsg":"no","why":["?"],"id":5}', 404],
  ])('%s', async (_, err, errCode) => {
    const { client, peer } = await relay.meet();
    const told = new Promise((resolve) => client.on('refused', resolve));
    await client.route(BOB, 1);
    peer.send(err);
    expect(await told).toMatchObject({ errCode });
    expect(await client.route(BOB, 2)).toEqual({ outcome: 'sent' });
    expect(await peer.frames(2)).toHaveLength(2);
  });
});

it('tells the app of an ERR when no route is under way', async () => {
  const { client, peer } = await relay.meet();
  const told = new Promise((resolve) => client.on('refused', resolve));
  peer.send('{"type": "ERR", "errCode": 404, "errMsg": "Socket address not found"}');
  expect(await told).toEqual({ type: 'refused', errCode: 404, errMsg: 'Socket address not found' });
});

it('closes with 1000 after the last route, and without another word', async () => {
  const { client, peer } = await relay.meet();
  const routed = client.route(BOB, 'my last words');
  await client.close();
  expect(await routed).toEqual({ outcome: 'sent' });
  expect(await peer.closed).toBe(1000);
  expect(peer.unread()).toEqual([`{"type":"ROUTE","EpheWssAddr":"${BOB}","msg":"my last words"}`]);
});

it('settles a route that it is told after it has closed', async () => {
  const { client } = await relay.meet();
  await client.close();
  expect(await client.route(BOB, 1)).toMatchObject({ outcome: 'failed' });
});
