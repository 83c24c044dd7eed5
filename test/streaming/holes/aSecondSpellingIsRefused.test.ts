/** The second hole: S + L in the place of S passed the payee and not the contract. (What the contract says of it: `test/streaming/ton`.) */
import nacl from 'tweetnacl';
import { fromHex } from '../../../src/bytes.ts';
import { plain } from '../../../src/streaming/plain.ts';
import { keyOf, respelled, usePayees } from '../world.ts';

const world = usePayees();

it.each([{ extensions: true }, undefined])('is not taken for a payment (hello: %j)', async (hello) => {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.say('publicKey', ...(hello === undefined ? [] : [hello]));
  await peer.hears();
  peer.say('newChannel', purse.first());
  await peer.hears();
  peer.say('play', purse.key);
  await peer.hears();
  const honest = await purse.pays(1);
  const odd = respelled(honest);
  const bytes = plain.bytes('state', purse.channel, { deposit: '30', sent: '10', sequence: 1 });
  expect(nacl.sign.detached.verify(bytes, fromHex(odd), purse.signer.publicKey)).toBe(true);

  peer.say('pay', odd);
  if (hello !== undefined) expect(await peer.hears()).toEqual(['refused', 'pay', 'badSignature']);
  peer.say('pay', honest);
  expect((await peer.hearsOf('secret'))[1]).toBe(keyOf(0));
  expect(world.payees().stats).toMatchObject({ payments: 1, released: 1, refused: 1 });
});
