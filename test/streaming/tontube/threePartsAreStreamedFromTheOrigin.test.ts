/** The dialect letter by letter, in both directions, from the first word to the third part: what passed between our player and the origin's own server. */
import { bytesOf, installTimeout, keysOf, useOrigin, wallets } from './origin.ts';

const world = useOrigin();

const id = '258870532663742950364208952715578537202';
const deposit = '50000000';

it(
  'as its own payers are',
  async () => {
    const keys = await keysOf();
    const fetched: string[] = [];
    const { origin, player, notices, opened } = await world.plays({
      parts: 3,
      fetch: async (url) => {
        fetched.push(`${url}`);
        return new Response(`video ${fetched.length}`);
      },
    });
    const channel = world.channel(BigInt(id), deposit);
    const address = (await channel.getAddress()).toString(true, true, true);
    const named = `"channel_id":"${id}","channel_address":"${address}","client_wallet_address":"${wallets.payer}"`;

    await origin.expects('42["publicKey"]');
    origin.says(`451-["publicKey",{"_placeholder":true,"num":0},"${wallets.payee}"]`, keys.payee);

    await origin.expects('451-["latestState",{"_placeholder":true,"num":0}]', keys.payer);
    origin.says('42["latestState",null]');

    await origin.expects(
      `451-["newChannel",{${named},"client_public_key":{"_placeholder":true,"num":0},"client_balance":0.05,"server_balance":0,"client_sequence_number":0,"client_signature":null}]`,
      keys.payer,
    );
    // The wallet comes back as the inside of an object, the key a second time.
    origin.says(
      `453-["latestState",{"channel_id":"${id}","channel_address":"${address}","client_wallet_address":{"wc":0,"hashPart":{"_placeholder":true,"num":0},"isTestOnly":false,"isUserFriendly":false,"isBounceable":false,"isUrlSafe":false},"client_public_key":{"_placeholder":true,"num":1},"client_balance":0.05,"server_balance":0,"client_sequence_number":0,"client_signature":null,"clientPublicKey":{"_placeholder":true,"num":2}}]`,
      bytesOf('11'.repeat(32)),
      keys.payer,
      keys.payer,
    );

    await origin.expects('451-["play",{"_placeholder":true,"num":0}]', keys.payer);
    const payments = [
      {
        floats: '"client_balance":0.04,"server_balance":0.01',
        left: '40000000',
        sent: '10000000',
        token: '0.356269798',
      },
      {
        floats: '"client_balance":0.03,"server_balance":0.02',
        left: '30000000',
        sent: '20000000',
        token: '0.936113462',
      },
      { floats: '"client_balance":0.02,"server_balance":0.03', left: '20000000', sent: '30000000', token: '1.2e-7' },
    ];
    const parts = player.parts();
    for (const [part, { floats, left, sent, token }] of payments.entries()) {
      origin.says('42["pay"]');
      const state = `{${named},"client_public_key":{"_placeholder":true,"num":0},${floats},"client_sequence_number":${part + 1},"client_signature":{"_placeholder":true,"num":1}}`;
      await origin.expects(`452-["pay",${state}]`, keys.payer);
      const signature = await origin.hears();
      if (typeof signature === 'string') throw new Error('A signature is bytes.');
      expect(signature).toHaveLength(64);
      // What the origin does with it.
      expect(await channel.verifyState(world.expected(left, sent, part + 1), signature)).toBe(true);

      origin.says(`42["secret","${token}"]`);
      origin.says(`452-["latestState",${state}]`, keys.payer, signature);
      const { value } = await parts.next();
      expect(value).toMatchObject({ stream: 'tontube', number: part });
      expect(Buffer.from(value?.bytes ?? []).toString()).toBe(`video ${part + 1}`);
    }
    expect((await parts.next()).done).toBe(true);

    expect(await opened).toBe(player);
    expect(fetched).toEqual([
      'http://videos.example/getVideo?secret=0.356269798',
      'http://videos.example/getVideo?secret=0.936113462',
      'http://videos.example/getVideo?secret=1.2e-7',
    ]);
    expect(player.balance).toEqual({ deposit: 50_000_000n, left: 20_000_000n, sent: 30_000_000n });
    expect(notices.filter(({ type }) => type === 'violated')).toEqual([]);
  },
  installTimeout,
);

it('and the payment that leaves nothing is a close with a sequence number that no contract takes', async () => {
  const keys = await keysOf();
  const { origin, player, notices } = await world.plays(
    { parts: 1, fetch: async () => new Response('video') },
    { deposit: '10000000' },
  );
  const channel = world.channel(BigInt(id), '10000000');
  const address = (await channel.getAddress()).toString(true, true, true);
  await origin.hears();
  origin.says(`451-["publicKey",{"_placeholder":true,"num":0},"${wallets.payee}"]`, keys.payee);
  await origin.expects('451-["latestState",{"_placeholder":true,"num":0}]', keys.payer);
  origin.says('42["latestState",null]');
  await origin.hears();
  await origin.hears();
  origin.says(
    `451-["latestState",{"channel_id":"${id}","channel_address":"${address}","client_wallet_address":"${wallets.payer}","client_public_key":{"_placeholder":true,"num":0},"client_balance":0.01,"server_balance":0,"client_sequence_number":0,"client_signature":null}]`,
    keys.payer,
  );
  await origin.expects('451-["play",{"_placeholder":true,"num":0}]', keys.payer);
  origin.says('42["pay"]');
  await origin.hears();
  await origin.hears();
  const signature = await origin.hears();
  if (typeof signature === 'string') throw new Error('A signature is bytes.');
  const last = world.expected('0', '10000000', 1);
  expect(await channel.verifyState(last, signature)).toBe(false);
  expect(await channel.verifyClose(last, signature)).toBe(true);
  origin.says('42["secret","0.5"]', '42["latestState","end"]');
  for await (const { bytes } of player.parts()) expect(Buffer.from(bytes).toString()).toBe('video');
  await player.ended;
  expect(notices.map(({ type }) => type)).toEqual(['paid', 'unlocked', 'streamEnded', 'emptied']);
});
