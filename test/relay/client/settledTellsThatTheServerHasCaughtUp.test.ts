/** `settled()`: resolves `true` once a message to oneself has come back, `false` when it never will; it does not hang, whenever it is asked. */
import { collect, notices, RelayWorld, ScriptWorld, settle } from './world.ts';

it.each([true, false])('is true once the server has handled what was routed before (ack: %s)', async (ack) => {
  const world = new RelayWorld();
  const alice = await world.open({ ack });
  const refused = notices(alice, 'refused');
  const { texts } = collect(alice);
  for (let n = 0; n < 10; n += 1) void alice.route('nobody', n);
  await settle();
  expect(await world.until(alice.settled())).toBe(true);
  expect(refused).toHaveLength(ack ? 0 : 10);
  expect(texts).toEqual([]);
});

it('is true although everything that is delivered must be sealed', async () => {
  const world = new RelayWorld();
  const alice = await world.open({ sealed: true });
  const rejected = notices(alice, 'rejected');
  expect(await world.until(alice.settled())).toBe(true);
  expect(rejected).toEqual([]);
});

it.each([true, false])('is false when the line breaks (ack: %s)', async (ack) => {
  const world = new ScriptWorld();
  const alice = await world.open({ ack }, {});
  const settled = alice.settled();
  await world.frame(1);
  world.script.cut();
  expect(await world.until(settled)).toBe(false);
});

it('is false when the client is closed meanwhile', async () => {
  const world = new ScriptWorld();
  const alice = await world.open();
  const settled = alice.settled();
  await world.frame(1);
  void alice.close();
  expect(await world.until(settled)).toBe(false);
});

it('is false before the client is open, and after it is closed', async () => {
  const world = new RelayWorld();
  const alice = world.client();
  expect(await world.until(alice.settled())).toBe(false);
  await world.until(alice.open());
  await world.until(alice.close());
  expect(await world.until(alice.settled())).toBe(false);
});

it('is false while the client reconnects', async () => {
  const world = new ScriptWorld();
  const alice = await world.open({ backoff: { first: 1_000, most: 1_000 } });
  world.script.cut();
  await world.until(new Promise((resolve) => alice.on('disconnected', resolve)));
  const settled = alice.settled();
  await settle();
  await world.greetAgain('alice again');
  expect(await world.until(settled)).toBe(false);
});

it('waits for its turn like any other when as many routes as agreed are under way', async () => {
  const world = new ScriptWorld();
  const alice = await world.open({}, { ack: 1 });
  void alice.route('bob', 1);
  await world.frame(1);
  const settled = alice.settled();
  world.script.say({ type: 'ACK', id: '1' });
  const { id, msg } = JSON.parse(await world.frame(2));
  world.script.say({ type: 'DELIVER', id: 'd', msg });
  world.script.say({ type: 'ACK', id });
  expect(await world.until(settled)).toBe(true);
});

it('does not hang when the server refuses the message to oneself', async () => {
  const world = new ScriptWorld();
  const alice = await world.open();
  const settled = alice.settled();
  const { id } = JSON.parse(await world.frame(1));
  world.script.say({ type: 'ERR', errCode: 507, errMsg: 'The receiver reads too slowly', id });
  expect(await world.until(settled)).toBe(false);
});

it('is false with a signal that was aborted before, or meanwhile', async () => {
  const world = new ScriptWorld();
  const alice = await world.open();
  const controller = new AbortController();
  const settled = alice.settled({ signal: controller.signal });
  await world.frame(1);
  controller.abort();
  expect(await world.until(settled)).toBe(false);
  expect(await world.until(alice.settled({ signal: AbortSignal.abort() }))).toBe(false);
});

it('does not take the message to oneself for a delivery when it comes twice', async () => {
  const world = new ScriptWorld();
  const alice = await world.open({}, {});
  const { texts } = collect(alice);
  const settled = alice.settled();
  const { msg } = JSON.parse(await world.frame(1));
  world.script.say({ type: 'DELIVER', msg });
  expect(await world.until(settled)).toBe(true);
  await world.pass(1);
  expect(texts).toEqual([]);
});
