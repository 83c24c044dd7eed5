/** Our client on the real server, with another of ours and with the real one. */
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
