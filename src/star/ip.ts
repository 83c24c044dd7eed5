/** IP addresses as text, without the platform's help: a role's machine asks, and it runs in browsers too. */

const byte = /^(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])$/;

/** Four numbers up to 255. */
export function isIPv4(text: string): boolean {
  const numbers = text.split('.');
  return numbers.length === 4 && numbers.every((number) => byte.test(number));
}

/** Eight groups of hexadecimal digits, of which one run of zeros may be left out; the last two may be an IPv4 address. */
export function isIPv6(text: string): boolean {
  const halves = text.split('::');
  if (text.length > 45 || halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const hasIPv4 = last.includes('.');
  if (hasIPv4 && (!isIPv4(last) || text.endsWith('::'))) return false;
  const isHex = (hasIPv4 ? groups.slice(0, -1) : groups).every((group) => /^[0-9a-fA-F]{1,4}$/.test(group));
  const count = groups.length + (hasIPv4 ? 1 : 0);
  return isHex && (halves.length === 2 ? count <= 7 : count === 8);
}
