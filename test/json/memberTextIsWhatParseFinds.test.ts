/** `memberText` finds in any JSON object the text of the member that `JSON.parse` would give, to the letter. */
import * as fc from 'fast-check';
import { memberText } from '../../src/json.ts';

const spaces = fc.stringMatching(/^[ \t\r\n]{0,3}$/);

/** A string's JSON text, with some of its letters escaped in one of the ways that JSON has. */
const quoted = (text: string, escapes: readonly number[]) =>
  `"${[...Array(text.length).keys()]
    .map((at) => {
      const letter = text.charAt(at);
      const way = escapes[at % escapes.length] ?? 0;
      if (way === 1) return `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;
      if (way === 2 && letter === '/') return '\\/';
      return JSON.stringify(letter).slice(1, -1);
    })
    .join('')}"`;
const ways = fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 5 });
const nasty = fc.constantFrom(
  'msg',
  '"msg":1',
  '\\',
  '\\"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\u0000',
  '💡',
  '\ud800',
  '',
);
const anyText = fc
  .tuple(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), nasty), ways)
  .map((args) => quoted(...args));
const name = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('msg', 'ms', 'msg ', '__proto__', 'id') }, fc.string());

/** JSON text of anything, as nobody would write it. */
const { json } = fc.letrec<{ json: string; list: string; object: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('0', '-0', '1.10', '1e400', '12345678901234567890', 'true', 'null', '{}', '[]', '""'),
    anyText,
    tie('list'),
    tie('object'),
  ),
  list: fc
    .tuple(fc.array(fc.tuple(spaces, tie('json')), { maxLength: 4 }), spaces)
    .map(([items, space]) => `[${items.map(([before, item]) => before + item + space).join(',')}]`),
  object: fc
    .tuple(fc.array(fc.tuple(spaces, anyText, spaces, tie('json')), { maxLength: 4 }), spaces)
    .map(
      ([members, space]) => `{${members.map(([a, key, b, value]) => `${a}${key}${b}:${space}${value}${a}`).join(',')}}`,
    ),
}));

const members = fc.array(
  fc.record({ name: fc.tuple(name, ways).map((args) => ({ name: args[0], text: quoted(...args) })), json, spaces }),
  { maxLength: 6 },
);

it('of the last member of that name, without the spaces around it', () => {
  fc.assert(
    fc.property(members, name, spaces, (told, wanted, space) => {
      const text = `${space}{${told.map(({ name, json, spaces }) => `${spaces}${name.text}${space}:${spaces}${json}${space}`).join(',')}${space}}${space}`;
      JSON.parse(text);
      expect(memberText(text, wanted)).toBe(told.findLast(({ name }) => name.name === wanted)?.json);
    }),
    { numRuns: 3_000 },
  );
});

it('whose value is what JSON.parse gives', () => {
  fc.assert(
    fc.property(fc.dictionary(name, fc.jsonValue()), fc.constantFrom(undefined, 1, '\t'), (object, indent) => {
      const text = JSON.stringify(object, undefined, indent);
      const parsed: unknown = JSON.parse(text);
      for (const key of Object.keys(Object(parsed))) {
        expect(JSON.parse(memberText(text, key) ?? '')).toEqual(Object(parsed)[key]);
      }
      expect(memberText(text, 'a name that no member has')).toBeUndefined();
    }),
    { numRuns: 1_000 },
  );
});

it.each<[string, string | undefined]>([
  ['{}', undefined],
  [' { } ', undefined],
  ['{"msg":1}', '1'],
  ['{"msg":1,"msg":2}', '2'],
  ['{"\\u006dsg":"by another spelling"}', '"by another spelling"'],
  ['{"x":{"msg":1}}', undefined],
  ['{"x":"\\"msg\\":1"}', undefined],
  ['{"x":"\\\\","msg":1}', '1'],
  ['{"x":["}","]"],"msg":{"msg":[1,{}]} }', '{"msg":[1,{}]}'],
  ['{"MSG":1}', undefined],
])('of %s: %s', (text, found) => {
  expect(memberText(text, 'msg')).toBe(found);
});

it('in time that grows with the text, whatever is in it: by its square these would take minutes', () => {
  for (const piece of ['\\\\', '\\"', '[', ' ', '{}', '"",'.slice(0, 2)]) {
    const inner = piece === '[' ? '['.repeat(200_000) + ']'.repeat(200_000) : JSON.stringify(piece.repeat(200_000));
    expect(memberText(`{"x":${inner},"msg":${inner}}`, 'msg')).toBe(inner);
  }
});
