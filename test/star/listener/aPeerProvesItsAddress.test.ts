/** "Sign nonce using private key, re-emit event": a peer joins with its key, whatever kind it is, on both wires; without one only where no proof is wanted. */
import { generateKeyPairSync } from 'node:crypto';
import { createIdentity, identityFromPem } from '../../../src/star/index.ts';
import { over, usePeers, wires } from '../peers.ts';

const { serve, peer } = usePeers();

const pem = (key: ReturnType<typeof generateKeyPairSync>['privateKey']) =>
  key.export({ type: 'pkcs8', format: 'pem' }).toString();

describe.each(wires)('over %s://', (wire) => {
  it('joins with a key of Ed25519', async () => {
    const { url } = await serve();
    const identity = await createIdentity();
    const node = await peer(over(wire, url), { identity });
    expect(identity.peerId).toMatch(/^12D3KooW/);
    expect(node.address).toMatch(new RegExp(`^/ip4/127.0.0.1/tcp/\\d+/ws/p2p-websocket-star/ipfs/${identity.peerId}$`));
    expect(node.servers).toMatchObject([{ state: 'open.joined' }]);
  });

  it('joins with a key of RSA', async () => {
    const { url } = await serve();
    const identity = await identityFromPem(pem(generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey));
    expect(identity.peerId).toMatch(/^Qm/);
    expect((await peer(over(wire, url), { identity })).addresses).toHaveLength(1);
  });

  it('is refused without a key where a proof is wanted', async () => {
    const { url } = await serve();
    await expect(peer(over(wire, url), { identity: null })).rejects.toMatchObject({ name: 'StarRefused' });
  });

  it('is refused with the key of another', async () => {
    const { url } = await serve();
    const [identity, other] = [await createIdentity(), await createIdentity()];
    const claim = { ...identity, sign: other.sign };
    await expect(peer(over(wire, url), { identity: claim })).rejects.toMatchObject({
      name: 'StarRefused',
      code: 'refused',
    });
  });

  it('joins without a key where none is wanted', async () => {
    const { url } = await serve({ challenge: false });
    const node = await peer(over(wire, url), { identity: null });
    expect(node.addresses).toHaveLength(1);
  });
});

it('takes no key that is too small, or none', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 });
  await expect(identityFromPem(pem(privateKey))).rejects.toMatchObject({ code: 'badKey' });
  await expect(identityFromPem('no key')).rejects.toMatchObject({ code: 'badKey' });
});
