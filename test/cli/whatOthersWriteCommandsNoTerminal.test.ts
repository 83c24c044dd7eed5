/** Addresses and reasons are somebody else's words: on a terminal they are letters, on one line, and never commands. */
import { printable } from '../../src/cli/terminal.ts';

it.each([
  ['what is plain stays', '/ip4/127.0.0.1/tcp/1 – grüß', '/ip4/127.0.0.1/tcp/1 – grüß'],
  ['an end of line at the end is left out', 'gone\n', 'gone'],
  ['colours and titles', '\u001b[31mred\u001b]0;mine\u0007.', '\\u001b[31mred\\u001b]0;mine\\u0007.'],
  ['a second line', 'a\r\nb', 'a\\u000d\\u000ab'],
  ['the commands of eight bits', '\u009b2J.', '\\u009b2J.'],
  ['letters that turn the line round', 'a\u202eb', 'a\\u202eb'],
])('%s', (_, text, printed) => {
  expect(printable(text)).toBe(printed);
});
