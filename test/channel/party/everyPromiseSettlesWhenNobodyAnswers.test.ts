/** A node that says nothing: what was started ends in time, with what is certain said. */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { dealtWith, fate, useNode } from './world.ts';

const { opened, meet, party, stop } = useNode();
const clocked = () => ({
  clock: new SimulatedClock(),
  answerTimeout: 1_000,
  finishTimeout: 5_000,
  openTimeout: 60_000,
});

describe('when the node never answers', () => {
  it('an update that was not put to us ends in time, and nothing of it is signed later', async () => {
    const options = clocked();
    const { channel, node, peer, hears } = await opened(options);
    const paying = fate(channel.pay(1n));
    await peer.hears();
    options.clock.advance(1_000);
    expect(await paying).toMatchObject({ name: 'DeadlinePassed', code: 'noAnswer' });
    peer.asks('update', node.next('initiator', 1n).tx);
    expect(await hears('declined')).toEqual({ type: 'declined', tag: 'update', reason: 'Nobody wants it any more.' });
    const next = channel.pay(2n);
    await dealtWith(peer, hears);
    expect(peer.unread()).toEqual([]);
    // The node waits for a signature: the next update would only wait behind it.
    expect(channel.machineState).toBe('open.refusing');
    peer.conflict(1);
    await node.finishes(await node.takesUpdate('initiator', 2n));
    expect(await next).toMatchObject({ round: 2, initiatorAmount: 5n });
  });

  it('an update that we have signed ends in time, and is still carried out when the node comes with it', async () => {
    const options = clocked();
    const { channel, node, peer, hears } = await opened(options);
    const paying = fate(channel.pay(1n));
    const own = await node.takesUpdate('initiator', 1n);
    options.clock.advance(5_000);
    expect(await paying).toMatchObject({ name: 'DeadlinePassed' });
    expect(channel.machineState).toBe('open.awaitingFinalized');
    const next = channel.pay(1n);
    await dealtWith(peer, hears);
    expect(peer.unread()).toEqual([]);
    await node.finishes(own);
    expect(await hears('updated')).toMatchObject({ isOwn: false, state: { round: 2 } });
    await node.finishes(await node.takesUpdate('initiator', 1n));
    expect(await next).toMatchObject({ round: 3 });
  });

  it('a command that never gets its turn ends in time', async () => {
    const options = { ...clocked(), signTimeout: 1_000 };
    const { channel, node } = await opened(options);
    const paying = fate(channel.pay(1n));
    await node.takesUpdate('initiator', 1n);
    const next = fate(channel.pay(1n));
    options.clock.advance(7_000);
    expect(await paying).toMatchObject({ name: 'DeadlinePassed' });
    expect(await next).toMatchObject({ name: 'DeadlinePassed', code: 'noTurn' });
  });

  it('a closing that was not put to us ends in time; the channel is open', async () => {
    const options = clocked();
    const { channel, peer } = await opened(options);
    const closing = fate(channel.shutdown());
    await peer.hears();
    options.clock.advance(1_000);
    expect(await closing).toMatchObject({ name: 'DeadlinePassed' });
    expect(channel.machineState).toBe('open.ready');
  });

  it('a closing that we have signed ends in time', async () => {
    const options = clocked();
    const { channel, node, peer } = await opened(options);
    const closing = fate(channel.shutdown());
    await peer.hears();
    peer.asks('shutdown_sign', node.closing);
    await peer.reply('shutdown_sign');
    options.clock.advance(5_000);
    expect(await closing).toMatchObject({ name: 'DeadlinePassed' });
    expect(channel.machineState).toBe('closing.awaitingOnChainTx');
  });

  it('the opening ends in time', async () => {
    const options = clocked();
    const { opening, peer, hears } = await meet(options);
    peer.info('channel_accept');
    await hears('progress');
    options.clock.advance(60_000);
    expect(await opening).toMatchObject({ name: 'DeadlinePassed' });
  });
});

describe('when nobody is there', () => {
  it('the opening rejects', async () => {
    await stop();
    const { channel } = await party();
    expect(await fate(channel.open())).toMatchObject({ name: 'ConnectionLost' });
    expect(await fate(channel.pay(1n))).toMatchObject({ name: 'ConnectionLost' });
    expect(await fate(channel.message('hello'))).toMatchObject({ name: 'ConnectionLost' });
    expect(await fate(channel.shutdown())).toMatchObject({ name: 'ConnectionLost' });
  });

  it('an aborted signal ends the opening with its reason', async () => {
    const abort = new AbortController();
    const { opening, peer, hears } = await meet({ signal: abort.signal });
    peer.info('channel_accept');
    await hears('progress');
    abort.abort(new Error('enough'));
    expect(await opening).toMatchObject({ message: 'enough' });
  });
});
