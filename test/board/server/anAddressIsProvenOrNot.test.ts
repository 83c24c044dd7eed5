/** Who has an address: proven goes before unproven, among equals the newest, and nobody else hears of interest. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { addressOf, joinBoard } from '../../../src/board/index.ts';
import { freshSigner } from '../../../src/keys/index.ts';
import { channel, first, useBoard } from '../world.ts';

const { serve, join, raw } = useBoard();

it('a proven address cannot be taken by one who only names it', async () => {
  const { url } = await serve();
  const signer = await freshSigner();
  const bob = await join(url, { signers: [signer] });
  const proposal = await bob.propose(channel);
  expect(proposal.address).toBe(addressOf(signer));

  await expect(joinBoard(url, { addresses: [proposal.address] })).rejects.toMatchObject({
    name: 'BoardRefused',
    code: 'addressTaken',
  });
  const alice = await join(url, { addresses: ['alice'] });
  const interest = first(bob, 'interest');
  expect(await alice.indicateInterest(proposal)).toBe('done');
  expect(await interest).toMatchObject({ fromAddress: 'alice', proposal });
});

it('the owner gets an address back from one who only names it, and that one is told', async () => {
  const { url } = await serve();
  const signer = await freshSigner();
  const mallory = await join(url, { addresses: [addressOf(signer)] });
  const displaced = first(mallory, 'displaced');
  await join(url, { signers: [signer] });
  expect(await displaced).toEqual({ type: 'displaced', address: addressOf(signer) });
});

it('the newest has an unproven address, as in the original, and the other is told', async () => {
  const { url } = await serve();
  const [one, other] = [await join(url, { addresses: ['bob'] }), await join(url, { addresses: ['carol'] })];
  const displaced = first(one, 'displaced');
  const two = await join(url, { addresses: ['bob'] });
  expect(await displaced).toEqual({ type: 'displaced', address: 'bob' });
  const proposal = await two.propose(channel);
  const interest = first(two, 'interest');
  await other.indicateInterest(proposal);
  expect(await interest).toMatchObject({ fromAddress: 'carol' });
});

it('or the oldest keeps it, where the board says so', async () => {
  const { url } = await serve({ takeover: 'oldest' });
  await join(url, { addresses: ['bob'] });
  const second = await join(url, { addresses: ['bob', 'carol'] });
  expect(second.state).toBe('open.quiet');
  await expect(second.propose({ ...channel, address: 'bob' })).rejects.toMatchObject({ code: 'foreignAddress' });
});

it('a board that demands proofs takes nobody without, and no proof of another connection', async () => {
  const { url } = await serve({ proof: 'required' });
  await expect(joinBoard(url, { addresses: ['bob'] })).rejects.toMatchObject({ code: 'proofNeeded' });

  // By hand: the statement as it is documented, signed by somebody else's implementation.
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const address = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  const statement = (nonce: string, name = new URL(url).host) =>
    `statewire board: ${JSON.stringify(name)} is told by nonce ${JSON.stringify(nonce)} that I am ${JSON.stringify(address)}`;
  const proof = (text: string) => sign(null, Buffer.from(text), privateKey).toString('hex');
  const nonceFor = async () => {
    const peer = await raw(`${url}/?statewire=1`);
    const [, asked] = await peer.until('requestAddresses');
    return { peer, nonce: String(asked !== null && Object(Object(asked)['board'])['nonce']) };
  };
  const [one, two] = [await nonceFor(), await nonceFor()];
  expect(one.nonce).not.toBe(two.nonce);
  const attempts: readonly (readonly [string, string, string])[] = [
    ['its own nonce', statement(one.nonce), 'boardDone'],
    ["another's nonce", statement(two.nonce), 'boardError'],
    ["another board's name", statement(one.nonce, 'elsewhere'), 'boardError'],
  ];
  for (const [name, text, event] of attempts) {
    one.peer.say('registerAddresses', { addresses: [address], proofs: [proof(text)], request: name });
    for (;;) {
      const [said, data] = await one.peer.next();
      if (said === 'receiveChannels') continue;
      expect([name, said, Object(data)['request']]).toEqual([name, event, name]);
      break;
    }
  }
});

it('a client proves nothing to a board of another name', async () => {
  const { url } = await serve({ name: 'board.example' });
  await expect(joinBoard(url, { signers: [await freshSigner()] })).rejects.toThrow(/calls itself "board.example"/);
  const named = await join(url, { signers: [await freshSigner()], name: 'board.example' });
  expect(named.state).toBe('open.quiet');
});

it('a signer that refuses ends joining with its reason', async () => {
  const { url } = await serve();
  const signer = await freshSigner();
  const refusing = { publicKey: signer.publicKey, sign: () => Promise.reject(new Error('The person said no.')) };
  await expect(joinBoard(url, { signers: [refusing] })).rejects.toThrow(/The person said no/);
});
