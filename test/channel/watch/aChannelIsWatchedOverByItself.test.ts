/** Who opens a channel needs to know nothing of rounds: what is signed is watched over, and a cheat is answered without being asked. */

import type { Dialect } from '../../../machines/channel/messages.ts';
import { chainAt } from '../../../src/channel/chainAccess.ts';
import { openChannel } from '../../../src/channel/connect.ts';
import { decode } from '../../../src/channel/encoding.ts';
import type { Channel, ChannelNotice } from '../../../src/channel/index.ts';
import { proofOfBalances } from '../../../src/channel/poi.ts';
import { closeSoloTx, text } from '../chain/dispute.ts';
import { alice, bob, World } from '../node/world.ts';

const people = { initiator: alice, responder: bob } as const;

describe.each(['text', 'epoch', 'rpc'] as const)('in dialect %s', (dialect: Dialect) => {
  let world: World;
  let told: ChannelNotice[];
  let ends: readonly [Channel, Channel];
  let wake: () => void;

  const open = (role: 'initiator' | 'responder') =>
    openChannel({
      url: world.server.url,
      role,
      dialect,
      initiator: alice.modern,
      responder: bob.modern,
      initiatorAmount: 10n ** 15n,
      responderAmount: 10n ** 15n,
      pushAmount: 0n,
      channelReserve: 0n,
      lockPeriod: 5,
      minimumDepth: 0,
      host: 'localhost',
      port: 1234,
      signer: people[role].signer,
      ...(role === 'responder'
        ? {
            ...(dialect === 'text' ? {} : { watch: { chain: chainAt(world.server.url), every: 30 } }),
            notify: (notice: ChannelNotice) => {
              told.push(notice);
              wake();
            },
          }
        : { watch: false as const }),
    });

  /** What the responder is told of this. */
  const hears = async (type: ChannelNotice['type']) => {
    for (;;) {
      const notice = told.find((each) => each.type === type);
      if (notice !== undefined) return notice;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };

  beforeEach(async () => {
    told = [];
    wake = () => {};
    world = await World.open({ blockMs: 30 });
    ends = await Promise.all([open('initiator'), open('responder')]);
  });
  afterEach(async () => {
    await Promise.all(ends.map((end) => end.disconnect()));
    await world.close();
    expect(world.reports).toEqual([]);
  });

  it('a stale close is slashed, and the last state paid out', async () => {
    const [initiator, responder] = ends;
    const old = await initiator.pay(100n);
    const last = await responder.request(400n);
    const poi = proofOfBalances([
      { account: alice.signer.publicKey, balance: old.initiatorAmount },
      { account: bob.signer.publicKey, balance: old.responderAmount },
    ]);
    const terms = {
      nonce: world.server.chain.nextNonce(Buffer.from(alice.signer.publicKey).toString('hex')),
      channel: decode(initiator.id, 'ch').bytes,
    };
    const close = closeSoloTx(decode(old.tx, 'tx').bytes, poi, terms);
    expect(await world.server.chain.post(await text(close, 'modern', alice))).toBeUndefined();
    expect(await hears('slashed')).toEqual({ type: 'slashed', round: last.round, stale: old.round });
    expect(await hears('paidOut')).toEqual({
      type: 'paidOut',
      paid: { initiatorAmount: last.initiatorAmount, responderAmount: last.responderAmount },
    });
  }, 20_000);

  it('one closes alone, and is paid out', async () => {
    const [initiator, responder] = ends;
    const last = await initiator.pay(100n);
    expect(await responder.closeAlone()).toEqual({
      initiatorAmount: last.initiatorAmount,
      responderAmount: last.responderAmount,
    });
    expect(world.server.chain.locked).toBe(0n);
    await expect(initiator.closeAlone()).rejects.toMatchObject({ code: 'noWatch' });
  }, 20_000);
});
