/** The certificate of a server, as files on its command line. */
import { readFileSync } from 'node:fs';
import { LocalMisuse } from '../errors.ts';

export interface TlsOptions {
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/**
 * The certificate and the key; `undefined` where neither is given.
 * @throws LocalMisuse `badCertificate`, `noFile`
 */
export function tlsOf({ tlsCert, tlsKey }: TlsOptions): { readonly cert: Buffer; readonly key: Buffer } | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined)
    throw new LocalMisuse('--tls-cert and --tls-key go together.', { code: 'badCertificate' });
  return { cert: pemOf(tlsCert), key: pemOf(tlsKey) };
}

function pemOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new LocalMisuse(`The file ${file} cannot be read.`, { code: 'noFile', cause });
  }
}
