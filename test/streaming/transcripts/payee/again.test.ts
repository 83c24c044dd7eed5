/** What a payer that has lost an answer can ask for once more, and what a payment may overtake. */
import type { Signer } from '../../../../src/signer.ts';
import { Trust } from '../../../../src/streaming/trust.ts';
import { type Peer, type Purse, signerOf, usePayees } from '../../world.ts';

const payee = await signerOf(200);

async function playing(peer: Peer, purse: Purse) {
  peer.say('publicKey', { extensions: true });
  await peer.hears();
  peer.say('newChannel', purse.first());
  await peer.hears();
  peer.say('play', purse.key);
  await peer.hears();
  peer.say('pay', await purse.pays(1), { sequence: 1, sent: '10' });
  await peer.hearsOf('pay');
}

describe('an end that both sides sign', () => {
  /** A place of settlement that is never done. */
  class Endless extends Trust {
    override close(): Promise<void> {
      return new Promise(() => {});
    }
  }
  const world = usePayees({ settlement: new Endless('1000') });

  it('is signed once more, on another connection too', async () => {
    const [peer, purse] = [await world.peer(), await world.purse()];
    await playing(peer, purse);
    const signed = { sequence: 2, sent: '10' };
    const signature = await purse.sign('10', 2, 'close');
    peer.say('close', purse.key, signature, signed);
    const closed = await peer.hears();
    expect(closed[0]).toBe('closed');
    peer.socket.close();
    await peer.closed;

    const again = await world.peer();
    again.say('publicKey', { extensions: true });
    await again.hears();
    again.say('close', purse.key, signature, signed);
    expect(await again.hears()).toEqual(closed);
    again.say('close', purse.key, await purse.sign('10', 3, 'close'), { sequence: 3, sent: '10' });
    expect(await again.hears()).toEqual(['refused', 'close', 'closing']);
  });
});

describe('a receipt', () => {
  let sign = () => {};
  const signer: Signer = {
    publicKey: payee.publicKey,
    sign: async (bytes, signal) => {
      await new Promise<void>((resolve) => {
        sign = resolve;
      });
      return payee.sign(bytes, signal);
    },
  };
  const world = usePayees({ signer });

  it('that a payment overtakes is signed of what is there by then', async () => {
    const [peer, purse] = [await world.peer(), await world.purse()];
    await playing(peer, purse);
    peer.say('receipt', purse.key);
    expect(await peer.answers({ extensions: true })).toEqual([]);
    peer.say('pay', await purse.pays(2), { sequence: 2, sent: '20' });
    await peer.hearsOf('pay');
    sign();
    await peer.answers({ extensions: true });
    sign();
    const [event, , signed] = await peer.hears();
    expect([event, signed]).toEqual(['receipt', { sequence: 2, sent: '20' }]);
  });
});
