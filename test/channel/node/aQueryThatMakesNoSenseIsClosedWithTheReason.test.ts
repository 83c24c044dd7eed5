/** "Bad/missing query params: upgrade succeeds, then socket closed": with the reason. */
import { alice, bob, queryOf, World, Wscat } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());

const without = (name: string, role: 'initiator' | 'responder' = 'initiator') =>
  queryOf(role)
    .split('&')
    .filter((pair) => !pair.startsWith(`${name}=`))
    .join('&');
const withValue = (name: string, value: string) => `${without(name)}&${name}=${value}`;

const required = ['initiator', 'responder', 'lock_period', 'push_amount', 'initiator_amount', 'responder_amount'];

describe('a query', () => {
  it.each([
    ...[...required, 'channel_reserve', 'host', 'port', 'role'].map((name) => [without(name), `${name} is missing`]),
    ['', 'role is missing'],
    [withValue('role', 'both'), 'role is not initiator or responder'],
    [withValue('initiator', 'nobody'), 'initiator is no account'],
    [withValue('initiator', `${alice.legacy}x`), 'initiator is no account'],
    [withValue('initiator', alice.modern), 'the accounts are written in two ways'],
    [withValue('responder', alice.legacy), 'initiator and responder are the same'],
    [`${queryOf('initiator')}&initiator=${bob.legacy}`, 'initiator is given twice, and differs'],
    [`${queryOf('initiator')}&initiator_id=${bob.legacy}`, 'initiator is given twice, and differs'],
    [withValue('initiator_amount', '-1'), 'initiator_amount is no whole number'],
    [withValue('initiator_amount', '1.5'), 'initiator_amount is no whole number'],
    [withValue('initiator_amount', '1e3'), 'initiator_amount is no whole number'],
    [withValue('initiator_amount', '0x10'), 'initiator_amount is no whole number'],
    [withValue('initiator_amount', '9'.repeat(40)), 'initiator_amount is no whole number'],
    [withValue('initiator_amount', '1'), 'initiator_amount is less than channel_reserve'],
    [withValue('responder_amount', '1'), 'responder_amount is less than channel_reserve'],
    [withValue('push_amount', '9'), 'push_amount leaves the initiator less than channel_reserve'],
    [withValue('lock_period', 'soon'), 'lock_period is no whole number'],
    [withValue('ttl', '-5'), 'ttl is no whole number'],
    [withValue('port', '70000'), 'port is not between 1 and 65535'],
    [withValue('port', '0'), 'port is not between 1 and 65535'],
    [withValue('host', 'a b'), 'host is no host'],
    [`${queryOf('initiator')}&minimum_depth=-1`, 'minimum_depth is no whole number'],
    [`${queryOf('initiator')}&timeout_sign=0`, 'timeout_sign is not between 1 and 2147483647'],
    [`${queryOf('initiator')}&timeout_idle=soon`, 'timeout_idle is no whole number'],
    [`${queryOf('initiator')}&dialect=latin`, 'dialect is not text or epoch or rpc'],
    [`${queryOf('initiator')}&protocol=soap`, 'this protocol is not spoken'],
    [`${queryOf('initiator')}&protocol=json-rpc`, 'in JSON-RPC accounts are written ak_…'],
    [
      `${queryOf('initiator', { era: 'modern' })}&protocol=json-rpc&dialect=text`,
      'protocol and dialect say two things',
    ],
  ])('%s', async (query, reason) => {
    const wscat = new Wscat(`${world.server.url}/channel?${query}`, alice);
    expect(await wscat.closed).toEqual([1008, reason]);
    expect(wscat.unread).toEqual([]);
  });

  it('may leave out the ttl, and the host where it is the responder’s', async () => {
    const initiator = await Wscat.connect(`${world.server.url}/channel?${without('ttl')}`, alice);
    const responder = await Wscat.connect(`${world.server.url}/channel?${without('ttl', 'responder')}`, bob);
    expect(await initiator.next()).toMatchObject({ payload: { event: 'channel_accept' } });
    expect(await responder.next()).toMatchObject({ payload: { event: 'channel_open' } });
  });

  it('may say what nobody knows', async () => {
    const wscat = await Wscat.connect(`${world.server.url}/channel?${queryOf('initiator')}&colour=red`, alice);
    await wscat.settled();
    await wscat.leave();
  });

  it('to another path is refused before it begins', async () => {
    const wscat = new Wscat(`${world.server.url}/other?${queryOf('initiator')}`, alice);
    const refused = new Promise((resolve) => wscat.socket.on('error', resolve));
    expect(String(await refused)).toContain('404');
  });
});
