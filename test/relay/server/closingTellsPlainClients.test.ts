/** The relay closes: clients of the text's five messages get 1001 after all that was sent to them, and nobody gets in any more. */
import { deliver, Peer, route } from '../transcripts/peer.ts';
import { useServer } from './attack.ts';

const relay = useServer();

it('closes plain clients with 1001, with and without an address, after what was sent to them', async () => {
  const [sender, receiver, silent] = [await relay.settled(), await relay.settled(), await relay.connect()];
  const frames = Array.from({ length: 100 }, (_, n) => route(receiver.address, `${n}`));
  expect(await sender.answers(...frames)).toEqual([]);
  const closing = relay.close();
  expect(await Promise.all([sender, receiver, silent].map(({ closed }) => closed))).toEqual([1001, 1001, 1001]);
  expect(receiver.unread()).toEqual(frames.map((_, n) => deliver(`${n}`)));
  await closing;
  expect(relay.stats()).toMatchObject({ connections: 0, addresses: 0 });
  await expect(Peer.open(relay.url())).rejects.toThrow('ECONNREFUSED');
});
