/** S + L in place of S: some libraries take it, the contract does not, and neither do we. */
import nacl from 'tweetnacl';
import { fromHex } from '../../../src/bytes.ts';
import { verify } from '../../../src/keys/index.ts';
import { Chain, installTimeout, ton } from './chain.ts';

const order = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The same R, with S + L. */
function respelled(signature: Uint8Array): Buffer {
  const s = BigInt(`0x${Buffer.from(signature.slice(32)).reverse().toString('hex')}`) + order;
  return Buffer.concat([signature.slice(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse()]);
}

let chain: Chain;
beforeAll(async () => {
  chain = await Chain.start();
}, installTimeout);

it('is refused by the contract, and before it by us', async () => {
  const { payer, payee, channel, scheme } = chain;
  const deposit = ton('10');
  await chain.settled(payer.settlement.fund(channel, deposit));
  const proof = await chain.paid(deposit, 3, ton('1'));
  const odd = respelled(fromHex(proof.payerSignature));

  const bytes = scheme.bytes('state', channel, proof.standing);
  expect(nacl.sign.detached.verify(bytes, odd, payer.signer.publicKey)).toBe(true);
  expect(await verify(payer.signer.publicKey, bytes, odd)).toBe(false);

  const closing = payee.settlement.closeAlone(channel, { ...proof, payerSignature: odd.toString('hex') });
  await expect(chain.settled(closing)).rejects.toMatchObject({ name: 'RefusedByContract', exitCode: 101 });
  await chain.settled(payee.settlement.closeAlone(channel, proof));
});
