/** A node by hand that speaks JSON-RPC to a party: how the frames of today are said, and a channel that is opened with them. */
import type { SimulatedClock } from '../../../src/testing/index.ts';
import type { Peer, useNode } from './world.ts';

export const says = (peer: Peer, method: string, data: unknown): void =>
  peer.raw(JSON.stringify({ jsonrpc: '2.0', version: 1, method, params: { channel_id: null, data } }));

export const informs = (peer: Peer, ...events: readonly string[]): void => {
  for (const event of events) says(peer, 'channels.info', { event });
};

/** What is refused, with the code that today's nodes give it. */
export const rejects = (peer: Peer, code: number, request: unknown): void =>
  peer.raw(
    JSON.stringify({
      jsonrpc: '2.0',
      version: 1,
      id: null,
      channel_id: null,
      error: { code: 3, message: 'Rejected', data: [{ code, message: 'No' }], request },
    }),
  );

/** A channel that is open, in the frames of today. */
export async function openedInRpc({ meet }: Pick<ReturnType<typeof useNode>, 'meet'>, clock?: SimulatedClock) {
  const made = await meet({ era: 'modern', dialect: 'rpc', ...(clock === undefined ? {} : { clock }) });
  const { peer, notary } = made;
  says(peer, 'channels.info', { event: 'fsm_up', fsm_id: 'ba_known' });
  informs(peer, 'channel_accept');
  says(peer, 'channels.sign.initiator_sign', { signed_tx: notary.create(), updates: [] });
  expect(await peer.hears()).toMatchObject({ method: 'channels.initiator_sign' });
  informs(peer, 'funding_signed');
  const create = await notary.cosigned(notary.create());
  says(peer, 'channels.on_chain_tx', { info: 'funding_signed', tx: create });
  informs(peer, 'own_funding_locked', 'funding_locked', 'open');
  says(peer, 'channels.update', { state: create });
  expect(await made.opening).toBe(made.channel);
  return { ...made, create };
}
