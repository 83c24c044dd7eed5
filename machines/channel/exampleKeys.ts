/** The parties of all examples: public keys of 32 bytes in hexadecimal, which everybody knows the secret of. */
import type { Party } from './messages.ts';

export const exampleKeys: Readonly<Record<Party, string>> = {
  initiator: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  responder: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
};
