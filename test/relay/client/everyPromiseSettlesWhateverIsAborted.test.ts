/** AbortSignal: before, while and after something waits, everything that was waited for settles. */
import { ConnectionLost } from '../../../src/errors.ts';
import { collect, fate, RelayWorld, ScriptWorld, settle } from './world.ts';

const reason = new Error('changed my mind');

describe('open', () => {
  it('rejects with the reason of a signal that was aborted before, and does not connect', async () => {
    const world = new ScriptWorld();
    await expect(world.client().open(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(world.tries).toEqual([]);
  });

  it('rejects with the reason when its signal is aborted while it connects, and gives the connection up', async () => {
    const world = new ScriptWorld();
    world.isSilent = true;
    const controller = new AbortController();
    const alice = world.client();
    const opening = fate(alice.open(controller.signal));
    await settle();
    controller.abort(reason);
    expect(await world.until(opening)).toEqual({ rejected: reason });
  });

  it('rejects with the reason when its signal is aborted while it waits for the address', async () => {
    const world = new ScriptWorld();
    const controller = new AbortController();
    const opening = fate(world.client().open(controller.signal));
    await world.frame(0);
    controller.abort(reason);
    expect(await world.until(opening, 6_000)).toEqual({ rejected: reason });
  });

  it.each(['it connects', 'it waits for the address'])(
    "rejects when the client's own signal is aborted while %s, and the client ends",
    async (when) => {
      const world = new ScriptWorld();
      world.isSilent = when === 'it connects';
      const { signal, abort } = controls();
      const alice = world.client({ signal });
      const opening = fate(alice.open());
      await (world.isSilent ? settle() : world.frame(0));
      abort();
      expect(await world.until(opening)).toEqual({ rejected: expect.any(ConnectionLost) });
      await world.until(alice.closed);
      expect(world.scripts.every(({ closed }) => closed)).toBe(true);
    },
  );

  it("opens nothing when the client's own signal was aborted before", async () => {
    const world = new RelayWorld();
    const alice = world.client({ signal: AbortSignal.abort(reason) });
    expect(
      await world.until(
        alice.open().then(
          ({ state }) => state,
          () => 'rejected',
        ),
      ),
    ).toBe('rejected');
  });

  it('does not hang when it is called twice, or again when the client is open', async () => {
    const world = new RelayWorld();
    const alice = world.client();
    const opening = Promise.all([fate(alice.open()), fate(alice.open())]);
    await world.until(opening);
    await world.until(fate(alice.open()));
  });

  it('rejects with ConnectionLost when the client was closed before, and when it is closed meanwhile', async () => {
    const world = new ScriptWorld();
    world.isSilent = true;
    const closed = world.client();
    await world.until(closed.close());
    await expect(world.until(closed.open())).rejects.toMatchObject({ name: 'ConnectionLost', code: 'notOpened' });
    const closing = world.client();
    const opening = fate(closing.open());
    await settle();
    await world.until(closing.close());
    expect(await opening).toEqual({ rejected: expect.any(ConnectionLost) });
  });
});

describe("the client's own signal, once it is open,", () => {
  it('closes it: routes settle, iterators end, `closed` resolves', async () => {
    const world = new RelayWorld();
    const { signal, abort } = controls();
    const [alice, bob] = [await world.open({ signal }), await world.open()];
    const { done } = collect(alice);
    const routed = alice.route(bob.address, 1);
    await settle();
    abort();
    expect(await world.until(routed)).toEqual({ outcome: 'delivered' });
    await world.until(Promise.all([done, alice.closed]));
    expect(alice.state).toBe('closed');
  });

  it('does nothing after it is closed', async () => {
    const world = new RelayWorld();
    const { signal, abort } = controls();
    const alice = await world.open({ signal });
    await world.until(alice.close());
    abort();
    await world.until(alice.closed);
  });
});

describe('route', () => {
  it('rejects with the reason of a signal that was aborted before, and sends nothing', async () => {
    const world = new ScriptWorld();
    const alice = await world.open();
    await expect(alice.route('bob', 1, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await world.pass(1);
    expect(world.script.frames).toHaveLength(1);
  });

  it('rejects with the reason while it is under way; the next one is not disturbed', async () => {
    const world = new ScriptWorld();
    const alice = await world.open();
    const { signal, abort } = controls();
    const routed = fate(alice.route('bob', 1, { signal }));
    const other = alice.route('bob', 2);
    await world.frame(2);
    abort();
    expect(await world.until(routed)).toEqual({ rejected: reason });
    world.script.say({ type: 'ACK', id: '1' });
    world.script.say({ type: 'ACK', id: '2' });
    expect(await world.until(other)).toEqual({ outcome: 'delivered' });
  });

  it('rejects with the reason while it waits for its turn', async () => {
    const world = new ScriptWorld();
    const alice = await world.open({}, { ack: 1 });
    const { signal, abort } = controls();
    void alice.route('bob', 1);
    await settle();
    const waits = fate(alice.route('bob', 2, { signal }));
    await world.frame(1);
    abort();
    expect(await world.until(waits)).toEqual({ rejected: reason });
  });

  it('that was aborted while it waited for its turn takes nobody else the turn', async () => {
    const world = new ScriptWorld();
    const alice = await world.open({}, { ack: 1 });
    const { signal, abort } = controls();
    const first = alice.route('bob', 1);
    await settle();
    const second = fate(alice.route('bob', 2, { signal }));
    await settle();
    const third = alice.route('bob', 3);
    await world.frame(1);
    abort();
    await settle();
    world.script.say({ type: 'ACK', id: '1' });
    expect(await world.until(Promise.all([first, second]))).toEqual([{ outcome: 'delivered' }, { rejected: reason }]);
    expect(await world.frame(2)).toMatch(/"msg":3\}$/);
    const { id } = JSON.parse(await world.frame(2));
    world.script.say({ type: 'ACK', id });
    expect(await world.until(third)).toEqual({ outcome: 'delivered' });
  });

  it('keeps its outcome when the signal is aborted after it', async () => {
    const world = new RelayWorld();
    const alice = await world.open();
    const { signal, abort } = controls();
    const routed = alice.route(alice.address, 1, { signal });
    await world.until(routed);
    abort();
    expect(await routed).toEqual({ outcome: 'delivered' });
  });
});

describe('deliveries', () => {
  it('end at once with a signal that was aborted before, and keep what is there for others', async () => {
    const world = new RelayWorld();
    const alice = await world.open();
    await world.until(alice.route(alice.address, 1));
    expect(await alice.deliveries({ signal: AbortSignal.abort(reason) }).next()).toMatchObject({ done: true });
    expect(await alice.deliveries().next()).toMatchObject({ value: { msg: 1 } });
  });

  it('end while they wait, and what comes then goes to others', async () => {
    const world = new RelayWorld();
    const alice = await world.open();
    const { signal, abort } = controls();
    const [ended, goesOn] = [alice.deliveries({ signal }).next(), alice.deliveries().next()];
    abort();
    expect(await ended).toMatchObject({ done: true });
    await world.until(alice.route(alice.address, 1));
    expect(await goesOn).toMatchObject({ value: { msg: 1 } });
  });

  it('end after they were given something', async () => {
    const world = new RelayWorld();
    const alice = await world.open();
    const { signal, abort } = controls();
    const iterator = alice.deliveries({ signal });
    await world.until(alice.route(alice.address, 1));
    expect(await iterator.next()).toMatchObject({ value: { msg: 1 } });
    abort();
    expect(await iterator.next()).toMatchObject({ done: true });
  });
});

/** A signal, and what aborts it with `reason`. */
function controls() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort(reason) };
}
