/** What is ours, between two that know it: a refund before the money, a receipt, a top-up, a pause, an end that both sign. */
import { verify } from '../../../../src/keys/index.ts';
import { plain } from '../../../../src/streaming/plain.ts';
import type { Standing, Statement } from '../../../../src/streaming/scheme.ts';
import { keyOf, type Peer, type Purse, usePayees } from '../../world.ts';

const world = usePayees();

async function extended() {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.say('publicKey', { extensions: true });
  await peer.hears();
  return { peer, purse };
}

async function playing({ peer, purse }: { peer: Peer; purse: Purse }) {
  peer.say('newChannel', purse.first());
  await peer.hears();
  peer.say('play', purse.key);
  await peer.hears();
}

const isThePayees = ({ channel }: Purse, statement: Statement, standing: Standing, signature: unknown) =>
  verify(
    Buffer.from(world.payee(), 'hex'),
    plain.bytes(statement, channel, standing),
    Buffer.from(`${signature}`, 'hex'),
  );

it('signs the refund of a first state before there is any money', async () => {
  const { peer, purse } = await extended();
  peer.say('refund', purse.first());
  const [event, signature] = await peer.hears();
  expect(event).toBe('refund');
  const standing = { deposit: '30', sent: '0', sequence: 0 };
  expect(await isThePayees(purse, 'refund', standing, signature)).toBe(true);
});

it('signs a receipt of what it has got', async () => {
  const { peer, purse } = await extended();
  await playing({ peer, purse });
  peer.say('pay', await purse.pays(1), { sequence: 1, sent: '10' });
  expect(await peer.hears()).toEqual(['secret', keyOf(0), { stream: 'news', part: 0 }]);
  expect(await peer.hears()).toEqual([
    'pay',
    { stream: 'news', part: 1, required: '20', accepted: '10', deposit: '30' },
  ]);
  peer.say('receipt', purse.key);
  const [event, signature, about] = await peer.hears();
  expect([event, about]).toEqual(['receipt', { sequence: 1, sent: '10' }]);
  expect(await isThePayees(purse, 'receipt', { deposit: '30', sent: '10', sequence: 1 }, signature)).toBe(true);
});

it('signs the end of a channel that the payer wants to end', async () => {
  const { peer, purse } = await extended();
  await playing({ peer, purse });
  peer.say('pay', await purse.pays(1), { sequence: 1, sent: '10' });
  await peer.hearsOf('pay');
  const signed = { sequence: 2, sent: '10' };
  peer.say('close', purse.key, await purse.sign('10', 2, 'close'), signed);
  const [event, signature, about] = await peer.hears();
  expect([event, about]).toEqual(['closed', signed]);
  expect(await isThePayees(purse, 'close', { deposit: '30', sent: '10', sequence: 2 }, signature)).toBe(true);
});

it('asks nothing of a payer that pauses until it plays again', async () => {
  const { peer, purse } = await extended();
  await playing({ peer, purse });
  peer.say('pay', await purse.pays(1), { sequence: 1, sent: '10' });
  await peer.hearsOf('pay');
  peer.say('pause', purse.key);
  peer.say('pay', await purse.pays(2), { sequence: 2, sent: '20' });
  expect(await peer.hears()).toEqual(['refused', 'pay', 'unexpected']);
  peer.say('play', purse.key, { stream: 'news', part: 1 });
  expect((await peer.hears())[0]).toBe('pay');
});

it('knows a larger deposit once the place of settlement shows it', async () => {
  const { peer, purse } = await extended();
  peer.say('newChannel', purse.first());
  await peer.hears();
  peer.say('topUp', purse.key, '50');
  expect(await peer.hears()).toEqual(['latestState', purse.first({ client_balance: '50' })]);
});
