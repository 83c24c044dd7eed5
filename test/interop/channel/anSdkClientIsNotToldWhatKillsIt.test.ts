/** What a client of the SDK dies of if it is told at the wrong time: a message while it updates, a conflict while it is asked to sign. */
import { alice, bob, signed, txOf, World, type Wscat } from '../../channel/node/world.ts';
import { installTimeout } from '../install.ts';
import { pair, SdkParty, sdk, signerOf, terms } from './sdk.ts';

let world: World;

beforeAll(() => sdk(), installTimeout);
beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world.close());

async function opened(...parties: readonly SdkParty[]): Promise<void> {
  await Promise.all(parties.map((party) => party.until(({ onChain }) => onChain.length === 1)));
  await world.server.chain.mine(5);
  await Promise.all(parties.map((party) => party.until(({ statuses }) => statuses.at(-1) === 'open')));
}

/** A client of the SDK as the initiator, and somebody with wscat as the responder. */
async function mixed(): Promise<readonly [SdkParty, Wscat]> {
  const loaded = await sdk();
  const sign = signerOf(loaded, alice, 1, 'legacy');
  const channel = await loaded.Channel({
    ...terms,
    url: world.server.url,
    role: 'initiator',
    initiatorId: alice.legacy,
    responderId: bob.legacy,
    sign: (_, tx) => sign(tx),
  });
  const initiator = new SdkParty(channel, sign, alice.legacy);
  const responder = await world.connect('responder', { more: { port: `${terms.port}` } });
  await responder.shows(2);
  await responder.signs();
  await responder.next();
  await opened(initiator);
  await responder.shows(3);
  return [initiator, responder];
}

describe('a client of the SDK', () => {
  it('gets a message that comes while it is asked to sign when its update is done', async () => {
    const [initiator, responder] = await pair({ url: world.server.url, era: 'modern' });
    await opened(initiator, responder);
    const updated = await initiator.update(initiator, responder, 1, async (tx) => {
      responder.channel.sendMessage('are you there?', initiator.address);
      responder.channel.sendMessage('hello?', initiator.address);
      return initiator.sign(tx);
    });
    expect(updated).toMatchObject({ accepted: true });
    await initiator.until(({ messages }) => messages.length === 2);
    expect(initiator.messages.map(({ info }) => info)).toEqual(['are you there?', 'hello?']);
    expect(await responder.update(responder, initiator, 1)).toMatchObject({ accepted: true });
  });

  it('refuses to sign in its own way, and the update is void', async () => {
    let isWilling = true;
    const [initiator, responder] = await pair({
      url: world.server.url,
      era: 'legacy',
      answers: async (_, tx, sign) => (isWilling ? sign(tx) : null),
    });
    await opened(initiator, responder);
    isWilling = false;
    expect(await initiator.update(initiator, responder, 1)).toEqual({ accepted: false });
    isWilling = true;
    expect(await initiator.update(initiator, responder, 1)).toMatchObject({ accepted: true });
    expect(await responder.update(responder, initiator, 1)).toMatchObject({ accepted: true });
  });

  it('updates with somebody who speaks as the text does, through conflicts with either of them first', async () => {
    const [initiator, responder] = await mixed();
    const wish = { action: 'update', tag: 'new', payload: { from: bob.legacy, to: alice.legacy, amount: 1 } };

    // The client of the SDK is asked to sign, and only then does the other begin.
    const late = initiator.channel.update(alice.legacy, bob.legacy, 1, async (tx) => {
      responder.type(wish);
      expect(await responder.next()).toMatchObject({ action: 'conflict', payload: { round: 1 } });
      return initiator.sign(tx);
    });
    expect(await late).toEqual({ accepted: false });

    // The other has begun, and the client of the SDK does not know it.
    responder.type(wish);
    const asked = await responder.next();
    expect(asked).toMatchObject({ action: 'sign', tag: 'update' });
    expect(await initiator.update(initiator, initiator, 1).catch((error: Error) => error.message)).toContain(
      'invalid_pubkeys',
    );
    expect(await initiator.channel.update(alice.legacy, bob.legacy, 1, initiator.sign)).toEqual({ accepted: false });
    expect(await responder.next()).toMatchObject({ action: 'conflict', payload: { round: 1 } });
    // An answer that was on its way is late, and no fault.
    responder.type({ action: 'update', payload: { tx: await signed(txOf(asked), bob) } });

    const paid = initiator.channel.update(alice.legacy, bob.legacy, 1, initiator.sign);
    await responder.shows(1);
    await responder.signs();
    expect(await responder.next()).toMatchObject({ action: 'info', payload: { event: 'update_finalized' } });
    expect(await paid).toMatchObject({ accepted: true });
  });
});
