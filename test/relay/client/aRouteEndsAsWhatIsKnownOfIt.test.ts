/** Outcomes: what `route` resolves with, for everything that can become of a message. */
import { errors } from '../../../machines/relay/messages.ts';
import { memoryPair } from '../../../src/testing/index.ts';
import { type Frame, RelayWorld, ScriptWorld, settle, World } from './world.ts';

const silent = { ack: undefined };

describe('without acknowledgements a route ends as', () => {
  it('`sent`, once it has left, although the address is unknown', async () => {
    const world = new RelayWorld();
    const alice = await world.open({ ack: false });
    const refused = new Promise((resolve) => alice.on('refused', resolve));
    expect(await world.until(alice.route('nobody', {}))).toEqual({ outcome: 'sent' });
    expect(await world.until(refused)).toMatchObject({ errCode: 404 });
  });

  it('`sent` on a server that only knows the text, although acknowledgements were asked for', async () => {
    const world = new ScriptWorld();
    const alice = await world.open({}, silent);
    expect(await world.until(alice.route('bob', {}))).toEqual({ outcome: 'sent' });
    expect(world.script.frames).toEqual([
      '{"type":"INIT","ack":true}',
      '{"type":"ROUTE","EpheWssAddr":"bob","msg":{}}',
    ]);
  });

  it('`unknown` when the line breaks before it has left', async () => {
    const world = new ScriptWorld();
    const alice = await world.open({}, silent);
    world.script.cut();
    const routed = alice.route('bob', {});
    await settle();
    expect(await world.until(routed)).toEqual({ outcome: 'unknown' });
  });
});

describe('with acknowledgements a route ends as', () => {
  it('`delivered` once the receiver has acknowledged, and not before', async () => {
    const world = new RelayWorld({ faults: { delay: [10, 10] } });
    const [alice, bob] = [await world.open(), await world.open()];
    const began = world.clock.now();
    const next = bob.deliveries().next();
    expect(await world.until(alice.route(bob.address, { hello: 'bob' }))).toEqual({ outcome: 'delivered' });
    expect(world.clock.now() - began).toBe(40);
    expect((await next).value).toMatchObject({ msg: { hello: 'bob' } });
  });

  it('`sent` for a receiver that does not acknowledge', async () => {
    const world = new RelayWorld();
    const [alice, bob] = [await world.open(), await world.open({ ack: false })];
    expect(await world.until(alice.route(bob.address, 1))).toEqual({ outcome: 'sent' });
    expect(await bob.deliveries().next()).toMatchObject({ value: { msg: 1 } });
  });

  it('`delivered` to oneself', async () => {
    const world = new RelayWorld();
    const alice = await world.open();
    expect(await world.until(alice.route(alice.address, 1))).toEqual({ outcome: 'delivered' });
    expect(await alice.deliveries().next()).toMatchObject({ value: { msg: 1 } });
  });

  it('`failed`: unknownAddress', async () => {
    const world = new RelayWorld();
    const alice = await world.open();
    expect(await world.until(alice.route('nobody', 1))).toEqual({ outcome: 'failed', reason: 'unknownAddress' });
  });

  it('`failed`: unacknowledged, when the receiver is cut off before it has acknowledged', async () => {
    const world = new RelayWorld({ faults: { delay: [10, 10] } });
    const [alice, bob] = [await world.open(), await world.open({ attempts: 0 })];
    const routed = alice.route(bob.address, 1);
    await world.pass(15);
    world.links[1]?.cut();
    expect(await world.until(routed)).toEqual({ outcome: 'failed', reason: 'unacknowledged' });
  });

  it('`failed`: unacknowledged, when the receiver stays silent for too long', async () => {
    const world = new RelayWorld({ limits: { ackTimeout: 30_000 } });
    const alice = await world.open();
    const [end, server] = memoryPair<Frame>(world.clock, world.random).ends;
    const frames: string[] = [];
    end.attach({ frame: (frame) => void frames.push(String(frame)), closed: () => {} });
    world.relay.accept(server, { address: 'here' });
    end.send('{"type":"INIT","ack":true}');
    await world.pass(1);
    const { EpheWssAddr } = JSON.parse(frames[0] ?? '{}');
    expect(await world.until(alice.route(EpheWssAddr, 1))).toEqual({ outcome: 'failed', reason: 'unacknowledged' });
    expect(world.clock.now()).toBeGreaterThanOrEqual(30_000);
  });

  it('`failed`: receiverBusy, when the receiver owes a window of acknowledgements', async () => {
    const world = new RelayWorld({ limits: { window: 2 }, faults: { delay: [10, 10] } });
    const carol = await world.open();
    const others = [await world.open(), await world.open(), await world.open()];
    const routed = others.map((other, n) => other.route(carol.address, n));
    expect(await world.until(Promise.all(routed))).toEqual([
      { outcome: 'delivered' },
      { outcome: 'delivered' },
      { outcome: 'failed', reason: 'receiverBusy' },
    ]);
  });

  it.each([...Object.entries(errors), ['refused', { errCode: 999, errMsg: 'Who knows' }]] as const)(
    '`failed`: %s, when the server says so by its code',
    async (reason, { errCode, errMsg }) => {
      const world = new ScriptWorld();
      const alice = await world.open();
      const routed = alice.route('bob', 1);
      expect(await world.frame(1)).toBe('{"type":"ROUTE","EpheWssAddr":"bob","id":"1","msg":1}');
      world.script.say({ type: 'ERR', errCode, errMsg, id: '1' });
      expect(await world.until(routed)).toEqual({ outcome: 'failed', reason });
    },
  );

  it('`unknown` when the line breaks while it is under way', async () => {
    const world = new ScriptWorld();
    const alice = await world.open();
    const routed = alice.route('bob', 1);
    await world.frame(1);
    world.script.cut();
    expect(await world.until(routed)).toEqual({ outcome: 'unknown' });
  });

  it('`unknown` when closing takes too long while it is under way', async () => {
    const world = new ScriptWorld();
    const alice = await world.open();
    const routed = alice.route('bob', 1);
    await world.frame(1);
    await world.until(alice.close());
    expect(await routed).toEqual({ outcome: 'unknown' });
    expect(world.clock.now()).toBeLessThanOrEqual(15_000);
  });
});

describe('a client that is not open routes nothing: `failed`, notOpen,', () => {
  const notOpen = { outcome: 'failed', reason: 'notOpen' };

  it.each([true, false])('while it reconnects (ack: %s)', async (ack) => {
    const world = new ScriptWorld();
    const alice = await world.open({ ack }, ack ? { ack: 8 } : silent);
    world.script.cut();
    await world.until(new Promise((resolve) => alice.on('disconnected', resolve)));
    expect(await world.until(alice.route('bob', 1))).toEqual(notOpen);
  });

  it('before it was opened, and after it was closed', async () => {
    const world = new RelayWorld();
    const alice = world.client();
    expect(await world.until(alice.route('bob', 1))).toEqual(notOpen);
    await world.until(alice.open());
    await world.until(alice.close());
    expect(await world.until(alice.route('bob', 1))).toEqual(notOpen);
  });

  it('after it has failed', async () => {
    const world = new ScriptWorld();
    const alice = await world.open({ attempts: 0 });
    world.script.cut();
    await world.until(alice.closed);
    expect(await world.until(alice.route('bob', 1))).toEqual(notOpen);
  });
});

it('an ERR that names no route settles none', async () => {
  const world = new ScriptWorld();
  const alice = await world.open();
  const routed = alice.route('bob', 1);
  const refused = new Promise((resolve) => alice.on('refused', resolve));
  await world.frame(1);
  world.script.say({ type: 'ERR', errCode: 404, errMsg: 'Socket address not found' });
  expect(await world.until(refused)).toMatchObject({ errCode: 404 });
  world.script.say({ type: 'ACK', id: '1' });
  expect(await world.until(routed)).toEqual({ outcome: 'delivered' });
});

it('an answer to a route that was never given, or given twice, changes nothing', async () => {
  const world = new ScriptWorld();
  const alice = await world.open();
  const routed = alice.route('bob', 1);
  await world.frame(1);
  world.script.say({ type: 'ACK', id: '7' });
  world.script.say({ type: 'ERR', errCode: 404, errMsg: '', id: '8' });
  world.script.say({ type: 'ACK', id: '1' });
  world.script.say({ type: 'ERR', errCode: 410, errMsg: '', id: '1' });
  expect(await world.until(routed)).toEqual({ outcome: 'delivered' });
  expect(alice.state).toBe('open.acknowledged.quiet');
});

it('a route that the server never answers ends as unknown, and leaves room for others', async () => {
  const world = new ScriptWorld();
  const alice = await world.open({ ackTimeout: 30_000 });
  const routed = alice.route('bob', 1);
  await world.frame(1);
  expect(alice.state).toBe('open.acknowledged.awaitingAck');
  await world.pass(30_000);
  expect(await world.until(routed)).toEqual({ outcome: 'unknown' });
  expect(alice.state).toBe('open.acknowledged.quiet');
});

it('a message that cannot be sent rejects with what is wrong with it, and nothing is sent', async () => {
  const world = new ScriptWorld();
  const alice = await world.open({ maxFrame: 1_000 });
  await expect(alice.route('bob', undefined)).rejects.toMatchObject({ name: 'LocalMisuse', code: 'notJson' });
  await expect(alice.route('bob', Number.NaN)).rejects.toMatchObject({ code: 'notJson' });
  await expect(alice.routeText('bob', '{')).rejects.toMatchObject({ code: 'notJson' });
  await expect(alice.routeText('bob', '1,"id":"x"')).rejects.toMatchObject({ code: 'notJson' });
  await expect(alice.route('bob', 'x'.repeat(1_000))).rejects.toMatchObject({ code: 'tooLarge' });
  await expect(alice.route('bob', '💡'.repeat(300))).rejects.toMatchObject({ code: 'tooLarge' });
  await world.pass(1);
  expect(world.script.frames).toEqual(['{"type":"INIT","ack":true}']);
});

it('a frame is never larger than was allowed, whatever the address', async () => {
  const world = new ScriptWorld();
  const alice = await world.open({ maxFrame: 1_000 });
  for (const letter of ['a', 'é', '💡', '\u0001', '"', '\\']) {
    void alice.route(letter.repeat(250), 'x'.repeat(500)).catch(() => {});
  }
  await world.pass(1);
  for (const frame of world.script.frames) expect(Buffer.byteLength(frame)).toBeLessThanOrEqual(1_000);
});

it('an address that no server could have given out fails, and does not stay under way', async () => {
  const world = new RelayWorld();
  const alice = await world.open();
  const fate = alice.route('x'.repeat(300), 1).then(
    ({ outcome }) => outcome,
    () => 'rejected',
  );
  expect(await world.until(fate)).toMatch(/failed|rejected/);
});

it('a world without a relay hangs nobody', async () => {
  const world = new World();
  await expect(world.until(new Promise(() => {}))).rejects.toThrow('not settled');
});
