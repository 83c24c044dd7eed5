/** The real clients cannot tell our server from the real one. */
import { installTimeout } from '../install.ts';
import { checkPair, checkRefusals, checkRestart, type Join } from './checks.ts';
import { libp2p, RealPeer } from './libp2p.ts';
import { ourServer } from './ours.ts';
import { ownTests } from './ownTests.ts';

beforeAll(() => libp2p(), installTimeout);

const join: Join = (_, address, key) => RealPeer.join(address, key);

checkPair('with the challenge', ourServer, [join, join], { challenge: true, kinds: ['RSA', 'secp256k1'] });
checkPair('without', ourServer, [join, join], { challenge: false, kinds: ['RSA', 'Ed25519'] });
checkRefusals('refusals', ourServer, join);
checkRestart('real clients', ourServer, [join, join]);
ownTests('its own tests', ourServer);
