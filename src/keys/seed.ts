/**
 * A seed is the secret of an Ed25519 key (RFC 8032, 5.1.5), and the one form in which an app may keep it. Nothing here keeps or shows one.
 */
import { LocalMisuse } from '../errors.ts';
import { keyLength } from './policy.ts';

/** What stands before the seed in PKCS #8 (RFC 8410): the one form of a private key that every platform reads. */
const prefix = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);

/** @throws LocalMisuse when `seed` is not 32 bytes long */
export function checkSeed(seed: Uint8Array): void {
  if (seed.length === keyLength) return;
  throw new LocalMisuse(`The app gave a seed of ${seed.length} bytes; an Ed25519 seed has ${keyLength}.`, {
    code: 'badSeed',
  });
}

/** What `use` makes of the seed as PKCS #8. The copy is wiped once `use` has returned, so it must have been read by then. */
export function withPkcs8<Key>(seed: Uint8Array, use: (der: Uint8Array<ArrayBuffer>) => Key): Key {
  checkSeed(seed);
  const der = new Uint8Array(prefix.length + keyLength);
  der.set(prefix);
  der.set(seed, prefix.length);
  try {
    return use(der);
  } finally {
    der.fill(0);
  }
}
