/**
 * A session of two clients of today, recorded with a node that stood in for the real one, played again line by line over real sockets: what the clients
 * said is said, in their order, with our keys and our signatures, and each of them hears what it heard then. Of transactions it is compared what they
 * are, of which round, and how many have signed.
 */
import { readFileSync } from 'node:fs';
import { see } from '../../../../src/channel/seen.ts';
import { alice, bob, type Fields, fields, mallory, signed, World, Wscat } from '../../node/world.ts';

type Role = 'initiator' | 'responder';

const recorded: readonly (readonly [way: string, message: Fields])[] = readFileSync(
  new URL('../../vectors/aeternity-jsonrpc-wire.jsonl', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => {
    const [way, message]: [string, unknown] = JSON.parse(line);
    return [way, fields(message)];
  });

const people = { initiator: alice, responder: bob } as const;

/** Whose account is whose: the stranger's is in the update that names nobody of the channel. */
const accounts: Readonly<Record<string, string>> = {
  ak_GYyYptPmkhnTnYWKGnRSnGji9uVADDpa4xmpwVixqgaktD1er: alice.modern,
  ak_dqKk2VeKDT4i654G2NKferhxrvVBfppgRgzBZFS9GHNDq5bBW: bob.modern,
  ak_eaMUmrpYnmVumoh8FdV26tuf8bfFmtQU1JcPk5iK7o989hXRt: mallory.modern,
};

/** What a transaction is, whoever made it. */
function facts(tx: string): string {
  const seen = see(tx);
  if (seen.kind === 'unreadable') return seen.reason;
  const round = 'round' in seen ? ` of round ${seen.round}` : '';
  return `${seen.kind}${round} with ${seen.signatures.length} signatures`;
}

/** A message in which only what any node would say stands as it is. */
function plain(value: unknown, name = ''): unknown {
  if (typeof value === 'string') {
    if (name === 'fsm_id' || name === 'channel_id') return name;
    if (/^(tx|state|signed_tx)$/.test(name)) return facts(value);
    return accounts[value] ?? value;
  }
  if (Array.isArray(value)) return value.map((item) => plain(item));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, key)]));
}

const query = (role: Role) =>
  new URLSearchParams({
    initiator_id: alice.modern,
    responder_id: bob.modern,
    initiator_amount: '70000000000000',
    responder_amount: '40000000000000',
    push_amount: '1',
    channel_reserve: '2',
    lock_period: '10',
    ttl: '1000',
    minimum_depth: '0',
    host: 'localhost',
    port: '3333',
    role,
    protocol: 'json-rpc',
  });

it('is heard as it was', async () => {
  const world = await World.open({ blockMs: 20 });
  const sockets: Record<Role, Wscat> = {
    initiator: await Wscat.connect(`${world.server.url}/channel?${query('initiator')}`, alice),
    responder: await Wscat.connect(`${world.server.url}/channel?${query('responder')}`, bob),
  };
  const asked: Partial<Record<Role, string>> = {};
  for (const [way, message] of recorded) {
    const role = way.includes('initiator') ? 'initiator' : 'responder';
    if (way.startsWith('node')) {
      const heard = await sockets[role].next();
      const { data } = fields(heard['params']);
      const { signed_tx: tx } = fields(data);
      if (typeof tx === 'string') asked[role] = tx;
      expect([role, plain(heard)]).toEqual([role, plain(message)]);
      continue;
    }
    const params = fields(message['params']);
    const reply =
      'signed_tx' in params ? { signed_tx: await signed(asked[role] ?? '', people[role]) } : replaced(params);
    sockets[role].type({ ...message, params: reply });
  }
  await Promise.all([sockets.initiator.closed, sockets.responder.closed]);
  await world.close();
  expect(world.reports).toEqual([]);
}, 30_000);

/** With our accounts. */
const replaced = (params: Fields): Fields =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map((item) => accounts[String(item)] ?? item) : (accounts[String(value)] ?? value),
    ]),
  );
