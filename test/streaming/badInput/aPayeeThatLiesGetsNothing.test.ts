/** What a payee can say to a payer, true or not: the payer's limits hold, a wrong word is told as one, and no more is signed than was agreed. */
import { keyOf, offerOf, type PlayerChanges, type Said, Script, useScriptedPayee } from '../world.ts';

const world = useScriptedPayee();

async function playing(changes: PlayerChanges = {}) {
  const met = await world.meet({ attempts: 0, secretTimeout: 300, answerTimeout: 300, ...changes });
  await met.script.plays();
  return met;
}

/** Asks for the first part, and returns what was paid for it. */
async function paid({ script }: { script: Script }): Promise<Said> {
  script.asks(0);
  return script.peer.hearsOf('pay');
}

describe('an offer', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a price above the budget for a part', { price: '11' }],
    ['a price of 39 digits', { price: '9'.repeat(39) }],
    ['a price that is a number', { price: 10 }],
    ['a negative price', { price: '-10' }],
    ['a scheme that nobody here can sign', { scheme: 'gold' }],
    ['a scheme that every object has', { scheme: '__proto__' }],
    ['no unit', { unit: '' }],
    ['a commitment of 31 bytes', { commitment: 'ab'.repeat(31) }],
  ])('with %s is not taken: nothing is bought', async (_, changes) => {
    const { script, opening, player } = await world.meet({ attempts: 0, answerTimeout: 300 });
    await script.peer.hearsOf('publicKey');
    script.peer.say('publicKey', script.key, 'the payee', offerOf(changes));
    expect(await opening).toBeInstanceOf(Error);
    expect(player.spent).toBe(0n);
    expect(script.peer.unread().filter((frame) => /^\["(refund|newChannel|pay)"/.test(frame))).toEqual([]);
  });

  it('of another stream than the one that was wanted is not taken', async () => {
    const { script, opening, player } = await world.meet({ attempts: 0, answerTimeout: 300, stream: 'music' });
    await script.peer.hearsOf('publicKey');
    script.peer.say('publicKey', script.key, 'the payee', offerOf());
    expect(await opening).toBeInstanceOf(Error);
    expect(player.spent).toBe(0n);
  });

  it('with a price of nothing is no reason to fall over', async () => {
    const { script, opening, reports } = await world.meet({ attempts: 0, answerTimeout: 300 });
    await script.peer.hearsOf('publicKey');
    script.peer.say('publicKey', script.key, 'the payee', offerOf({ price: '0' }));
    script.peer.say('latestState', null);
    expect(await opening).toBeInstanceOf(Error);
    expect(reports).toEqual([]);
  });

  it('that has become dearer on the way back is not taken, nor is another payee', async () => {
    for (const dearer of [true, false]) {
      const { script, player } = await playing({ attempts: 1, budget: { part: '100', session: '1000' } });
      await paid({ script });
      script.gives(0);
      await player.parts().next();
      script.peer.socket.terminate();
      const back = await world.accept();
      await back.hearsOf('publicKey');
      back.say('publicKey', dearer ? script.key : '02'.repeat(32), 'the payee', offerOf(dearer ? { price: '20' } : {}));
      await player.ended;
      expect(player.spent).toBe(10n);
      expect(back.unread().filter((frame) => frame.startsWith('["pay"'))).toEqual([]);
      await back.closed;
    }
  });
});

describe('a pay', () => {
  it.each<[string, Record<string, unknown>]>([
    ['asks for more than a part costs', { required: '11' }],
    ['asks for all of it', { required: '30' }],
    ['asks for more than there is', { required: '999' }],
    ['skips a part', { part: 1, required: '10' }],
    ['skips a part and asks for both', { part: 1, required: '20' }],
    ['is for another stream', { stream: 'music' }],
    ['says that more was accepted than was ever signed', { accepted: '10', required: '20' }],
    ['says that less is in the channel', { deposit: '10' }],
  ])('that %s is not followed beyond the price of the next part', async (_, changes) => {
    const { script, player } = await playing();
    script.asks(0, changes);
    for (let n = 0; n < 2; n += 1) {
      // Whatever it says to that, it has never signed more than one part.
      const said = await Promise.race([script.peer.hears(), player.ended]);
      if (said === undefined) break;
      if (said[0] === 'pay') expect(said[2]).toEqual({ sequence: 1, sent: '10' });
      if (said[0] === 'play') script.asks(0);
    }
    expect(player.spent).toBeLessThanOrEqual(10n);
    expect(player.balance.sent).toBeLessThanOrEqual(10n);
  });

  it('that comes twice is paid once', async () => {
    const { script, player } = await playing();
    const [, signature, signed] = await paid({ script });
    for (let n = 0; n < 3; n += 1) script.asks(0);
    script.gives(0);
    script.asks(1);
    for (;;) {
      const [, next, about] = await script.peer.hearsOf('pay');
      if (Object(about).sequence === 2) break;
      expect([next, about]).toEqual([signature, signed]);
    }
    expect(player.spent).toBe(20n);
  });

  it('beyond the budget of the session is not paid, and the parts end with the reason', async () => {
    const { script, player, told } = await playing({ budget: { part: '10', session: '15' } });
    expect(script.deposit).toBe('10');
    await paid({ script });
    script.gives(0);
    const parts = player.parts();
    await parts.next();
    const again = new Script(await world.accept(), world.payee(), script.payer);
    await again.meets();
    await told.until(({ type }) => type === 'overBudget');
    again.asks(1, { required: '10', accepted: '0' });
    await expect(parts.next()).rejects.toMatchObject({ code: 'overBudget' });
    expect(player.spent).toBe(10n);
  });
});

describe('a secret', () => {
  it.each<[string, string]>([
    ['that opens nothing', 'ff'.repeat(32)],
    ['of the wrong length', 'ab'],
    ['that is empty', ''],
  ])('%s ends the paying, and is told with the part that was lost', async (_, key) => {
    const { script, player, told } = await playing({
      content: () => ({
        have: async () => {},
        open: async (part, given) => {
          if (given !== keyOf(part)) throw new Error('That key opens nothing.');
          return new Uint8Array(1);
        },
      }),
    });
    await paid({ script });
    script.gives(0, key);
    await told.until(({ type }) => type === 'partLost');
    await expect(player.parts().next()).rejects.toMatchObject({ code: 'partLost' });
    script.asks(1);
    expect(player.spent).toBe(10n);
  });

  it('that nobody has paid for is no part, and harms nothing', async () => {
    const { script, player, told } = await playing();
    script.gives(0);
    await told.until(({ type }) => type === 'violated');
    await paid({ script });
    script.gives(0);
    expect((await player.parts().next()).value).toMatchObject({ number: 0 });
  });

  it('that comes twice is one part', async () => {
    const { script, player } = await playing();
    await paid({ script });
    script.gives(0);
    script.gives(0, 'ff'.repeat(32));
    const parts = player.parts();
    expect((await parts.next()).value).toMatchObject({ number: 0, bytes: new TextEncoder().encode(keyOf(0)) });
    expect(player.spent).toBe(10n);
  });

  it('that never comes ends the paying', async () => {
    const { script, player, opening } = await playing({ secretTimeout: 50 });
    await opening;
    await paid({ script });
    const lost = await player
      .parts()
      .next()
      .catch((error: unknown) => error);
    expect(lost).toBeInstanceOf(Error);
    expect(player.spent).toBe(10n);
  });
});

describe('a frame', () => {
  it.each<[string, string | Uint8Array]>([
    ['what is not JSON', 'garbage'],
    ['a binary frame', new TextEncoder().encode('["pay"]')],
    ['an unknown event', '["steal"]'],
    ['a name that every object has', '["__proto__"]'],
    ['a name that every object has, with arguments', '["constructor",{}]'],
    ['an answer to nothing', '{"answer":0,"args":[]}'],
    ['arrays 30,000 deep', '['.repeat(30_000) + ']'.repeat(30_000)],
    ['a key that is a number', '["publicKey",7,"the payee"]'],
    ['a secret that is a number', '["secret",7]'],
    ['a secret of 129 letters', `["secret","${'a'.repeat(129)}"]`],
    ['a latestState that is a word', '["latestState","end"]'],
    ['a state with floats', '["latestState",{"client_balance":29.99}]'],
    ['a fault that is none', '["refused","pay","__proto__"]'],
  ])('with %s is told as a violation, and the stream goes on', async (_, frame) => {
    const { script, player, told, reports } = await playing();
    script.peer.raw(frame);
    await told.until(({ type }) => type === 'violated');
    expect(player.spent).toBe(0n);
    await paid({ script });
    script.gives(0);
    expect((await player.parts().next()).value).toMatchObject({ number: 0 });
    expect(reports).toEqual([]);
  });
});

describe('a latestState', () => {
  it.each<[string, Record<string, unknown>]>([
    ['nobody has signed', { client_balance: '0', server_balance: '30', client_sequence_number: 3 }],
    [
      'somebody else has signed',
      { client_balance: '0', server_balance: '30', client_sequence_number: 3, client_signature: '00'.repeat(64) },
    ],
    ['is of another key', { client_public_key: '02'.repeat(32) }],
  ])('that %s is not kept: nothing counts as spent, nothing is signed on top of it', async (_, changes) => {
    const { script, player, key } = await world.meet({ attempts: 0, answerTimeout: 300 });
    await script.meets(offerOf(), {
      channel_id: '0f'.repeat(16),
      channel_address: 'plain:',
      client_wallet_address: 'the payer',
      client_public_key: key,
      client_balance: '30',
      server_balance: '0',
      client_sequence_number: 0,
      client_signature: null,
      ...changes,
    });
    const said = await Promise.race([script.peer.hears(), player.ended]);
    expect(['refund', undefined]).toContain(said?.[0]);
    expect(player.spent).toBe(0n);
  });
});
