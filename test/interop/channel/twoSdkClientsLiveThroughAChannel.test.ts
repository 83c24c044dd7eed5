/** Two clients of the SDK, from opening to closing, over our node. A client that is told what it does not expect is deaf from then on, and the test hangs. */
import { see } from '../../../src/channel/seen.ts';
import { mallory, World } from '../../channel/node/world.ts';
import { installTimeout } from '../install.ts';
import { pair, type SdkParty, sdk } from './sdk.ts';

beforeAll(() => sdk(), installTimeout);

describe.each(['legacy', 'modern'] as const)('with %s encodings', (era) => {
  let world: World;
  let initiator: SdkParty;
  let responder: SdkParty;

  beforeAll(async () => {
    world = await World.open();
    [initiator, responder] = await pair({ url: world.server.url, era });
  });
  afterAll(() => world.close());

  const roundOf = (tx: string | undefined) => {
    const seen = see(tx ?? '');
    return seen.kind === 'offchain' ? seen.round : seen.kind;
  };

  it('opens', async () => {
    await Promise.all([initiator, responder].map((party) => party.until(({ onChain }) => onChain.length === 1)));
    expect(initiator.onChain).toEqual(responder.onChain);
    await world.server.chain.mine(5);
    await Promise.all([initiator, responder].map((party) => party.until(({ statuses }) => statuses.at(-1) === 'open')));
    expect(initiator.statuses).toEqual(expect.arrayContaining(['accepted', 'signed', 'open']));
    expect(responder.statuses).toEqual(expect.arrayContaining(['halfSigned', 'open']));
    expect(initiator.states).toEqual(initiator.onChain);
  });

  it('updates both ways', async () => {
    const paid = await initiator.update(initiator, responder, 2);
    expect(paid).toMatchObject({ accepted: true });
    expect(roundOf(paid.state)).toBe('2');
    const back = await responder.update(responder, initiator, 1);
    expect(back).toMatchObject({ accepted: true });
    expect(roundOf(back.state)).toBe('3');
    const asked = await responder.update(initiator, responder, 1);
    expect(roundOf(asked.state)).toBe('4');
  });

  it('refuses with the reason', async () => {
    const { channel, address, sign } = initiator;
    await expect(initiator.update(initiator, responder, 1_000)).rejects.toThrow('insufficient_balance');
    await expect(initiator.update(initiator, responder, -1)).rejects.toThrow('negative_amount');
    await expect(channel.update(address, mallory[era], 1, sign)).rejects.toThrow('invalid_pubkeys');
    await expect(responder.update(responder, initiator, 0.5)).rejects.toThrow('broken_encoding');
  });

  it('survives a conflict, whoever was first, and updates after it', async () => {
    const both = await Promise.all([
      initiator.update(initiator, responder, 1),
      responder.update(responder, initiator, 1),
    ]);
    expect(both).toEqual([{ accepted: false }, { accepted: false }]);
    const again = await initiator.update(initiator, responder, 1);
    expect(again).toMatchObject({ accepted: true });
    expect(roundOf(again.state)).toBe('5');
    const other = await Promise.all([
      responder.update(responder, initiator, 1),
      initiator.update(initiator, responder, 1),
    ]);
    expect(other).toEqual([{ accepted: false }, { accepted: false }]);
    expect(await responder.update(responder, initiator, 1)).toMatchObject({ accepted: true });
  });

  it('runs updates of one client one after the other', async () => {
    const three = await Promise.all([1, 1, 1].map((amount) => responder.update(responder, initiator, amount)));
    expect(three.map(({ state }) => roundOf(state))).toEqual(['7', '8', '9']);
  });

  it('carries messages both ways', async () => {
    initiator.channel.sendMessage('hejsan', responder.address);
    await responder.until(({ messages }) => messages.length === 1);
    expect(responder.messages[0]).toMatchObject({ from: initiator.address, to: responder.address, info: 'hejsan' });
    responder.channel.sendMessage('svejsan', initiator.address);
    await initiator.until(({ messages }) => messages.length === 1);
    expect(initiator.messages[0]).toMatchObject({ from: responder.address, to: initiator.address, info: 'svejsan' });
  });

  it('shuts down, and is disconnected', async () => {
    const closing = see(await initiator.channel.shutdown(initiator.sign));
    expect(closing).toMatchObject({ kind: 'close' });
    await Promise.all(
      [initiator, responder].map((party) => party.until(({ statuses }) => statuses.at(-1) === 'disconnected')),
    );
    expect(responder.statuses.slice(-2)).toEqual(['died', 'disconnected']);
    await world.server.chain.mine();
    expect(world.server.chain.locked).toBe(0n);
    expect(world.reports).toEqual([]);
  });
});
