/** Over a plain WebSocket a chunk is one binary frame, which is passed on as it came; everything else is text. */
import fc from 'fast-check';
import { encodeSocketIo } from '../../../src/socketioPackets.ts';
import { plainForm } from '../../../src/star/plainWire.ts';
import { chunkIn, chunkPacket } from '../../../src/star/wire.ts';

const faultOf = (...bytes: readonly number[]) => plainForm.decode(Uint8Array.from(bytes));

test('every chunk comes back, and is passed on as the frame that it was', () => {
  const anyName = fc.string({ unit: 'binary', minLength: 1, maxLength: 160 }).filter((name) => name.isWellFormed());
  fc.assert(
    fc.property(anyName, fc.uint8Array({ maxLength: 300 }), (stream, bytes) => {
      const frame = plainForm.encode(chunkPacket(stream, bytes));
      const decoded = plainForm.decode(frame);
      if (!decoded.ok) throw new Error(decoded.fault);
      const chunked = chunkIn(decoded.message);
      expect(chunked).toMatchObject({ stream, bytes });
      expect(plainForm.encode(chunked?.packet ?? decoded.message)).toBe(frame);
      expect(chunkIn({ type: 'event', event: `socket.io-pull-stream.queue.${stream}`, args: [bytes] })).toMatchObject({
        stream,
        bytes,
      });
      const [text, attached] = encodeSocketIo(decoded.message);
      expect(text).toMatch(/^51-\["socket\.io-pull-stream\.queue\./);
      expect(attached).toEqual(bytes);
    }),
  );
});

test('the frame is the length of the name, the name, the bytes', () => {
  expect(plainForm.encode(chunkPacket('d.dialer', Uint8Array.of(1, 2)))).toEqual(
    Uint8Array.of(0, 8, ...new TextEncoder().encode('d.dialer'), 1, 2),
  );
  expect(plainForm.encode(chunkPacket('d', new Uint8Array()))).toEqual(Uint8Array.of(0, 1, 100));
});

test('a frame that is none is told, whatever it is', () => {
  expect(faultOf()).toMatchObject({ ok: false });
  expect(faultOf(0)).toMatchObject({ ok: false });
  expect(faultOf(0, 0, 1)).toMatchObject({ ok: false });
  expect(faultOf(0, 4, 97)).toMatchObject({ ok: false });
  expect(faultOf(0, 1, 0xff)).toMatchObject({ ok: false });
  expect(faultOf(0xff, 0xff, 97)).toMatchObject({ ok: false });
  fc.assert(
    fc.property(fc.uint8Array(), (frame) => {
      plainForm.decode(frame);
    }),
  );
});

test.each([[{ length: 5e7 }], [5], [true], [null], [[1, 2, 300]], [{ type: 'Buffer', data: [] }], [undefined]])(
  'a payload of %j is no chunk',
  (payload) => {
    expect(chunkIn({ type: 'event', event: 'socket.io-pull-stream.queue.d', args: [payload] })).toBeUndefined();
  },
);

test('a text is a chunk of its bytes', () => {
  const chunked = chunkIn({ type: 'event', event: 'socket.io-pull-stream.queue.d', args: ['é'] });
  expect(chunked).toMatchObject({ stream: 'd', bytes: Uint8Array.of(0xc3, 0xa9) });
});
