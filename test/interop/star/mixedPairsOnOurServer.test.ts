/** On our server any two meet: the real client, ours over socket.io, and ours over a plain WebSocket. */
import { installTimeout } from '../install.ts';
import { checkPair, checkRefusals, checkRestart, type Join } from './checks.ts';
import { libp2p, RealPeer } from './libp2p.ts';
import { OurPeer, ourServer } from './ours.ts';

beforeAll(() => libp2p(), installTimeout);

const real: Join = (_, address, key) => RealPeer.join(address, key);
const ours: Join = ({ url }, address, key) => OurPeer.join(url, address, key);
const plain: Join = ({ url }, address, key) => OurPeer.join(url.replace('http', 'ws'), address, key);

checkPair('the real one and ours on a plain WebSocket', ourServer, [real, plain], {
  challenge: true,
  kinds: ['RSA', 'Ed25519'],
});
checkPair('ours on a plain WebSocket and ours on socket.io', ourServer, [plain, ours], {
  challenge: true,
  kinds: ['secp256k1', 'RSA'],
});
checkPair('ours on socket.io and the real one, without a challenge', ourServer, [ours, real], {
  challenge: false,
  kinds: ['RSA', 'RSA'],
});
checkRefusals('refusals', ourServer, plain);
checkRestart('ours on a plain WebSocket and the real one', ourServer, [plain, real]);
