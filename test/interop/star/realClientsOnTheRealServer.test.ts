/** The checks themselves are right: the real clients pass them on the real server. */
import { installTimeout } from '../install.ts';
import { checkPair, checkRefusals, checkRestart, type Join } from './checks.ts';
import { libp2p, RealPeer, realServer } from './libp2p.ts';
import { ownTests } from './ownTests.ts';

beforeAll(() => libp2p(), installTimeout);

const join: Join = (_, address, key) => RealPeer.join(address, key);

checkPair('with the challenge', realServer, [join, join], { challenge: true, kinds: ['RSA', 'secp256k1'] });
checkPair('without', realServer, [join, join], { challenge: false, kinds: ['RSA', 'Ed25519'] });
checkRefusals('refusals', realServer, join);
checkRestart('real clients', realServer, [join, join]);
ownTests('its own tests', realServer);
