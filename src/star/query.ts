/**
 * What a client says of itself in the query of its connection: that it knows more than the text, and whom it wants to meet. The original's server ignores it.
 */

const extension = 'statewire';
const namespaceKey = 'ns';
/** Characters of a namespace. */
export const longestNamespace = 255;

/** What the query of a connection says. */
export interface Introduction {
  /** It knows `peers`, `credit` and `abort`. */
  readonly isOurs: boolean;
  /** Only peers of one namespace meet; the clients of old are in the one without a name. */
  readonly namespace: string;
}

/** A server's URL with what our client says of itself. */
export function introduce(url: string, namespace = ''): string {
  const introduced = new URL(url);
  introduced.searchParams.set(extension, '1');
  if (namespace !== '') introduced.searchParams.set(namespaceKey, namespace);
  return introduced.href;
}

/** What the client of a connection with this request target says of itself. */
export function introductionIn(target: string): Introduction {
  const { searchParams } = new URL(target, 'http://localhost');
  return {
    isOurs: searchParams.get(extension) === '1',
    namespace: searchParams.get(namespaceKey) ?? '',
  };
}
