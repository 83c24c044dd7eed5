/**
 * The verdict on a signature: of this statement, by this key? What a scheme refuses to write down nobody can have signed.
 */
import { fromHex } from '../bytes.ts';
import { LocalMisuse } from '../errors.ts';
import { verify } from '../keys/index.ts';
import type { Channel, Scheme, Standing, Statement } from './scheme.ts';

/** Whether `signature` is the key's of a statement. A boolean at once in Node, a promise of one in a browser. */
export function judge(
  scheme: Scheme,
  statement: Statement,
  { channel, standing }: { readonly channel: Channel; readonly standing: Standing },
  publicKey: string,
  signature: string,
): boolean | Promise<boolean> {
  try {
    return verify(fromHex(publicKey), scheme.bytes(statement, channel, standing), fromHex(signature));
  } catch (error) {
    if (error instanceof LocalMisuse) return false;
    throw error;
  }
}
