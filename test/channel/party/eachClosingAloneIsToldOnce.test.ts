/** A node shows one transaction of the chain for each thing that follows from it, and again to who comes back: the app is told of it once. */
import { dealtWith, signerOf, useNode } from './world.ts';

const { opened, accept } = useNode();

const shown = (tx: string, info: string) => ({ action: 'on_chain_tx', payload: { tx, info } });

it('tells of a closing that can be answered, and is said again on a new connection', async () => {
  const { peer, notary, hears, told } = await opened();
  const other = await signerOf(2);
  const close = await notary.signed(notary.closeSolo(), other);
  peer.say(shown(close, 'solo_closing'));
  peer.say(shown(close, 'can_slash'));
  expect(await hears('disputed')).toEqual({ type: 'disputed', tx: close });
  await dealtWith(peer, hears);
  peer.socket.terminate();
  const back = await accept();
  back.say(shown(close, 'solo_closing'));
  await dealtWith(back, hears);
  expect(told.filter(({ type }) => type === 'disputed')).toEqual([]);
});

it('tells of the next one too', async () => {
  const { peer, notary, hears } = await opened();
  const close = await notary.signed(notary.closeSolo(), await signerOf(2));
  const again = await notary.signed(notary.closeSolo(9n), await signerOf(2));
  for (const tx of [close, again]) peer.say(shown(tx, 'solo_closing'));
  expect([await hears('disputed'), await hears('disputed')]).toEqual([
    { type: 'disputed', tx: close },
    { type: 'disputed', tx: again },
  ]);
});
