/** A connection gets so many addresses; a further INIT is answered with ERR 429, and those that it has still lead to it. */
import { deliver, route } from '../transcripts/peer.ts';
import { useServer } from './attack.ts';

const relay = useServer({ limits: { addresses: 3 } });

it('refuses the fourth address, keeps the three, and lets others have theirs', async () => {
  const [sender, peer] = [await relay.settled(), await relay.settled()];
  const addresses = [peer.address, await peer.init(), await peer.init()];
  expect(new Set(addresses).size).toBe(3);
  expect(await peer.answers('{"type":"INIT"}', '{"type":"INIT","ack":true}')).toEqual([
    '{"type":"ERR","errCode":429,"errMsg":"Too many addresses on this connection"}',
    '{"type":"ERR","errCode":429,"errMsg":"Too many addresses on this connection"}',
  ]);
  expect(await sender.answers(...addresses.map((address, n) => route(address, `${n}`)))).toEqual([]);
  expect(await peer.answers()).toEqual([deliver('0'), deliver('1'), deliver('2')]);
  await relay.settled();
  expect(relay.stats()).toMatchObject({ connections: 3, addresses: 5, violations: 0 });
});
