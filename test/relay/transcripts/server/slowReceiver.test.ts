/** In the original a receiver that does not read holds up everything else that its senders say. Here it holds up nobody, and nothing gets lost untold. */
import { BUSY, deliver, route, useRelay } from '../peer.ts';

const relay = useRelay({ limits: { queue: 262_144 } });

// 300 x 64 KiB is more than the sockets' buffers and the relay's queue hold together.
const COUNT = 300;
const PADDING = 'x'.repeat(65_536);
// It takes a second; a busy machine may need more.
const PATIENCE = 30_000;

it(
  "delivers a sender's messages to a third while one of its receivers does not read, and answers what it cannot keep for that one with ERR",
  async () => {
    const [alice, stuck, carol] = [await relay.settled(), await relay.settled(), await relay.settled()];
    stuck.socket.pause();
    const frames: string[] = [];
    for (let n = 0; n < COUNT; n += 1) {
      frames.push(route(stuck.address, `[${n},"${PADDING}"]`), route(carol.address, `${n}`));
    }
    const answers = await alice.answers(...frames);

    expect(await carol.frames(COUNT)).toEqual(Array.from({ length: COUNT }, (_, n) => deliver(`${n}`)));
    expect(new Set(answers)).toEqual(new Set([BUSY]));
    expect(answers.length).toBeLessThan(COUNT);

    stuck.socket.resume();
    const kept = await stuck.frames(COUNT - answers.length);
    const numbers = kept.map((frame) => Number(/^\{"type":"DELIVER","msg":\[(\d+),/.exec(frame)?.[1]));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(await alice.answers(route(stuck.address, '"now?"'))).toEqual([]);
    expect(await stuck.answers()).toEqual([deliver('"now?"')]);
  },
  PATIENCE,
);

it(
  'lets the one that does not read still send',
  async () => {
    const [alice, stuck] = [await relay.settled(), await relay.settled()];
    stuck.socket.pause();
    await alice.answers(...Array.from({ length: COUNT }, () => route(stuck.address, `"${PADDING}"`)));
    stuck.send(route(alice.address, '"I can hear nothing"'));
    expect(await alice.frame()).toBe(deliver('"I can hear nothing"'));
  },
  PATIENCE,
);

it(
  'lets everybody else talk while one does not read and then dies',
  async () => {
    const [alice, stuck, carol] = [await relay.settled(), await relay.settled(), await relay.settled()];
    stuck.socket.pause();
    await alice.answers(...Array.from({ length: COUNT }, () => route(stuck.address, `"${PADDING}"`)));
    stuck.socket.terminate();
    await alice.noticesThatNobodyIsAt(stuck.address);
    expect(await alice.answers(route(carol.address, '1'))).toEqual([]);
    expect(await carol.answers()).toEqual([deliver('1')]);
  },
  PATIENCE,
);
