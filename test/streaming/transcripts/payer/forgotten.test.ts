/** "Server replies with the latest state object or empty": empty, of a channel that the payer knows, by a payee that knows only the text. */
import { MemoryStore } from '../../../../adapters/memoryStore.ts';
import { keyOf, offerOf, Script, useScriptedPayee } from '../../world.ts';

const world = useScriptedPayee();
const terms = { ...offerOf(), credit: 0 };

it('ends a channel whose last payment was lost: the part is lost, and the next play buys a new one', async () => {
  const store = new MemoryStore();
  const { peer, script, told, player } = await world.meet({ terms, deposit: '10', store });
  await script.plays(null);
  peer.say('pay');
  await peer.hearsOf('pay');
  peer.socket.terminate();
  const back = new Script(await world.accept(), world.payee(), script.payer);
  await back.meets(null);
  await told.until(({ type }) => type === 'emptied');
  expect(told.all.map(({ type }) => type)).toEqual(['purchaseNeeded', 'playing', 'partLost', 'emptied']);
  await player.ended;
  await player.leave();
  const again = await world.meet({ terms, deposit: '10', store, from: 1 });
  expect(await again.script.plays(null)).toEqual(['play', script.payer, { stream: 'news', part: 1 }]);
});

it('buys a new channel within the budget: what the payee forgot is counted as spent', async () => {
  const { peer, script, player } = await world.meet({ terms, budget: { part: '10', session: '50' } });
  await script.plays(null);
  peer.say('pay');
  await peer.hearsOf('pay');
  peer.say('secret', keyOf(0));
  await player.parts().next();
  peer.socket.terminate();
  const back = new Script(await world.accept(), world.payee(), script.payer);
  await back.meets(null);
  const next = new Script(await world.accept(), world.payee(), script.payer);
  await next.plays(null);
  expect(player.spent).toBe(30n);
  expect(next.deposit).toBe('20');
});

it('announces a channel again that was forgotten before it was paid', async () => {
  const { peer, script } = await world.meet();
  await script.plays();
  peer.say('refused', 'play', 'unknownKey');
  await peer.hearsOf('latestState');
  peer.say('latestState', null);
  expect(await peer.hears()).toEqual(['newChannel', script.state]);
});
