/**
 * A deposit or withdrawal that both have signed makes a state of its own as soon as the chain has it, whoever has posted it, and whatever the node says of
 * it: who has signed it can close with it.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { toHex } from '../../../src/bytes.ts';
import { type ChainAccess, decode, see } from '../../../src/channel/index.ts';
import { bob, signed } from '../node/world.ts';
import { fate, useNode } from '../party/world.ts';
import { first, half, useCheat } from './cheat.ts';

const { scene, world } = useCheat();
const { opened } = useNode();

it.each(['deposit', 'withdraw'] as const)('a %s that the node still waits for', async (kind) => {
  const { channel, cheat } = await scene();
  const ended = fate(channel[kind](half));
  await cheat.hears(1);
  const { data } = await cheat.next();
  const { chain } = world().server;
  expect(await chain.post(await signed(String(data['signed_tx']), bob))).toBeUndefined();
  const id = toHex(decode(channel.id, 'ch').bytes);
  while (chain.channel(id)?.round !== 2n) await turn();
  // A look may be under way that was too early.
  const closed = async (): Promise<unknown> => {
    const paid = await fate(channel.closeAlone());
    return paid instanceof Error && 'code' in paid && paid.code === 'rejected' ? closed() : paid;
  };
  expect(await closed()).toMatchObject({ initiatorAmount: kind === 'deposit' ? first + half : first - half });
  expect(await ended).toBeInstanceOf(Error);
});

it("the other's deposit that the chain had not wanted at first", async () => {
  let round = 1;
  let stateHash = '';
  let tellPosted = (_: string) => {};
  const posted = new Promise<string>((resolve) => {
    tellPosted = resolve;
  });
  const chain: ChainAccess = {
    height: async () => 1,
    channel: async () => ({ initiatorAmount: 7n, responderAmount: 18n, round, stateHash, lockedUntil: 0 }),
    nextNonce: async () => 1n,
    post: async (tx) => {
      tellPosted(tx);
      return undefined;
    },
  };
  const { channel, node, peer, notary, hears } = await opened({ era: 'modern', watch: { chain, every: 1 } });
  stateHash = toHex(notary.hash([7n, 13n]));
  const next = node.funding('deposit', 'responder', 5n);
  peer.info('deposit_created');
  peer.asks('deposit_ack', next.tx);
  await peer.reply('deposit_ack');
  peer.say({ action: 'conflict', payload: { channel_id: 'ch', round: 1, error_code: 5, error_msg: 'rejected' } });
  await hears('conflict');
  [round, stateHash] = [2, toHex(notary.hash([7n, 18n]))];
  await hears('overtaken');
  void fate(channel.closeAlone());
  expect(see(await posted)).toMatchObject({ kind: 'closeSolo' });
});
