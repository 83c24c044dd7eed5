/**
 * What a client says of itself in the query of its connection: that it knows more than the text, and whom it wants to meet. The original's server ignores it.
 */

const extension = 'statewire';
const namespaceKey = 'ns';
const ends = { key: 'ends', told: 'told' };
/** Characters of a namespace. */
export const longestNamespace = 255;

/** What the query of a connection says. */
export interface Introduction {
  /** It knows `peers`, `credit` and `abort`. */
  readonly isOurs: boolean;
  /** It knows no more than the text, save that it is told how a stream has ended: by a broken line, or by a reader who gave up (`abort`). */
  readonly hearsOfEnds: boolean;
  /** Only peers of one namespace meet; the clients of old are in the one without a name. */
  readonly namespace: string;
}

/** A server's URL with what our client says of itself. */
export const introduce = (url: string, namespace?: string): string => withQuery(url, [extension, '1'], namespace);

/** A server's URL for a client that knows no more than the text, but does not take half a file for a whole one. */
export const introduceAsOld = (url: string, namespace?: string): string =>
  withQuery(url, [ends.key, ends.told], namespace);

function withQuery(url: string, [key, value]: readonly [string, string], namespace = ''): string {
  const introduced = new URL(url);
  introduced.searchParams.set(key, value);
  if (namespace !== '') introduced.searchParams.set(namespaceKey, namespace);
  return introduced.href;
}

/** What the client of a connection with this request target says of itself. */
export function introductionIn(target: string): Introduction {
  const { searchParams } = new URL(target, 'http://localhost');
  return {
    isOurs: searchParams.get(extension) === '1',
    hearsOfEnds: searchParams.get(ends.key) === ends.told,
    namespace: searchParams.get(namespaceKey) ?? '',
  };
}
