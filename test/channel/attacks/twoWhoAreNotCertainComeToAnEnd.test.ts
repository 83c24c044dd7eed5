/**
 * Each of two parties of ours has signed a payment that the other has refused, and then both agree on less: neither is certain. Whatever their patience is,
 * and although both would begin the round that makes it so in the same moment, they do not void each other's for ever.
 */
import { type ChannelNotice, type OpenChannelOptions, openChannel, type Policy } from '../../../src/channel/index.ts';
import { alice, bob, World } from '../node/world.ts';
import { fate } from '../party/world.ts';

const each = 10n ** 15n;

it.each(['text', 'rpc'] as const)('%s', async (dialect) => {
  const world = await World.open({ blockMs: 20 });
  let refuses = true;
  const policy: Policy = ({ what }) => (what === 'update_ack' && refuses ? { abort: 200 } : true);
  const common = {
    url: world.server.url,
    initiator: alice.modern,
    responder: bob.modern,
    initiatorAmount: each,
    responderAmount: each,
    pushAmount: 0n,
    channelReserve: 2n,
    lockPeriod: 10,
    host: 'localhost',
    port: 1234,
    minimumDepth: 0,
    dialect,
    policy,
  } satisfies Partial<OpenChannelOptions>;
  const told: ChannelNotice[] = [];
  let tell = () => {};
  const certain = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const ends = await Promise.all([
    openChannel({ ...common, role: 'initiator', signer: alice.signer, settleTimeout: 100 }),
    openChannel({
      ...common,
      role: 'responder',
      signer: bob.signer,
      settleTimeout: 50,
      notify: (notice) => {
        told.push(notice);
        if (notice.type === 'updated') tell();
      },
    }),
  ]);
  for (const end of ends) expect(await fate(end.pay(5n))).toMatchObject({ code: 'aborted', errorCode: 200 });
  refuses = false;
  const [one] = ends;
  expect(await one.pay(1n)).toMatchObject({ round: 2, initiatorAmount: each - 1n });
  await certain;
  const changes = told.flatMap((notice) =>
    notice.type === 'contested' || notice.type === 'updated' ? [[notice.type, notice.state.round]] : [],
  );
  expect(changes.slice(0, 2)).toEqual([
    ['contested', 2],
    ['updated', 2],
  ]);
  await Promise.all(ends.map((end) => end.disconnect()));
  await world.close();
});
