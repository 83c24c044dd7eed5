/** Nodes report the same conflict sometimes as `conflict`, and sometimes as an error with code 107 (aeternity#3120): an app need not tell the two apart. */
import { openedInRpc, rejects } from '../party/today.ts';
import { fate, type Peer, useNode } from '../party/world.ts';

const world = useNode();
const { opened } = world;

const ways: readonly (readonly [string, (peer: Peer, request: string) => void])[] = [
  ['a conflict', (peer) => peer.conflict(1)],
  [
    'the error of the node of its time',
    (peer, request) => peer.raw(`{"action":"error","payload":{"reason":"conflict","request":${request}}}`),
  ],
];

const commands = [
  ['an update', (channel: Awaited<ReturnType<typeof opened>>['channel']) => channel.pay(1n)],
  ['a deposit', (channel: Awaited<ReturnType<typeof opened>>['channel']) => channel.deposit(1n)],
  ['a closing', (channel: Awaited<ReturnType<typeof opened>>['channel']) => channel.shutdown()],
] as const;

describe.each(ways)('%s', (_, tell) => {
  it.each(commands)('ends %s as a conflict, and the next update runs', async (__, begin) => {
    const { channel, node, peer } = await opened();
    const begun = fate<unknown>(begin(channel));
    tell(peer, await peer.frame());
    expect(await begun).toMatchObject({ name: 'NotAgreed', code: 'conflict', reason: 'conflict' });
    const next = channel.pay(1n);
    await node.finishes(await node.takesUpdate('initiator', 1n));
    expect(await next).toMatchObject({ round: 2 });
  });
});

it('the error of the nodes of today ends an update as a conflict, and still has its number', async () => {
  const { channel, peer } = await openedInRpc(world);
  const paying = fate(channel.pay(1n));
  rejects(peer, 107, await peer.hears());
  expect(await paying).toMatchObject({ name: 'NotAgreed', code: 'conflict', reason: 'conflict', errorCode: 107 });
});
