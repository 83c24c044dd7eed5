/** What an app is told, and what it can do, before and beside the parts. */
import { LimitReached, PeerMisbehaved } from '../../../../src/errors.ts';
import type { PlayerNotice } from '../../../../src/streaming/player.ts';
import { keyOf, offerOf, useScriptedPayee } from '../../world.ts';

const world = useScriptedPayee();

it('is told what happens before open has resolved, and of a payment also which state it was', async () => {
  const notices: PlayerNotice[] = [];
  const { script, peer, opening, player } = await world.meet({ notify: (notice) => notices.push(notice) });
  await script.plays();
  await opening;
  expect(notices.map(({ type }) => type)).toEqual(['purchaseNeeded', 'bought', 'playing']);
  script.asks(0);
  await peer.hearsOf('pay');
  script.gives(0);
  await player.parts().next();
  expect(notices.find(({ type }) => type === 'paid')).toMatchObject({ sequence: 1, sent: '10' });
});

it('buys by hand with a deposit of 0', async () => {
  const { script, opening, player, told } = await world.meet({ deposit: 0n });
  await script.meets();
  expect(await opening).toBe(player);
  expect(player.offer.price).toBe('10');
  expect(told.all.map(({ type }) => type)).toEqual(['purchaseNeeded']);
  player.topUp(20n);
  await script.hearsOfChannel();
  expect(script.deposit).toBe('20');
});

it('is told why a second top-up is none, and can make one after a refusal', async () => {
  const declined: string[] = [];
  const { script, peer, player, opening } = await world.meet({
    notify: (notice) => {
      if (notice.type === 'declined') declined.push(notice.reason);
    },
  });
  await script.plays();
  await opening;
  player.topUp(10n);
  player.topUp(10n);
  await peer.hearsOf('topUp');
  expect(declined).toEqual(['The channel is being topped up already.']);
  peer.say('refused', 'topUp', 'unavailable');
  const refused = new Promise<void>((resolve) => player.on('refusedBy', () => resolve()));
  await refused;
  player.topUp(10n);
  expect((await peer.hearsOf('topUp'))[2]).toBe('40');
  expect(declined).toHaveLength(1);
});

it.each([{ price: '11' }, { scheme: 'gold' }])('is told why an offer was refused: %j', async (changes) => {
  const { script, opening } = await world.meet();
  await script.peer.hearsOf('publicKey');
  script.peer.say('publicKey', script.key, 'the payee', offerOf(changes));
  const refused = await opening;
  expect(refused).toBeInstanceOf(PeerMisbehaved);
  expect(refused).toMatchObject({ code: 'refusedOffer' });
});

it('is told when nothing is left to play with', async () => {
  const { script, opening } = await world.meet({ budget: { part: '10', session: '9' } });
  await script.meets();
  expect(await opening).toBeInstanceOf(LimitReached);
});

it('opens each part with its own key, also when another one comes meanwhile', async () => {
  let open = () => {};
  const { script, peer, player } = await world.meet({
    content: () => ({
      have: () =>
        new Promise<void>((resolve) => {
          open = resolve;
        }),
      open: async (part, key) => {
        if (key !== keyOf(part)) throw new Error('That key opens nothing.');
        return new Uint8Array(1);
      },
    }),
  });
  await script.plays(offerOf({ credit: 2 }));
  script.asks(0);
  script.gives(0);
  script.gives(1);
  open();
  const parts = player.parts();
  expect((await parts.next()).value).toMatchObject({ number: 0 });
  expect((await parts.next()).value).toMatchObject({ number: 1 });
  script.asks(2, { required: '30', accepted: '0' });
  const again = setInterval(() => open(), 5);
  const [, , signed] = await peer.hearsOf('pay');
  clearInterval(again);
  expect(signed).toEqual({ sequence: 1, sent: '30' });
});
