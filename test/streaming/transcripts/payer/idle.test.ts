/** The idle state of the text, as a player of ours goes through it, and each frame that it says there. */
import { offerOf, PAYEE_WALLET, useScriptedPayee } from '../../world.ts';

const world = useScriptedPayee();
const terms = { ...offerOf(), credit: 0 };

it('"queries the server for server\'s public key", and names the extensions, which a payee of the text ignores', async () => {
  const { peer } = await world.meet();
  expect(await peer.frame()).toBe('["publicKey",{"extensions":true}]');
});

it('names the stream that it wants', async () => {
  const { peer } = await world.meet({ stream: 'news' });
  expect(await peer.frame()).toBe('["publicKey",{"extensions":true,"stream":"news"}]');
});

it('"queries the server for the latest active channel info" with its public key', async () => {
  const { peer, key } = await world.meet();
  await peer.frame();
  peer.say('publicKey', world.payeeKey(), PAYEE_WALLET, offerOf());
  expect(await peer.frame()).toBe(`["latestState","${key}"]`);
});

it('"if a channel does not exist", creates one and sends its first state, eight fields and no signature', async () => {
  const { peer, script, key } = await world.meet({ terms });
  await script.meets(null);
  const [event, ...args] = await script.hearsOfChannel();
  expect(event).toBe('newChannel');
  expect(args).toEqual([
    {
      channel_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      channel_address: expect.stringMatching(/^plain:[0-9a-f]{64}$/),
      client_wallet_address: 'the payer',
      client_public_key: key,
      client_balance: '30',
      server_balance: '0',
      client_sequence_number: 0,
      client_signature: null,
    },
  ]);
  peer.say('latestState', args[0]);
  expect(await peer.hears()).toEqual(['play', key, { stream: 'news', part: 0 }]);
});

it.each(['["latestState"]', '["latestState",null]'])('takes %s for empty', async (empty) => {
  const { peer, script } = await world.meet({ terms });
  await peer.frame();
  peer.say('publicKey', world.payeeKey(), PAYEE_WALLET);
  await peer.frame();
  peer.raw(empty);
  expect((await script.hearsOfChannel())[0]).toBe('newChannel');
});

it('asks a payee that makes an offer for the refund of the first state, and announces the channel only then', async () => {
  const { peer, script } = await world.meet();
  await script.meets();
  const [event, state] = await script.hearsOfChannel();
  expect(event).toBe('refund');
  peer.say('refund', await script.sign('refund', '0', 0));
  expect(await peer.hears()).toEqual(['newChannel', state]);
});

it('"if a channel already exists, client verifies the info and keeps it": goes on where it had come to', async () => {
  const first = await world.meet({ terms });
  await first.script.plays(null);
  first.peer.say('pay');
  const [, signature] = await first.peer.hearsOf('pay');
  first.peer.say('secret', '01');
  expect(await first.opening).toBe(first.player);

  // The same key, and nothing kept.
  const second = await world.meet({ terms });
  await second.script.meets(null, {
    ...(typeof first.script.state === 'object' ? first.script.state : {}),
    client_balance: '20',
    server_balance: '10',
    client_sequence_number: 1,
    client_signature: signature,
  });
  expect((await second.peer.hears())[0]).toBe('play');
  second.script.channel = first.script.channel;
  second.script.deposit = '30';
  second.peer.say('pay');
  const [event, next] = await second.peer.hears();
  expect(event).toBe('pay');
  expect(await second.script.isSigned(next, 'state', '20', 2)).toBe(true);
});
