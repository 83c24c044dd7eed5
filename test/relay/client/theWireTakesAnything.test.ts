/** Relay frames: what is encoded decodes to the same, and no string and no bytes make decoding throw or blow up. */
import * as fc from 'fast-check';
import type { Message } from '../../../machines/relay/messages.ts';
import { clientEvent, relaySecrets, relayWire, serverEvent } from '../../../src/relay/wire.ts';

const id = fc.string({ minLength: 1, maxLength: 64 });
const address = fc.string({ maxLength: 256 });
const some = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const present = <Value extends object>(value: Value) =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));

const ack = fc.option(fc.constant(true as const), { nil: undefined });
const text = fc.json().map((json) => json);
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ type: fc.constant('INIT' as const), ack }),
  fc.record({
    type: fc.constant('INITRESP' as const),
    EpheWssAddr: fc.string({ minLength: 1, maxLength: 256 }),
    ack: some(fc.integer({ min: 1 })),
  }),
  fc.record({ type: fc.constant('ROUTE' as const), EpheWssAddr: address, msg: text, id: some(id) }),
  fc.record({ type: fc.constant('DELIVER' as const), msg: text, id: some(id) }),
  fc.record({
    type: fc.constant('ERR' as const),
    errCode: fc.integer(),
    errMsg: fc.string({ maxLength: 1024 }),
    id: some(id),
  }),
  fc.record({ type: fc.constant('ACK' as const), id, sent: ack }),
  fc.record({ type: fc.constant('LEAVE' as const) }),
  fc.record({ type: fc.constant('LEFT' as const) }),
);

it('what is encoded decodes to the same', () => {
  fc.assert(
    fc.property(message, (told) => {
      const decoded = relayWire.decode(relayWire.encode(told));
      expect(decoded.ok && present(decoded.message)).toEqual(present(told));
    }),
    { numRuns: 2_000 },
  );
});

it('what is encoded is one JSON object, with nothing but what the message has', () => {
  fc.assert(
    fc.property(message, (told) => {
      const fields = JSON.parse(relayWire.encode(told));
      expect(Object.keys(fields).sort()).toEqual(Object.keys(present(told)).sort());
    }),
  );
});

it('no string makes decoding throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (frame) => {
      expect(relayWire.decode(frame)).toHaveProperty('ok');
    }),
    { numRuns: 5_000 },
  );
});

it('no bytes make decoding throw: a binary frame is no message', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (frame) => {
      expect(relayWire.decode(frame)).toMatchObject({ ok: false });
    }),
  );
});

it('no fields of any type make decoding throw, and what passes has the shape of its type', () => {
  const type = fc.constantFrom(
    'INIT',
    'INITRESP',
    'ROUTE',
    'DELIVER',
    'ERR',
    'ERROR',
    'ACK',
    'LEAVE',
    'LEFT',
    'init',
    '__proto__',
    'constructor',
    'toString',
  );
  const names = ['EpheWssAddr', 'msg', 'id', 'errCode', 'errMsg', 'ack', 'sent', '__proto__', 'extra'];
  const fields = fc.dictionary(fc.constantFrom(...names), fc.jsonValue(), { noNullPrototype: true });
  fc.assert(
    fc.property(type, fields, (name, others) => {
      const decoded = relayWire.decode(JSON.stringify({ ...others, type: name }));
      if (!decoded.ok) return;
      expect(['INIT', 'INITRESP', 'ROUTE', 'DELIVER', 'ERR', 'ACK', 'LEAVE', 'LEFT']).toContain(decoded.message.type);
      if ('msg' in decoded.message)
        expect(JSON.parse(decoded.message.msg)).toEqual(JSON.parse(JSON.stringify(others['msg'])));
      expect(decoded.message).not.toHaveProperty('extra');
    }),
    { numRuns: 3_000 },
  );
});

it('a valid frame with any one change is decoded or refused, never thrown at', () => {
  fc.assert(
    fc.property(message, fc.nat(), fc.string({ maxLength: 2, unit: 'binary' }), (told, at, change) => {
      const frame = relayWire.encode(told);
      const index = at % frame.length;
      relayWire.decode(frame.slice(0, index) + change + frame.slice(index + 1));
    }),
    { numRuns: 5_000 },
  );
});

it('`ERROR` is read as `ERR`, unknown fields are dropped, an extension of a wrong type counts as absent', () => {
  const read = (frame: string) => relayWire.decode(frame);
  expect(read('{"type":"ERROR","errCode":404,"errMsg":"x","more":1}')).toEqual({
    ok: true,
    message: { type: 'ERR', errCode: 404, errMsg: 'x' },
  });
  expect(read('{"type":"INIT","ack":"yes"}')).toEqual({ ok: true, message: { type: 'INIT' } });
  expect(read('{"type":"DELIVER","msg":1,"id":7}')).toEqual({ ok: true, message: { type: 'DELIVER', msg: '1' } });
  expect(read('{"type":"DELIVER"}')).toMatchObject({ ok: false, fault: expect.stringContaining('msg') });
  expect(read('{"type":"ROUTE","EpheWssAddr":"a","msg":null}')).toMatchObject({ ok: true, message: { msg: 'null' } });
});

it('a fault never repeats what was in the frame', () => {
  for (const frame of [
    'treasure',
    '{"type":"treasure"}',
    '{"type":"ROUTE","EpheWssAddr":["treasure"],"msg":"treasure"}',
  ]) {
    expect(JSON.stringify(relayWire.decode(frame))).not.toContain('treasure');
  }
});

it('a frame of the largest size with the deepest nesting is decoded', () => {
  const deep = '['.repeat(500_000) + ']'.repeat(500_000);
  const slashes = JSON.stringify('\\"'.repeat(250_000));
  const keys = JSON.stringify(Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`key ${n}`, n])));
  for (const msg of [deep, slashes, keys]) {
    expect(relayWire.decode(`{"type":"DELIVER","msg":${msg}}`)).toMatchObject({ ok: true });
  }
});

it('frames become events of either role', () => {
  expect(clientEvent('{')).toEqual({ type: 'received.malformed', reason: 'not JSON' });
  expect(serverEvent('{"type":"INIT"}', () => 'fresh')).toMatchObject({ type: 'received.INIT', fresh: 'fresh' });
  expect([...relaySecrets]).toEqual(['msg']);
});
