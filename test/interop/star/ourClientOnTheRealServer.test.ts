/** Our client on the real server, with another of ours and with the real one. */
import { joinStar } from '../../../src/star/index.ts';
import { installTimeout } from '../install.ts';
import { checkPair, checkRefusals, checkRestart, type Join } from './checks.ts';
import { libp2p, RealPeer, realServer } from './libp2p.ts';
import { OurPeer } from './ours.ts';

beforeAll(() => libp2p(), installTimeout);

const real: Join = (_, address, key) => RealPeer.join(address, key);
const ours: Join = ({ url }, address, key) => OurPeer.join(url, address, key);

checkPair('two of ours, with the challenge', realServer, [ours, ours], {
  challenge: true,
  kinds: ['Ed25519', 'secp256k1'],
});
checkPair('ours and the real one, with the challenge', realServer, [ours, real], {
  challenge: true,
  kinds: ['RSA', 'RSA'],
});
checkPair('the real one and ours, without', realServer, [real, ours], { challenge: false, kinds: ['RSA', 'Ed25519'] });
checkRefusals('refusals', realServer, ours);
checkRestart('ours and the real one', realServer, [ours, real]);

it('a reader that gives up is not heard, and disturbs nobody', async () => {
  const server = await realServer({ challenge: false });
  const options = { closeTimeout: 100 };
  const [alice, bob] = [await joinStar(server.url, options), await joinStar(server.url, options)];
  const taken = bob.incoming();
  const [first, given] = await Promise.all([alice.dial(bob.address), taken.next()]);
  await given.value.readable.cancel('enough');
  const writer = first.writable.getWriter();
  await writer.write(Buffer.from('to nobody'));
  const [second, next] = await Promise.all([alice.dial(bob.address), taken.next()]);
  const speaker = second.writable.getWriter();
  await speaker.write(Buffer.from('to somebody'));
  await speaker.close();
  expect(await new Response(next.value.readable).text()).toBe('to somebody');
  await writer.close();
  await Promise.all([alice.close(), bob.close()]);
  await server.close();
});
