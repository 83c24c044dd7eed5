/** The streaming state of the text, as a player of ours goes through it with a payee that knows only the text, and with one that knows more. */
import { keyOf, offerOf, Script, useScriptedPayee } from '../../world.ts';

const world = useScriptedPayee();
const terms = { ...offerOf(), credit: 0 };

it('pays each part when it is asked to, and the one that leaves nothing with a final state', async () => {
  const { player, peer, script } = await world.meet({ terms, budget: { part: '10', session: '30' } });
  await script.plays(null);
  const parts = player.parts();
  for (const n of [1, 2, 3]) {
    peer.raw('["pay"]');
    const [event, signature] = await peer.hears();
    expect(event).toBe('pay');
    expect(await script.isSigned(signature, n === 3 ? 'close' : 'state', `${n}0`, n)).toBe(true);
    peer.raw(`["secret","${keyOf(n - 1)}"]`);
    const { value } = await parts.next();
    expect(value).toMatchObject({ stream: 'news', number: n - 1, bytes: new TextEncoder().encode(keyOf(n - 1)) });
  }
  expect(player.spent).toBe(30n);
});

it('takes the next pay right behind a secret: the text lets nothing come between them', async () => {
  const { peer, script, told, player } = await world.meet({ terms });
  await script.plays(null);
  peer.say('pay');
  await peer.hearsOf('pay');
  peer.say('secret', keyOf(0));
  peer.say('pay');
  const [event, signature] = await peer.hears();
  expect(event).toBe('pay');
  expect(await script.isSigned(signature, 'state', '20', 2)).toBe(true);
  expect(told.all.filter(({ type }) => type === 'violated')).toEqual([]);
  expect(player.spent).toBe(20n);
});

it('tells a payee that knows the extensions which state it has signed', async () => {
  const { peer, script } = await world.meet();
  expect(await script.plays()).toEqual(['play', script.payer, { stream: 'news', part: 0 }]);
  script.asks(0);
  const [, signature, signed] = await peer.hearsOf('pay');
  expect(signed).toEqual({ sequence: 1, sent: '10' });
  expect(await script.isSigned(signature, 'state', '10', 1)).toBe(true);
  script.gives(0);
  script.asks(1);
  const [, next, about] = await peer.hearsOf('pay');
  expect(about).toEqual({ sequence: 2, sent: '20' });
  expect(await script.isSigned(next, 'state', '20', 2)).toBe(true);
});

it('sends play again when the payee has gone idle', async () => {
  const { player, peer, script } = await world.meet({ secretTimeout: 50 });
  await script.plays();
  script.asks(0);
  await peer.hearsOf('pay');
  script.gives(0);
  const parts = player.parts();
  await parts.next();
  peer.socket.terminate();
  const again = await world.accept();
  expect((await again.hears())[0]).toBe('publicKey');
});

it('"if the balance is zero, the client forgets the channel and enters the idle state": the next one has another id', async () => {
  const { player, peer, script, told } = await world.meet({ deposit: '10', terms });
  await script.plays(null);
  const first = script.channel?.id;
  peer.say('pay');
  const [, signature] = await peer.hearsOf('pay');
  expect(await script.isSigned(signature, 'close', '10', 1)).toBe(true);
  peer.say('secret', keyOf(0));
  await told.until(({ type }) => type === 'emptied');
  expect((await player.parts().next()).value).toMatchObject({ number: 0 });
  // From the first step on: it asks for the key and for the latest state again.
  const next = new Script(await world.accept(), world.payee(), script.payer);
  expect(await next.plays(null)).toEqual(['play', script.payer, { stream: 'news', part: 1 }]);
  expect(next.channel?.id).not.toBe(first);
});
