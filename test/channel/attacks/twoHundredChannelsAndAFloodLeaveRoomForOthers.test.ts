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

it('two hundred idle channels', async () => {
  const before = process.memoryUsage().heapUsed;
  for (let port = 1; port <= 200; port += 1) await world.opened(more(port));
  expect(world.server.nodes.stats.channels).toBe(200);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1_000_000);
  const cpu = process.cpuUsage();
  await world.server.chain.mine(20);
  const { user, system } = process.cpuUsage(cpu);
  expect(user + system).toBeLessThan(2_000_000);
});

it('a flood', async () => {
  const [initiator, responder] = await world.opened();
  const flooder = (role: 'initiator' | 'responder', who: Person) =>
    Wscat.connect(`${world.server.url}/channel?${queryOf(role, { initiator: mallory, ...more(2) })}`, who);
  const bad = await flooder('initiator', mallory);
  const [flood, garbage] = [
    `{"action":"update","tag":"new","payload":{"from":"${mallory.legacy}","to":"${bob.legacy}","amount":1}}`,
    `{"action":"update_ack","payload":{"tx":"tx$${'9'.repeat(16_000)}"}}`,
  ];
  for (let time = 0; time < 2_000; time += 1) bad.type(time % 2 === 0 ? flood : garbage);
  const times: number[] = [];
  for (let round = 0; round < 20; round += 1) {
    const start = performance.now();
    await world.updated(initiator, responder, round % 2 === 0 ? 1 : 2, round % 2 === 0 ? initiator : responder);
    times.push(performance.now() - start);
  }
  times.sort((one, other) => one - other);
  expect(times.at(10)).toBeLessThan(1_000);
  await bad.cut();
});
