/** An app that says too much, or what cannot be said, hears so at once: its line does not break over it, and what goes out is what it meant. */
import { dealtWith, fate, useNode } from '../party/world.ts';

const { opened } = useNode();

it.each([
  ['too long', 'x'.repeat(65_537), 'tooLong'],
  ['too long in bytes', 'å'.repeat(40_000), 'tooLong'],
  ['too long when it is written', '\u0000'.repeat(20_000), 'tooLong'],
  ['nothing', undefined, 'notJson'],
  ['a deed', () => {}, 'notJson'],
])('a message that is %s', async (_, info, code) => {
  const { channel, peer, hears } = await opened();
  expect(await fate(channel.message(info))).toMatchObject({ code });
  await dealtWith(peer, hears);
  expect(peer.unread()).toEqual([]);
});

it('a message with long numbers', async () => {
  const { channel, peer } = await opened();
  await channel.message({ amount: 10n ** 18n + 1n });
  expect(await peer.hears()).toMatchObject({ payload: { info: '{"amount":1000000000000000001}' } });
});

it.each(['007', '7'])('an amount that is written as %s', async (amount) => {
  const { channel, node } = await opened();
  const { initiator, responder } = node.accounts;
  void fate(channel.update({ from: initiator, to: responder, amount }));
  expect(await node.peer.frame()).toContain('"amount":7}');
});

it.each(['1.5', '1e3', '', 'x', '9'.repeat(81)])('an amount that is none: %s', async (amount) => {
  const { channel, node } = await opened();
  const { initiator, responder } = node.accounts;
  expect(await fate(channel.update({ from: initiator, to: responder, amount }))).toMatchObject({ code: 'badAmount' });
});
