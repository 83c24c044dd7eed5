/** The text's session from a party's side: both roles, both dialects, both encodings. */
import { settings, useNode } from './world.ts';

const { opened, meet } = useNode();

describe.each(settings)('%s, %s, as the %s', (speaks, era, role) => {
  it('opens, pays each way, and closes', async () => {
    const { channel, node, peer, notary, hears } = await opened({ speaks, era, role });
    expect(channel.id).toMatch(era === 'legacy' ? /^ch\$/ : /^ch_/);
    expect(channel.state).toMatchObject({ round: 1, initiatorAmount: node.shares[0], responderAmount: node.shares[1] });
    expect(channel.machineState).toBe('open.ready');

    const paying = channel.update({ from: node.accounts.initiator, to: node.accounts.responder, amount: 2n });
    const own = await node.takesUpdate('initiator', 2n);
    expect(own.started).toEqual({
      action: 'update',
      tag: 'new',
      payload: { from: node.accounts.initiator, to: node.accounts.responder, amount: 2 },
    });
    expect(await notary.signersOf(own.reply)).toEqual([role]);
    await node.finishes(own);
    expect(await paying).toMatchObject({ round: 2, initiatorAmount: own.shares[0], responderAmount: own.shares[1] });
    await hears('updated');

    const its = await node.putsUpdate('responder', 1n);
    expect(await notary.signersOf(its.reply)).toEqual([role]);
    await node.finishes(its);
    expect(await hears('updated')).toMatchObject({ isOwn: false, state: { round: 3, initiatorAmount: its.shares[0] } });

    const closing = channel.shutdown();
    expect(await peer.hears()).toEqual({ action: 'shutdown' });
    peer.asks('shutdown_sign', node.closing);
    expect(await notary.signersOf(await peer.reply('shutdown_sign'))).toEqual([role]);
    const onChain = await notary.cosigned(node.closing);
    peer.onChain(onChain);
    expect(await closing).toEqual({ tx: onChain });
    if (speaks === 'epoch') peer.info('close_mutual');
    peer.info('died');
    await hears('closed');
    expect(await peer.closed).toBe(1000);
    await channel.ended;
  });

  it('tells how far the opening has come', async () => {
    const { opening, node, told, channel } = await meet({ speaks, era, role });
    await node.opens();
    await opening;
    expect(channel.machineState).toBe('open.ready');
    const steps = told.flatMap((notice) => (notice.type === 'progress' ? [notice.step] : []));
    expect(steps).toEqual([
      ...(role === 'initiator' ? ['channel_accept', 'funding_signed'] : ['channel_open', 'funding_created']),
      'on_chain_tx',
      'own_funding_locked',
      'funding_locked',
      'open',
    ]);
  });
});
