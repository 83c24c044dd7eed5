/** The fifth hole: whoever knew a public key could play for it, and took the socket over. Here a stranger gets nothing, and the payer notices nothing. */
import { keyOf, type Peer, type Purse, usePayees } from '../world.ts';

const world = usePayees();

async function paying() {
  const [peer, purse] = [await world.peer(), await world.purse()];
  peer.say('newChannel', purse.first());
  await peer.hears();
  peer.say('play', purse.key);
  await peer.hears();
  peer.say('pay', await purse.pays(1));
  expect(await peer.hears()).toEqual(['secret', keyOf(0)]);
  expect(await peer.hears()).toEqual(['pay']);
  return { peer, purse };
}

async function isUndisturbed({ peer, purse }: { peer: Peer; purse: Purse }) {
  expect(peer.unread()).toEqual([]);
  peer.say('pay', await purse.pays(2));
  expect(await peer.hears()).toEqual(['secret', keyOf(1)]);
  expect(await peer.hears()).toEqual(['pay']);
  expect(world.payees().stats.payments).toBe(2);
}

/** Another payer, for whom the stranger asks what it likes meanwhile. */
async function stranger() {
  const peer = await world.peer();
  peer.say('publicKey', { extensions: true });
  await peer.hears();
  return peer;
}

const secretsIn = (peer: Peer) => peer.unread().filter((frame) => frame.startsWith('["secret"'));

it('a stranger who plays is asked to pay, and gets no key', async () => {
  const { peer, purse } = await paying();
  const other = await stranger();
  for (const part of [0, 1, 2]) other.say('play', purse.key, { stream: 'news', part });
  other.say('pay', '00'.repeat(64));
  await isUndisturbed({ peer, purse });
  await other.answers({ extensions: true });
  expect(secretsIn(other)).toEqual([]);
});

it('a stranger who shows the signature that latestState shows to everybody gets no key', async () => {
  const { peer, purse } = await paying();
  const other = await stranger();
  other.say('latestState', purse.key);
  const [, state] = await other.hears();
  other.say('play', purse.key, { stream: 'news', part: 0 });
  expect((await other.hears())[0]).toBe('pay');
  const shown = Object(state).client_signature ?? '00'.repeat(64);
  other.say('pay', shown, { sequence: 1, sent: '10' });
  expect((await other.hears())[0]).not.toBe('secret');
  expect(world.payees().stats.released).toBe(1);
  await isUndisturbed({ peer, purse });
});

it('a stranger who shows a signature that it has seen on the line gets no key', async () => {
  const { peer, purse } = await paying();
  peer.socket.terminate();
  await peer.closed;
  const other = await stranger();
  other.say('play', purse.key, { stream: 'news', part: 0 });
  expect((await other.hears())[0]).toBe('pay');
  other.say('pay', await purse.pays(1), { sequence: 1, sent: '10' });
  expect((await other.hears())[0]).not.toBe('secret');
  expect(world.payees().stats.released).toBe(1);
});

it('a stranger cannot pause, top up, close, or take a receipt of a stream that is not its own', async () => {
  const { peer, purse } = await paying();
  const other = await stranger();
  other.say('pause', purse.key);
  other.say('topUp', purse.key, '999');
  other.say('receipt', purse.key);
  other.say('close', purse.key, '00'.repeat(64), { sequence: 2, sent: '10' });
  other.say('newChannel', { ...purse.first(), channel_id: 'ee'.repeat(16) });
  other.say('refund', { ...purse.first(), channel_id: 'dd'.repeat(16) });
  other.say('latestState', purse.key);
  await other.hearsOf('latestState');
  await isUndisturbed({ peer, purse });
  expect(world.payees().balance(purse.key)?.sent).toBe('20');
});

it('a stranger who comes and goes ends nothing', async () => {
  const { peer, purse } = await paying();
  for (let n = 0; n < 5; n += 1) {
    const other = await stranger();
    other.say('play', purse.key);
    await other.hears();
    other.socket.terminate();
    await other.closed;
  }
  await isUndisturbed({ peer, purse });
});

it('many strangers at one channel leave its payer a place', async () => {
  const { peer, purse } = await paying();
  const strangers: Peer[] = [];
  for (let n = 0; n < 20; n += 1) {
    const other = await stranger();
    other.say('play', purse.key);
    strangers.push(other);
  }
  for (const other of strangers) await other.hears();
  await isUndisturbed({ peer, purse });
  peer.socket.terminate();
  await peer.closed;
  for (let n = 0; n < 20; n += 1) {
    const other = await stranger();
    other.say('play', purse.key);
    await other.hears();
  }
  const back = await world.peer();
  back.say('publicKey', { extensions: true });
  await back.hears();
  back.say('play', purse.key, { stream: 'news', part: 2 });
  expect((await back.hears())[0]).toBe('pay');
});
