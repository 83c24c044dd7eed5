/** Channels that are idle cost next to nothing, and a party that floods its own channel does not keep others from paying. */
import { bob, mallory, type Person, queryOf, World, Wscat } from '../node/world.ts';

let world: World;

beforeEach(async () => {
  world = await World.open({ limits: { violations: 1_000_000 } });
});
afterEach(async () => {
  await world.close();
  expect(world.reports).toEqual([]);
});

const more = (port: number) => ({ more: { port: `${port}` } });

it('beside a hundred idle channels one is paid in', async () => {
  for (let port = 1; port <= 100; port += 1) await world.opened(more(port));
  expect(world.server.nodes.stats.channels).toBe(100);
  const [initiator, responder] = await world.opened(more(101));
  await world.server.chain.mine(20);
  await world.updated(initiator, responder, 1, initiator);
});

it('beside a flood others pay, and what they pay counts', async () => {
  const [initiator, responder] = await world.opened();
  const flooder = (role: 'initiator' | 'responder', who: Person) =>
    Wscat.connect(`${world.server.url}/channel?${queryOf(role, { initiator: mallory, ...more(2) })}`, who);
  const bad = await flooder('initiator', mallory);
  const [flood, garbage] = [
    `{"action":"update","tag":"new","payload":{"from":"${mallory.legacy}","to":"${bob.legacy}","amount":1}}`,
    `{"action":"update_ack","payload":{"tx":"tx$${'9'.repeat(16_000)}"}}`,
  ];
  for (let time = 0; time < 2_000; time += 1) bad.type(time % 2 === 0 ? flood : garbage);
  for (let round = 0; round < 20; round += 1) {
    await world.updated(initiator, responder, round % 2 === 0 ? 1 : 2, round % 2 === 0 ? initiator : responder);
  }
  await bad.cut();
});
