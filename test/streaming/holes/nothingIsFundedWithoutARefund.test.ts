/** The seventh hole: the payer put its money in with nothing in hand. Here it wants the payee's signature of the refund first. */
import type { Channel } from '../../../src/streaming/scheme.ts';
import { Trust } from '../../../src/streaming/trust.ts';
import { Happened, respelled, useScriptedPayee } from '../world.ts';

class Bank extends Trust {
  readonly funded = new Happened<{ readonly channel: Channel; readonly deposit: string }>();

  override async fund(channel?: Channel, deposit = ''): Promise<void> {
    if (channel !== undefined) this.funded.tell({ channel, deposit });
  }
}

const world = useScriptedPayee();

async function asked() {
  const settlement = new Bank('0');
  const met = await world.meet({ settlement, answerTimeout: 200, attempts: 0 });
  await met.script.meets();
  const [event] = await met.script.hearsOfChannel();
  expect(event).toBe('refund');
  return { ...met, funded: settlement.funded };
}

it('funds when the refund is signed, and not before', async () => {
  const { script, peer, funded } = await asked();
  expect(funded.all).toEqual([]);
  peer.say('refund', await script.sign('refund', '0', 0));
  expect(await funded.until(() => true)).toEqual({ channel: script.channel, deposit: '30' });
  expect((await peer.hears())[0]).toBe('newChannel');
});

it.each<[string, (refund: string, state: string) => readonly unknown[] | undefined]>([
  ['the signature is of something else', (_, state) => ['refund', state]],
  ['the signature is spelled another way', (refund) => ['refund', respelled(refund)]],
  ['the signature is noise', () => ['refund', '00'.repeat(64)]],
  ['the signature is too short', (refund) => ['refund', refund.slice(2)]],
  ['there is no signature', () => ['refund']],
  ['the payee goes on as if it had signed', () => ['latestState', null]],
  ['the payee refuses', () => ['refused', 'refund', 'unavailable']],
  ['the payee says nothing', () => undefined],
])('funds nothing when %s, and says so', async (_, answer) => {
  const { script, peer, funded, opening, player } = await asked();
  const said = answer(await script.sign('refund', '0', 0), await script.sign('receipt', '0', 0));
  if (said !== undefined) peer.raw(JSON.stringify(said));
  expect(await opening).toBeInstanceOf(Error);
  expect(funded.all).toEqual([]);
  expect(player.spent).toBe(0n);
});
