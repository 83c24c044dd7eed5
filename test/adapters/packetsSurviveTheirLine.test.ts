/** A packet is the same on the other side, over a plain WebSocket and in socket.io's form, whatever is in it; what is no packet is told as such. */
import fc from 'fast-check';
import { memoryPair } from '../../adapters/memory.ts';
import { systemClock } from '../../src/clock.ts';
import type { Packet } from '../../src/packet.ts';
import { decodePacket, encodePacket, type PacketFrame, packetTransport } from '../../src/packets.ts';
import { systemRandom } from '../../src/random.ts';
import { folded, socketIoParser } from '../../src/socketioPackets.ts';
import { ToldPackets } from './socketioLine.ts';

const anyName = fc.oneof(
  fc.string(),
  fc.constantFrom('$bytes', '$$bytes', '$$$bytes', 'bytes', '$bytes ', '__proto__', 'constructor', 'toJson', 'num'),
);
const { value: anyArgument } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
    fc.maxSafeInteger(),
    fc.constantFrom(null, true, false),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Uint8Array.from(bytes)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(anyName, tie('value')), { maxLength: 4 }).map((members) => Object.fromEntries(members)),
  ),
}));
const anyId = fc.integer({ min: 0, max: 999_999_999_999_999 });
const anyPacket: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({ type: fc.constant('event' as const), event: anyName, args: fc.array(anyArgument, { maxLength: 4 }) }),
  fc.record({
    type: fc.constant('event' as const),
    event: anyName,
    args: fc.array(anyArgument, { maxLength: 4 }),
    id: anyId,
  }),
  fc.record({ type: fc.constant('answer' as const), id: anyId, args: fc.array(anyArgument, { maxLength: 4 }) }),
);

function decoderOf(maxAttached = 1_000_000) {
  const frames: PacketFrame[] = [];
  const { Encoder, Decoder } = socketIoParser(maxAttached, (frame) => frames.push(frame));
  const decoder = new Decoder();
  const encode = (packet: PacketFrame) => new Encoder().encode({ type: 2, nsp: '/', data: [folded, packet] });
  return { frames, encode, decoder };
}

describe('the plain form', () => {
  it.each<[Packet, string]>([
    [{ type: 'event', event: 'play', args: [] }, '["play"]'],
    [{ type: 'event', event: 'pay', args: [{ n: 1 }, null] }, '["pay",{"n":1},null]'],
    [{ type: 'event', event: 'join', args: ['x'], id: 7 }, '{"event":"join","args":["x"],"id":7}'],
    [{ type: 'answer', id: 0, args: [null, 'nonce'] }, '{"answer":0,"args":[null,"nonce"]}'],
    [{ type: 'event', event: 'key', args: [Uint8Array.of(1, 2, 255)] }, '["key",{"$bytes":"AQL/"}]'],
    [{ type: 'event', event: 'odd', args: [{ $bytes: 'AQL/' }] }, '["odd",{"$$bytes":"AQL/"}]'],
  ])('of %j is %s', (packet, text) => {
    expect(encodePacket(packet)).toBe(text);
    expect(decodePacket(text)).toEqual({ ok: true, message: packet });
  });

  it('brings every packet back', () => {
    fc.assert(
      fc.property(anyPacket, (packet) => {
        expect(decodePacket(encodePacket(packet))).toEqual({ ok: true, message: packet });
      }),
      { numRuns: 500 },
    );
  });

  it('takes a `Buffer` and an `ArrayBuffer` for the bytes that they are, at any depth', () => {
    const packet: Packet = {
      type: 'event',
      event: 'x',
      args: [Buffer.from('AB'), { deep: [Uint8Array.of(67).buffer] }],
    };
    const same = { ...packet, args: [Uint8Array.of(65, 66), { deep: [Uint8Array.of(67)] }] };
    expect(decodePacket(encodePacket(packet))).toEqual({ ok: true, message: same });
  });

  it('survives any text and any bytes', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.json().map((json) => json.slice(1)),
    );
    fc.assert(
      fc.property(fc.oneof(anyText, fc.uint8Array()), (frame) => {
        const decoded = decodePacket(frame);
        // What was understood can be sent on.
        if (decoded.ok) expect(decodePacket(encodePacket(decoded.message))).toEqual(decoded);
        else expect(decoded.fault).toMatch(/^it/);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(
    [
      'null',
      '7',
      '"play"',
      '[]',
      '[7]',
      '[["play"]]',
      '{}',
      '{"event":"x"}',
      '{"event":"x","args":[]}',
      '{"event":"x","args":{},"id":1}',
      '{"event":"x","args":[],"id":-1}',
      '{"event":"x","args":[],"id":1.5}',
      '{"event":"x","args":[],"id":"1"}',
      '{"event":"x","args":[],"id":9007199254740993}',
      '{"event":"x","answer":1,"args":[],"id":1}',
      '{"answer":"1","args":[]}',
      '["x",{"$bytes":1}]',
      '["x",{"$bytes":"A"}]',
      '["x",{"$bytes":"===="}]',
      '["x",{"$bytes":"AQL/","more":1}]',
      `["x",${'['.repeat(100_000)}${']'.repeat(100_000)}]`,
      `["x"${',0'.repeat(400_000)}]`,
    ].map((text) => [text.slice(0, 50), text]),
  )('refuses %s', (_, text = '') => {
    expect(decodePacket(text)).toEqual({ ok: false, fault: expect.any(String) });
  });
});

describe("socket.io's form", () => {
  it('brings every packet back', () => {
    fc.assert(
      fc.property(anyPacket, (packet) => {
        const { frames, encode, decoder } = decoderOf();
        for (const part of encode(packet)) decoder.add(part);
        expect(frames).toMatchObject([packet]);
        const [frame = packet] = frames;
        expect(encode(frame)).toEqual(encode(packet));
      }),
      { numRuns: 500 },
    );
  });

  it('is what socket.io writes', () => {
    const { encode } = decoderOf();
    expect(encode({ type: 'event', event: 'a', args: [1] })).toEqual(['2["a",1]']);
    expect(encode({ type: 'event', event: 'a', args: [], id: 12 })).toEqual(['212["a"]']);
    expect(encode({ type: 'answer', id: 12, args: [] })).toEqual(['312[]']);
    const [bytes, more] = [Uint8Array.of(1), Uint8Array.of(2)];
    const places = [0, 1].map((num) => ({ _placeholder: true, num }));
    expect(encode({ type: 'event', event: 'a', args: [bytes, { b: [more] }], id: 3 })).toEqual([
      `52-3["a",${JSON.stringify(places[0])},{"b":[${JSON.stringify(places[1])}]}]`,
      bytes,
      more,
    ]);
    expect(encode({ type: 'answer', id: 4, args: [bytes] })).toEqual([`61-4[${JSON.stringify(places[0])}]`, bytes]);
  });

  it('survives any text and any bytes: it throws, which ends the connection, or tells a packet, good or bad', () => {
    const head = fc.stringMatching(/^[0-7](\d{1,2}-)?(\/[a-z]*,)?\d{0,3}$/);
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.tuple(head, fc.oneof(fc.json(), fc.string())).map(([start, rest]) => start + rest),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(anyText, fc.uint8Array(), fc.constant(undefined)), { maxLength: 5 }), (parts) => {
        const { frames, decoder, encode } = decoderOf();
        try {
          for (const part of parts) decoder.add(part);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
        for (const frame of frames) if (frame.type !== 'bad') encode(frame);
      }),
      { numRuns: 1_000 },
    );
  });

  const place = '{"_placeholder":true,"num":0}';

  it.each<[string, string, Uint8Array[]]>(
    (
      [
        ['2', []],
        ['2{}', []],
        ['2[5]', []],
        ['2nonsense', []],
        ['3[]', []],
        ['21234567890123456["x"]', []],
        [`2["x"${',0'.repeat(300_000)}]`, []],
        [`2["x",${'['.repeat(300_000)}${']'.repeat(300_000)}]`, []],
        ['51-["x"]', [Uint8Array.of(1)]],
        [`51-["x",${place},${place}]`, [Uint8Array.of(1)]],
        [`51-["x",${place.replace('0', '1')}]`, [Uint8Array.of(1)]],
        [`51-["x",${place.replace('0', '-1')}]`, [Uint8Array.of(1)]],
        [`51-["x",${place.replace('0', '"length"')}]`, [Uint8Array.of(1)]],
        [`51-[${place},"x"]`, [Uint8Array.of(1)]],
      ] as [string, Uint8Array[]][]
    ).map(([text, attachments]) => [text.slice(0, 40), text, attachments]),
  )('tells %s as a bad packet, and goes on', (_, text, attachments) => {
    const { frames, decoder } = decoderOf();
    for (const part of [text, ...attachments, '2["next"]']) decoder.add(part);
    expect(frames).toEqual([
      { type: 'bad', reason: expect.any(String) },
      { type: 'event', event: 'next', args: [] },
    ]);
  });

  it.each<[string, unknown[]]>([
    ['no type', ['["x"]']],
    ['an unknown type', ['7["x"]']],
    ['nothing', ['']],
    ['no number of attachments', ['5-["x"]']],
    ['no attachments where some belong', ['50-["x"]']],
    ['too many attachments', ['565-["x"]']],
    ['far too many attachments', ['599999999999999999999-["x"]']],
    ['text in the place of an attachment', ['51-["x"]', '2["y"]']],
    ['an attachment of nothing', [Uint8Array.of(1)]],
    ['something else', [7]],
    ['attachments that are too large together', [`52-["x"]`, new Uint8Array(600), new Uint8Array(600)]],
    ['an opening that is no object', ['0[]']],
  ])('ends the connection over %s', (_, parts) => {
    const { decoder } = decoderOf(1_000);
    expect(() => parts.forEach((part) => void decoder.add(part))).toThrow();
  });

  it('takes an object that only looks like a place for what it is, where nothing is attached', () => {
    const { frames, decoder } = decoderOf();
    decoder.add(`2["x",${place}]`);
    expect(frames).toEqual([{ type: 'event', event: 'x', args: [{ _placeholder: true, num: 0 }] }]);
  });
});

it('packets travel over any line of text frames, and what is no packet is told and harms nothing', async () => {
  const { ends } = memoryPair<string | Uint8Array>(systemClock, systemRandom);
  const [ours, theirs] = [packetTransport(ends[0]), ends[1]];
  const told = new ToldPackets(ours);
  const texts: unknown[] = [];
  theirs.attach({ frame: (text) => texts.push(text), closed: () => {} });
  theirs.send('nonsense');
  theirs.send(Uint8Array.of(1));
  theirs.send('["good"]');
  expect(await told.count(3)).toEqual([
    { type: 'bad', reason: 'it is not JSON' },
    { type: 'bad', reason: 'it is a binary frame' },
    { type: 'event', event: 'good', args: [] },
  ]);
  expect(ours.send({ type: 'bad', reason: 'no' })).toBe(false);
  await new Promise((resolve) => ours.send({ type: 'event', event: 'out', args: [1] }, resolve));
  ours.close();
  expect(await told.closed).toMatchObject({ code: 1000 });
  expect(texts).toEqual(['["out",1]']);
});
