/** `parseJson` and `toJson`: what JSON can say goes out and comes back the same, whole numbers of any length included; the rest is refused. */
import * as fc from 'fast-check';
import { checkJson, type JsonValue, parseJson, toJson } from '../../src/json.ts';

const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.string({ unit: 'binary' }),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((n) => !Number.isInteger(n) || Number.isSafeInteger(n))
      .map((n) => n + 0),
    fc.bigInt().filter((n) => n > 2n ** 53n || n < -(2n ** 53n)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

it('a value reads back as it was written', () => {
  fc.assert(
    fc.property(value, (told) => {
      expect(parseJson(toJson(told))).toEqual(told);
    }),
    { numRuns: 2_000 },
  );
});

it('without bigint it is what JSON.stringify writes, and what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (told) => {
      expect(toJson(told)).toBe(JSON.stringify(told));
    }),
    { numRuns: 1_000 },
  );
  fc.assert(
    fc.property(
      fc.json().filter((text) => !/\d{16}/.test(text)),
      (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      },
    ),
  );
});

it.each<[string, unknown]>([
  ['9007199254740991', 9007199254740991],
  ['9007199254740992', 9007199254740992n],
  ['-9007199254740993', -9007199254740993n],
  ['10000000000000000', 10000000000000000n],
  ['123456789012345678901234567890', 123456789012345678901234567890n],
  ['1e30', 1e30],
  ['0.12345678901234567890', 0.12345678901234568],
  ['1234567890123456.5', 1234567890123456.5],
  ['"12345678901234567890"', '12345678901234567890'],
])('%s is read as it is', (text, expected) => {
  expect(parseJson(text)).toBe(expected);
});

it('a long number survives in whatever company it comes', () => {
  const n = 12345678901234567890n;
  expect(parseJson('{"n":12345678901234567890,"__proto__":{"x":1}}')).toEqual({ n, ['__proto__']: { x: 1 } });
  expect(parseJson('{"a":1,"a":2,"n":12345678901234567890}')).toEqual({ a: 2, n });
  expect(parseJson('{"n":1,"n":12345678901234567890}')).toEqual({ n });
  expect(parseJson('{"a":{"b":1},"a":{},"n":12345678901234567890}')).toEqual({ a: {}, n });
  expect(parseJson('["\\ud800","\u2028",12345678901234567890]')).toEqual(['\ud800', '\u2028', n]);
  expect(parseJson('{"isLosslessNumber":true,"value":"1","n":12345678901234567890}')).toMatchObject({ n });
});

it('nested deeper than a stack, a value is read all the same', () => {
  const text = `${'['.repeat(100_000)}12345678901234567890${']'.repeat(100_000)}`;
  let depth = 0;
  for (let inner = parseJson(text); Array.isArray(inner); inner = inner[0]) depth += 1;
  expect(depth).toBe(100_000);
});

it('nothing that a peer can send is written as anything but itself', () => {
  for (const text of [
    '{"isLosslessNumber":true,"value":"1,\\"id\\":2"}',
    '{"toJSON":"x","toString":1,"valueOf":null}',
    '{"type":"LosslessNumber","value":"1"}',
    '{"constructor":{"name":"Date"}}',
  ]) {
    expect(toJson(parseJson(text))).toBe(text);
  }
});

const circle: Record<string, unknown> = {};
circle['self'] = circle;

it.each<[string, unknown]>([
  ['undefined', undefined],
  ['a function', () => {}],
  ['a symbol', Symbol('x')],
  ['a cycle', circle],
  ['NaN', Number.NaN],
  ['Infinity', [Number.POSITIVE_INFINITY]],
  ['-Infinity', { x: Number.NEGATIVE_INFINITY }],
  [
    'something that throws',
    {
      toJSON() {
        throw new Error('no');
      },
    },
  ],
])('%s is no JSON: LocalMisuse', (_, told) => {
  expect(() => toJson(told)).toThrow(expect.objectContaining({ name: 'LocalMisuse', code: 'notJson' }));
});

it('what JSON.stringify leaves out or turns into something is treated the same', () => {
  const told = {
    a: undefined,
    b: () => {},
    c: [undefined, Symbol('x')],
    d: new Date(0),
    e: new Map(),
    f: Object(1),
    g: { toJSON: () => 7 },
  };
  expect(toJson(told)).toBe(JSON.stringify(told));
});

it('text that is no JSON is refused with its beginning only', () => {
  for (const text of ['', '{', "{'a':1}", '01', '1 2', 'NaN', '\ufeff1', '"\n"', `[${'x'.repeat(1_000)}`]) {
    expect(() => checkJson(text)).toThrow(expect.objectContaining({ name: 'LocalMisuse', code: 'notJson' }));
    expect(() => parseJson(text)).toThrow(SyntaxError);
    try {
      checkJson(text);
    } catch (error) {
      expect(String(error).length).toBeLessThan(200);
    }
  }
});
