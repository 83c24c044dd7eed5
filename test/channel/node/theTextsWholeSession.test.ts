/** The protocol text, from its two `wscat` calls to the closing of the socket: every frame as the text has it. */
import { decode, encode } from '../../../src/channel/encoding.ts';
import { transactionHash } from '../../../src/channel/hashes.ts';
import { alice, bob, type Fields, fields, queryOf, seenIn, shown, signed, txOf, World, Wscat } from './world.ts';

let world: World;
let initiator: Wscat;
let responder: Wscat;

beforeAll(async () => {
  world = await World.open();
  initiator = await Wscat.connect(`${world.server.url}/channel?${queryOf('initiator')}`, alice);
  responder = await Wscat.connect(`${world.server.url}/channel?${queryOf('responder')}`, bob);
});
afterAll(() => world.close());

const info = (event: string) => ({ action: 'info', payload: { event } });
const signRequest = (tag: string, tx: string) => ({ action: 'sign', tag, payload: { tx } });

/** What the chain says of a transaction, asked as in the text. */
async function chainKnows(message: Fields): Promise<Fields> {
  const hash = encode('th', 'legacy', transactionHash(decode(txOf(message), 'tx').bytes));
  const response = await fetch(`${world.server.url.replace('ws', 'http')}/v2/tx/${hash}?tx_encoding=json`);
  expect(response.status).toBe(200);
  return fields(await response.json());
}

describe('the text’s whole session', () => {
  it('opens: "Connection opened messages"', async () => {
    expect(await initiator.next()).toEqual(info('channel_accept'));
    expect(await responder.next()).toEqual(info('channel_open'));
  });

  it('has the initiator sign, then the responder: "Create transaction signing"', async () => {
    const asked = await initiator.next();
    expect(shown(asked)).toEqual(signRequest('initiator_signed', 'create with 0 signatures'));
    expect(seenIn(asked)).toMatchObject({
      initiatorAmount: '10',
      responderAmount: '10',
      channelReserve: '2',
      lockPeriod: '10',
      ttl: '1000',
      fee: '1',
      nonce: '1',
    });
    initiator.type({ action: 'initiator_signed', payload: { tx: await signed(txOf(asked), alice) } });
    expect(await responder.next()).toEqual(info('funding_created'));
    const same = await responder.next();
    expect(same).toEqual({ ...asked, tag: 'responder_signed' });
    responder.type({ action: 'responder_signed', payload: { tx: await signed(txOf(same), bob) } });
    expect(await initiator.next()).toEqual(info('funding_signed'));
  });

  it('posts the transaction: "Signed channel_create_tx", "Transaction in mempool", "Block inclusion"', async () => {
    const [mine, yours] = [await initiator.next(), await responder.next()];
    expect(shown(mine)).toEqual({ action: 'on_chain_tx', payload: { tx: 'create with 2 signatures' } });
    expect(yours).toEqual(mine);
    expect(await chainKnows(mine)).toMatchObject({ block_hash: 'none' });
    await world.server.chain.mine();
    expect(await chainKnows(mine)).toMatchObject({ block_height: 1, confirmations: 1 });
    await world.server.chain.mine(3);
    await initiator.settled();
    expect(initiator.unread).toEqual([]);
    await world.server.chain.mine();
    for (const party of [initiator, responder]) {
      expect(await party.next()).toEqual(info('own_funding_locked'));
      expect(await party.next()).toEqual(info('funding_locked'));
      expect(await party.next()).toEqual(info('open'));
    }
  });

  it('updates: "Start update", "Acknowledger update", "Finish update"', async () => {
    initiator.type({
      action: 'update',
      tag: 'new',
      payload: { from: alice.legacy, to: bob.legacy, amount: 2 },
    });
    const asked = await initiator.next();
    expect(shown(asked)).toEqual(signRequest('update', 'offchain with 0 signatures'));
    expect(seenIn(asked)).toMatchObject({ round: '2', updates: [{ amount: '2' }] });
    initiator.type({ action: 'update', payload: { tx: await signed(txOf(asked), alice) } });
    expect(await responder.next()).toEqual(info('update'));
    const same = await responder.next();
    expect(same).toEqual({ ...asked, tag: 'update_ack' });
    responder.type({ action: 'update_ack', payload: { tx: await signed(txOf(same), bob) } });
    expect(await initiator.next()).toEqual(info('update_finalized'));
    expect(await responder.next()).toEqual(info('update_finalized'));
  });

  it('closes: "Channel mutual close"', async () => {
    responder.type({ action: 'shutdown' });
    const asked = await responder.next();
    expect(shown(asked)).toEqual(signRequest('shutdown_sign', 'close with 0 signatures'));
    // 10 - 3 pushed - 2 paid - 1 of the fee, and 10 + 3 + 2.
    expect(seenIn(asked)).toMatchObject({
      initiatorAmount: '4',
      responderAmount: '15',
      fee: '1',
      nonce: '2',
      ttl: '0',
    });
    responder.type({ action: 'shutdown_sign', payload: { tx: await signed(txOf(asked), bob) } });
    const same = await initiator.next();
    expect(same).toEqual({ ...asked, tag: 'shutdown_sign_ack' });
    initiator.type({ action: 'shutdown_sign_ack', payload: { tx: await signed(txOf(same), alice) } });
    const [mine, yours] = [await initiator.next(), await responder.next()];
    expect(shown(mine)).toEqual({ action: 'on_chain_tx', payload: { tx: 'close with 2 signatures' } });
    expect(yours).toEqual(mine);
    expect(await initiator.next()).toEqual(info('died'));
    expect(await responder.next()).toEqual(info('died'));
    expect(await Promise.all([initiator.closed, responder.closed])).toEqual([
      [1000, ''],
      [1000, ''],
    ]);
    expect(await chainKnows(mine)).toMatchObject({ block_hash: 'none' });
    await world.server.chain.mine();
    expect(await chainKnows(mine)).toMatchObject({ block_height: 6 });
    expect(world.reports).toEqual([]);
  });
});
