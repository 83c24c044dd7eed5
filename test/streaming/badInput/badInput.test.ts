/** Each line of the table of bad input gets its typed answer; no money moves, no key goes out, and another payer at the same payee is served on. */
import { type Peer, Purse, signerOf, usePayees } from '../world.ts';
import { badInput } from './badInput.ts';

const world = usePayees();

/** A payer that has paid one part and is asked for the next. */
async function paying(seed: number): Promise<{ readonly peer: Peer; readonly purse: Purse }> {
  const peer = await world.peer();
  const purse = new Purse(await signerOf(seed), world.payee());
  peer.say('publicKey', { extensions: true });
  peer.say('newChannel', purse.first());
  await peer.hearsOf('latestState');
  peer.say('play', purse.key);
  await peer.hearsOf('pay');
  peer.say('pay', await purse.pays(1));
  await peer.hearsOf('pay');
  return { peer, purse };
}

it.each(badInput)('%s: %s', async (_, comesOfIt, run) => {
  const bystander = await paying(2);
  const { peer, purse } = await paying(1);
  const another = async () => {
    const opened = await world.peer();
    opened.say('publicKey', { extensions: true });
    await opened.hears();
    return opened;
  };
  expect(await run({ peer, purse, payee: world.payee(), another })).toBe(comesOfIt);
  expect(world.payees().balance(purse.key)?.sent).toBe('10');
  expect(world.payees().stats).toMatchObject({ payments: 2, released: 2 });
  expect(bystander.peer.unread()).toEqual([]);
  bystander.peer.say('pay', await bystander.purse.pays(2));
  expect((await bystander.peer.hears())[0]).toBe('secret');
  // The offender itself may mend its ways, where it has not been hung up on.
  const back = await another();
  back.say('play', purse.key, { stream: 'news', part: 1 });
  expect((await back.hears())[0]).toBe('pay');
  back.say('pay', await purse.pays(2), { sequence: 2, sent: '20' });
  expect((await back.hears())[0]).toBe('secret');
  expect(world.reports()).toEqual([]);
});
