/** The messages that every dial has are read without their schemas; what comes out is the same, whatever came in. */
import fc from 'fast-check';
import type { Packet } from '../../../src/packet.ts';
import { clientLine, serverLine } from '../../../src/star/wire.ts';

const anyText = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom(0, 1, 128, 129, 160, 161, 1_024, 1_025).map((length) => 'a'.repeat(length)),
);
const anyArgument = fc.oneof(
  anyText,
  fc.constantFrom(true, false, null, undefined, {}),
  fc.constantFrom(0, -0, -1, 0.5, 262_144, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER + 1),
);
const anyEvent = fc.oneof(
  fc.constantFrom('ss-dial', 'ss-join', 'ss-incomming.reply'),
  fc
    .tuple(fc.constantFrom('accept', 'credit', 'error', 'abort', 'queue'), anyText)
    .map(([event, stream]) => `socket.io-pull-stream.${event}.${stream}`),
);
const anyArguments = fc.oneof(fc.array(anyArgument, { maxLength: 4 }), fc.tuple(anyText, anyText, anyText));
const anyPacket: fc.Arbitrary<Packet> = fc
  .tuple(anyEvent, anyArguments, fc.option(fc.nat(), { nil: undefined }))
  .map(([event, args, id]) => ({ type: 'event', event, args, ...(id === undefined ? {} : { id }) }));

test('an event is read as its schema reads it, on the server and at a peer', () => {
  fc.assert(
    fc.property(anyPacket, (packet) => {
      expect(serverLine().event(packet)).toStrictEqual(serverLine(false).event(packet));
      expect(clientLine().event(packet)).toStrictEqual(clientLine(false).event(packet));
    }),
    { numRuns: 2_000 },
  );
});

test('so is the answer to a dial', () => {
  fc.assert(
    fc.property(fc.array(anyArgument, { maxLength: 2 }), anyText, (args, callback) => {
      const read = (line: ReturnType<typeof serverLine>) => {
        line.encode({ event: 'ss-incomming', dialId: 'd', from: '/a', callback });
        return line.event({ type: 'answer', id: 0, args });
      };
      expect(read(serverLine())).toStrictEqual(read(serverLine(false)));
    }),
  );
});
