/** "publicKey - Client only sends; server replies on the same event with the server's public key and wallet address". */
import { usePayees } from '../../world.ts';

const world = usePayees();

it('tells its public key and its wallet to whoever asks, without an argument', async () => {
  const peer = await world.peer();
  peer.raw('["publicKey"]');
  expect(await peer.frame()).toBe(`["publicKey","${world.payee()}","the payee"]`);
});

it('tells a payer that knows the extensions what it offers, after the arguments of the text', async () => {
  const peer = await world.peer();
  peer.raw('["publicKey",{"extensions":true}]');
  const offer =
    '{"stream":"news","price":"10","unit":"cent","partMs":0,"parts":null,"commitment":"","content":"","credit":0,"scheme":"plain"}';
  expect(await peer.frame()).toBe(`["publicKey","${world.payee()}","the payee",${offer}]`);
});

it.each(['{"extensions":false}', 'null', '7', '"extensions"', '{}'])(
  'takes %s in the place of our argument for a payer that knows only the text',
  async (argument) => {
    const peer = await world.peer();
    peer.raw(`["publicKey",${argument}]`);
    expect(await peer.frame()).toBe(`["publicKey","${world.payee()}","the payee"]`);
  },
);

it('answers as often as it is asked', async () => {
  const peer = await world.peer();
  for (let n = 0; n < 3; n += 1) peer.raw('["publicKey"]');
  for (let n = 0; n < 3; n += 1) expect(await peer.frame()).toBe(`["publicKey","${world.payee()}","the payee"]`);
});
