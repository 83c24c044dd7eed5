/** "DELIVER - Server message to a client containing a message for them". */
import { ALICE, deliver, useScriptedRelay } from '../peer.ts';

const relay = useScriptedRelay();

/** The client's end of the story: what it hands to the app until «that was all» arrives. */
async function hears(...frames: readonly (string | Uint8Array)[]) {
  const { client, peer } = await relay.meet();
  for (const frame of frames) peer.send(frame);
  peer.send(deliver('"that was all"'));
  const heard: { msg: unknown; text: string }[] = [];
  for await (const { msg, text } of client.deliveries()) {
    if (msg === 'that was all') break;
    heard.push({ msg, text });
  }
  expect(client.address).toBe(ALICE);
  expect(peer.unread()).toEqual([]);
  return heard;
}

describe('hands the msg of a DELIVER to the app:', () => {
  it.each<[string, string, unknown]>([
    ['as the original writes it', '{"type": "DELIVER", "msg": {"hello": "stranger"}}', { hello: 'stranger' }],
    ['the example of the text', '{\n    "type":"DELIVER",\n    "msg":{\n          }\n}', {}],
    ['in another order', '{"msg":1,"type":"DELIVER"}', 1],
    ['with fields that it does not know', '{"type":"DELIVER","from":"me","msg":1,"ttl":[{"msg":2}],"id":5}', 1],
    ['escaped as Python does', '{"type": "DELIVER", "msg": "\\u00e9\\ud83d\\ude00"}', 'é😀'],
    ['a lone surrogate', '{"type": "DELIVER", "msg": "\\ud800"}', '\ud800'],
    ['a whole number beyond 2^53', '{"type":"DELIVER","msg":12345678901234567890}', 12345678901234567890n],
    ['null', '{"type":"DELIVER","msg":null}', null],
    ['an array', '{"type":"DELIVER","msg":[]}', []],
    ['false', '{"type":"DELIVER","msg":false}', false],
    [
      'an ERR inside',
      '{"type":"DELIVER","msg":{"type":"ERR","errCode":404,"errMsg":""}}',
      { type: 'ERR', errCode: 404, errMsg: '' },
    ],
    ['a plain-text peer error inside', '{"type": "DELIVER", "msg": {"Error": "no"}}', { Error: 'no' }],
    ['a name twice, the last counts', '{"type":"DELIVER","msg":1,"msg":2}', 2],
  ])('%s', async (_, frame, msg) => {
    expect((await hears(frame)).map((heard) => heard.msg)).toEqual([msg]);
  });
});

it.each(['1.10', '-0', '1e400', '{"a":1,"a":2}', '{"a": 1}', '"\\u00e9"', '{"2":0,"1":0}'])(
  'keeps the letters of the msg beside its value: %s',
  async (text) => {
    expect(await hears(deliver(text))).toEqual([expect.objectContaining({ text })]);
  },
);

it('hands a msg with a __proto__ to the app without giving it another prototype', async () => {
  const [heard] = await hears(deliver('{"__proto__":{"polluted":true}}'));
  expect(heard?.text).toBe('{"__proto__":{"polluted":true}}');
  expect(Reflect.get(Object(heard?.msg), 'polluted')).toBeUndefined();
  expect('polluted' in {}).toBe(false);
});

it('hands over a msg nested a hundred thousand deep, or refuses it, and goes on', async () => {
  const heard = await hears(deliver(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), deliver('1'));
  expect(heard.at(-1)?.text).toBe('1');
});

it('takes the largest DELIVER that the original can make: 2,400,030 bytes of 800,045, since it escapes every «é»', async () => {
  const [heard] = await hears(`{"type": "DELIVER", "msg": "${'\\u00e9'.repeat(400_000)}"}`);
  expect(heard?.msg === 'é'.repeat(400_000)).toBe(true);
});

it('hands over the messages in the order in which they arrive', async () => {
  const numbers = Array.from({ length: 2_000 }, (_, n) => n);
  expect((await hears(...numbers.map((n) => deliver(`${n}`)))).map(({ msg }) => msg)).toEqual(numbers);
});

it('takes a DELIVER in fragments, which kills the original client', async () => {
  const { client, peer } = await relay.meet();
  peer.sendInTwo(deliver('"in two"'));
  for await (const { msg } of client.deliveries()) {
    expect(msg).toBe('in two');
    break;
  }
});

describe('goes on, with nothing handed to the app, after', () => {
  it.each<[string, string | Uint8Array]>([
    ['a binary DELIVER, which the original ignores too', new TextEncoder().encode(deliver('1'))],
    ['binary garbage', Uint8Array.of(0xff, 0)],
    ['a type that it does not know, which kills the original', '{"type":"MOTD","text":"hi"}'],
    ['an ERR without errMsg, which kills the original', '{"type":"ERR","errCode":404}'],
    ['an ERR without errCode', '{"type":"ERR","errMsg":"no"}'],
    ['the ERR that the Java client expects', '{"type":"ERR","msg":{}}'],
    ['an ERR with a text for a code', '{"type":"ERR","errCode":"404","errMsg":"no"}'],
    ['an ERR with half a code', '{"type":"ERR","errCode":4.5,"errMsg":"no"}'],
    ['a DELIVER without msg', '{"type":"DELIVER"}'],
    ['a DELIVER whose msg is in its prototype', '{"type":"DELIVER","__proto__":{"msg":1}}'],
    ['a DELIVER with NaN, which the original can write', '{"type": "DELIVER", "msg": NaN}'],
    ['a DELIVER with Infinity', '{"type": "DELIVER", "msg": Infinity}'],
    ['a lower-case type', '{"type":"deliver","msg":1}'],
    ['a message of a client', '{"type":"ROUTE","EpheWssAddr":"a","msg":1}'],
    ['an INIT', '{"type":"INIT"}'],
    ['messages of acknowledgement', '{"type":"ACK","id":"1"}'],
    ['LEAVE', '{"type":"LEAVE"}'],
    ['LEFT', '{"type":"LEFT"}'],
    ['a second INITRESP with the same address', `{"type": "INITRESP", "EpheWssAddr": "${ALICE}"}`],
    ['not JSON', 'garbage'],
    ['an empty frame', ''],
    ['a byte order mark', `\ufeff${deliver('1')}`],
    ['not an object', '[1]'],
    ['null', 'null'],
    ['an object without anything', '{}'],
    ['a prototype for a message', '{"__proto__":{"type":"DELIVER","msg":1}}'],
    ['a type that every object has', '{"type":"toString"}'],
    ['another such', '{"type":"__proto__","msg":1}'],
  ])('%s', async (_, frame) => {
    expect(await hears(frame)).toEqual([]);
  });
});

it('says nothing to a server that talks nonsense, however much of it', async () => {
  expect(await hears(...Array.from({ length: 500 }, () => 'garbage'))).toEqual([]);
});

it('tells the app of what the server does wrong', async () => {
  const { client, peer } = await relay.meet();
  const told = new Promise((resolve) => client.on('violated', resolve));
  peer.send('garbage');
  expect(await told).toMatchObject({ type: 'violated' });
});

it('keeps the deliveries that arrive before anybody asks for them', async () => {
  const { client, peer } = await relay.meet();
  const told = new Promise((resolve) => client.on('refused', resolve));
  peer.send(deliver('1'));
  peer.send('{"type":"ERR","errCode":404,"errMsg":"Socket address not found"}');
  await told;
  const { value } = await client.deliveries().next();
  expect(value).toMatchObject({ msg: 1 });
});

it('ends the deliveries when it closes', async () => {
  const { client, peer } = await relay.meet();
  const next = client.deliveries().next();
  await client.close();
  expect(await next).toMatchObject({ done: true });
  expect(await peer.closed).toBe(1000);
});
