/** Closing without the other, and what may be in the way. */
import { LocalMisuse } from '../../../src/errors.ts';
import { depositTx, eras, included, type Split, start, text, what } from '../chain/dispute.ts';
import { alice, bob } from '../node/world.ts';
import { agreed, ofResponder, World } from './world.ts';

const newest: Split = [3n, 17n];

describe.each(eras)('with %s encodings', (era) => {
  let world: World;
  beforeEach(async () => {
    world = await World.open(era);
    await world.knows(1, [10n, 10n]);
    await world.until('watching.resting');
  });
  afterEach(async () => {
    await world.watch.stop();
    expect(world.reports).toEqual([]);
  });

  /** From the close that was posted to the end. */
  const runsOut = async () => {
    await world.chain.mine();
    await world.look('awaitingLockPeriod.resting');
    await world.chain.mine(5);
    await world.look('settling.resting');
    await world.chain.mine();
    await world.look('settled');
  };

  it('is closed with the last state, settled, and paid out to the unit', async () => {
    await world.knows(5, newest);
    const paid = world.watch.closeAlone();
    await world.until('closingAlone.resting');
    await runsOut();
    expect(await paid).toEqual({ initiatorAmount: 3n, responderAmount: 17n });
    expect(await world.watch.closeAlone()).toEqual({ initiatorAmount: 3n, responderAmount: 17n });
    expect(what(world.chain)).toMatchObject({ alice: start - 11n + 3n, bob: start - 10n - 2n + 17n, locked: 0n });
  });

  it('is closed with the create transaction, which the chain has, where nothing was paid', async () => {
    const paid = world.watch.closeAlone();
    await world.until('closingAlone.resting');
    await runsOut();
    expect(await paid).toEqual({ initiatorAmount: 10n, responderAmount: 10n });
  });

  it('is closed once, however often it is asked for, and goes on after a restart', async () => {
    await world.knows(5, newest);
    const asked = [world.watch.closeAlone(), world.watch.closeAlone()].map((each) => each.catch(String));
    await world.until('closingAlone.resting');
    await world.restart();
    expect(await Promise.all(asked)).toEqual(Array(2).fill('ConnectionLost: The watch was stopped.'));
    const again = world.watch.closeAlone();
    await runsOut();
    expect(await again).toEqual({ initiatorAmount: 3n, responderAmount: 17n });
  });

  it('is not closed when the signer does not want it', async () => {
    world.signer = { publicKey: bob.signer.publicKey, sign: () => Promise.reject(new Error('The person said no.')) };
    await world.restart();
    const refused = world.watch.closeAlone();
    await expect(refused).rejects.toThrow(/said no/);
    await expect(refused).rejects.toMatchObject({ code: 'refused' });
    await world.until('watching.resting');
  });

  it('is not closed when the signer says nothing, and its late answer changes nothing', async () => {
    let answer: (signature: Uint8Array) => void = () => {};
    const signing = new Promise<Uint8Array>((resolve) => {
      answer = resolve;
    });
    world.signer = { publicKey: bob.signer.publicKey, sign: () => signing };
    await world.restart({ signTimeout: 500 });
    const refused = world.watch.closeAlone();
    await world.until('closingAlone.awaitingSignature');
    world.clock.next();
    await expect(refused).rejects.toMatchObject({ code: 'refused' });
    answer(new Uint8Array(64));
    await world.until('watching.resting');
  });

  it('is not closed when the chain does not take it', async () => {
    world.faults.refusal = 'The account has not enough.';
    await expect(world.watch.closeAlone()).rejects.toThrow(LocalMisuse);
    await expect(world.watch.closeAlone()).rejects.toMatchObject({ code: 'rejected' });
    await world.until('watching.resting');
  });

  it('waits for the chain when that cannot be asked', async () => {
    world.faults.isAway = true;
    const paid = world.watch.closeAlone();
    await world.until('watching.resting');
    expect(world.told.at(-1)).toEqual({ type: 'hindered', reason: 'Nobody is there.' });
    world.faults.isAway = false;
    await world.look('closingAlone.resting');
    await runsOut();
    expect(await paid).toEqual({ initiatorAmount: 10n, responderAmount: 10n });
  });

  it('is not closed with a state that the chain does not have, nor with one that it has passed', async () => {
    const deposit = await text(depositTx(era, 4n, 3n, [14n, 10n], { nonce: 2n }), era, alice, bob);
    await included(world.chain, deposit);
    await expect(world.watch.closeAlone()).rejects.toMatchObject({ code: 'noState' });
    world.watch.adopt({
      kind: 'deposit',
      round: 3,
      payments: { initiator: 0, responder: 0 },
      initiatorAmount: '14',
      responderAmount: '10',
      id: '',
      tx: deposit,
      isCoSigned: true,
    });
    const paid = world.watch.closeAlone();
    await world.until('closingAlone.resting');
    await runsOut();
    expect(await paid).toEqual({ initiatorAmount: 14n, responderAmount: 10n });
  });

  it('is not closed where there is none', async () => {
    await world.restart({ channel: { ...ofResponder(era), name: 'another', channelId: '00'.repeat(32) } });
    await world.knows(5, newest);
    await expect(world.watch.closeAlone()).rejects.toMatchObject({ code: 'notOnChain' });
  });

  it('is not closed with a state that only one has signed', async () => {
    world.watch.adopt({ ...(await agreed(era, 9, newest)), isCoSigned: false });
    expect(world.watch.round).toBe(1);
  });
});
