/**
 * "Only messages that validate against a message type will be accepted and processed, thus all fields are required." What does not validate is answered with
 * the protocol's own error message (the original hangs up with 1011), and neither the connection nor anybody else's suffers.
 */
import { ALICE, deliver, MALFORMED, NOBODY, NOT_FOUND, route, UNEXPECTED, useRelay } from '../peer.ts';

const relay = useRelay();

/** The peer says the frame, gets exactly the answer, and still relays both ways with another. */
async function says(frame: string | Uint8Array, answer: string | RegExp) {
  const [peer, other] = [await relay.settled(), await relay.settled()];
  expect(await peer.answers(frame)).toEqual([typeof answer === 'string' ? answer : expect.stringMatching(answer)]);
  expect(await peer.answers(route(other.address, '"still here"'))).toEqual([]);
  expect(await other.answers(route(peer.address, '"me too"'))).toEqual([deliver('"still here"')]);
  expect(await peer.answers()).toEqual([deliver('"me too"')]);
}

describe('answers what is not JSON with ERR:', () => {
  it.each([
    ['an empty frame', ''],
    ['white space', ' \n'],
    ['a byte order mark', '\ufeff{"type":"INIT"}'],
    ['words', 'INIT'],
    ['half an object', '{"type":"INIT"'],
    ['two objects', '{"type":"INIT"}{"type":"INIT"}'],
    ['single quotes', "{'type':'INIT'}"],
    ['a trailing comma', '{"type":"INIT",}'],
    ['a comment', '{"type":"INIT"}//'],
    ['NaN', route(NOBODY, 'NaN')],
    ['Infinity', route(NOBODY, '-Infinity')],
    ['a leading zero', route(NOBODY, '01')],
    ['a leading plus', route(NOBODY, '+1')],
    ['a hexadecimal number', route(NOBODY, '0x10')],
    ['a number that ends in a point', route(NOBODY, '1.')],
    ['a line break in a string', route(NOBODY, '"a\nb"')],
    ['a NUL in a string', route(NOBODY, '"a\0b"')],
    ['an escape that there is not', route(NOBODY, '"\\x41"')],
    ['half an escape', route(NOBODY, '"\\u12"')],
    ['a space that JSON does not know', '\u00a0{"type":"INIT"}'],
    ['undefined', 'undefined'],
    ['an msg without a value', route(NOBODY, '')],
    ['an msg with two values', route(NOBODY, '1 2')],
    ['an msg that closes the frame early', route(NOBODY, '1}{"a":1')],
  ])('%s', (_, frame) => says(frame, MALFORMED));
});

describe('answers what is not an object with ERR:', () => {
  it.each(['null', 'true', '5', '"INIT"', '[]', '["INIT"]', '[{"type":"INIT"}]', '""'])('%s', (frame) =>
    says(frame, MALFORMED),
  );
});

describe('answers a type that it does not know with ERR:', () => {
  it.each([
    '{}',
    '{"Type":"INIT"}',
    '{"type":"init"}',
    '{"type":"Init"}',
    '{"type":"INIT "}',
    '{"type":""}',
    '{"type":"PING"}',
    '{"type":null}',
    '{"type":0}',
    '{"type":true}',
    '{"type":["INIT"]}',
    '{"type":{"type":"INIT"}}',
    '{"type":"__proto__"}',
    '{"type":"constructor"}',
    '{"type":"toString"}',
    '{"type":"hasOwnProperty"}',
    '{"__proto__":{"type":"INIT"}}',
    '{"constructor":{"prototype":{"type":"INIT"}}}',
    '{"type":"INIT","type":"PING"}',
  ])('%s', (frame) => says(frame, MALFORMED));
});

describe('answers a ROUTE that lacks a field, or has another type of address, with ERR:', () => {
  it.each([
    '{"type":"ROUTE"}',
    `{"type":"ROUTE","EpheWssAddr":"${NOBODY}"}`,
    '{"type":"ROUTE","msg":{}}',
    `{"type":"route","EpheWssAddr":"${NOBODY}","msg":{}}`,
    `{"type":"ROUTE","ephewssaddr":"${NOBODY}","msg":{}}`,
    `{"type":"ROUTE","EpheWssAddr":"${NOBODY}","Msg":{}}`,
    `{"type":"ROUTE","EpheWssAddr":["${NOBODY}"],"msg":{}}`,
    `{"type":"ROUTE","EpheWssAddr":{"a":"${NOBODY}"},"msg":{}}`,
    '{"type":"ROUTE","EpheWssAddr":true,"msg":{}}',
    `{"type":"ROUTE","__proto__":{"EpheWssAddr":"${NOBODY}","msg":{}}}`,
    `{"type":"ROUTE","EpheWssAddr":"${NOBODY}","__proto__":{"msg":{}}}`,
    `{"type":"ROUTE","EpheWssAddr":"${NOBODY}","x":{"msg":1}}`,
    `{"type":"ROUTE","EpheWssAddr":"${NOBODY}","x":"\\"msg\\":1"}`,
  ])('%s', (frame) => says(frame, MALFORMED));
});

describe('answers an address that is a number or null as an address that nobody holds:', () => {
  it.each(['0', '12345678901234567890', 'null'])('%s', (address) =>
    says(`{"type":"ROUTE","EpheWssAddr":${address},"msg":{}}`, NOT_FOUND),
  );
});

describe('answers a message that only a server sends with ERR:', () => {
  it.each([
    `{"type":"INITRESP","EpheWssAddr":"${ALICE}"}`,
    '{"type":"DELIVER","msg":{}}',
    '{"type":"ERR","errCode":404,"errMsg":"Socket address not found"}',
    '{"type":"ERROR","errCode":0,"errMsg":""}',
  ])('%s', (frame) => says(frame, UNEXPECTED));
});

describe('answers messages of acknowledgement from a client that has not asked for any with ERR:', () => {
  it.each(['{"type":"ACK","id":"1"}', '{"type":"ACK","id":"1","sent":true}', '{"type":"LEAVE"}', '{"type":"LEFT"}'])(
    '%s',
    async (frame) => {
      const peer = await relay.settled();
      expect(await peer.answers(frame)).toEqual([
        expect.stringMatching(/^\{"type":"ERR","errCode":\d+,"errMsg":".+"\}$/),
      ]);
    },
  );
});

describe('answers a binary frame, which the original takes for text, with ERR:', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);

  it.each([
    ['nothing', bytes('')],
    ['INIT', bytes('{"type":"INIT"}')],
    ['ROUTE', bytes(route(NOBODY, '1'))],
    ['not JSON', bytes('INIT')],
    ['not UTF-8', Uint8Array.of(0xff, 0xfe, 0x00)],
  ])('%s', (_, frame) => says(frame, MALFORMED));
});

it('asks nothing of a client before it answers: garbage before INIT is answered too, and INIT then works', async () => {
  const peer = await relay.connect();
  peer.send('garbage');
  expect(await peer.frame()).toMatch(MALFORMED);
  await peer.init();
  expect(await peer.answers()).toEqual([]);
});

it('answers each of many invalid messages in its turn, between valid ones', async () => {
  const peer = await relay.settled();
  const self = (msg: string) => route(peer.address, msg);
  expect(await peer.answers(self('1'), '{', self('2'), '{"type":"DELIVER","msg":1}', self('3'))).toEqual([
    deliver('1'),
    expect.stringMatching(MALFORMED),
    deliver('2'),
    UNEXPECTED,
    deliver('3'),
  ]);
});

it('hangs up with 1008 on a client that sends a hundred invalid messages, and on nobody else', async () => {
  const [peer, other] = [await relay.settled(), await relay.settled()];
  for (let n = 0; n < 101; n += 1) peer.send('garbage');
  expect(await peer.closed).toBe(1008);
  for (const frame of peer.unread()) expect(frame).toMatch(MALFORMED);
  expect(await other.answers()).toEqual([]);
  expect(await (await relay.settled()).answers()).toEqual([]);
});

describe('hangs up with 1007 on a text frame that is not UTF-8, and on nobody else:', () => {
  it.each([
    ['a stray byte', [0xff]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['cut short', [0xe2, 0x82]],
  ])('%s', async (_, bytes) => {
    const [peer, other] = [await relay.settled(), await relay.settled()];
    peer.sendAsText(Buffer.concat([Buffer.from('{"type":"INIT","x":"'), Uint8Array.from(bytes), Buffer.from('"}')]));
    expect(await peer.closed).toBe(1007);
    expect(peer.unread()).toEqual([]);
    expect(await other.answers()).toEqual([]);
    expect(await (await relay.settled()).answers()).toEqual([]);
  });
});

it('keeps nothing of a message that pretends to change every object', async () => {
  const peer = await relay.settled();
  await peer.answers(
    '{"__proto__":{"type":"INIT","polluted":1}}',
    '{"type":"INIT","constructor":{"prototype":{"polluted":1}}}',
    route(peer.address, '{"__proto__":{"polluted":1}}'),
  );
  expect('polluted' in {}).toBe(false);
});
