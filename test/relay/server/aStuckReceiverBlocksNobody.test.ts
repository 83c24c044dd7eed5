/** A receiver that acknowledges nothing, or reads nothing, never keeps its sender from talking to others; the sender is told, by the id of each route. */
import { relayClient } from '../../../src/relay/connect.ts';
import { SimulatedClock } from '../../../src/testing/clock.ts';
import { ack, namedDelivery, namedError, namedRoute, useServer } from './attack.ts';

const PADDING = 'x'.repeat(65_536);
const COUNT = 300;

describe('when it reads nothing', () => {
  const relay = useServer({ limits: { queue: 262_144, window: 1_000 } });

  it('answers what it cannot keep with ERR 507 and the id of the route, and passes on what is for others', async () => {
    const [sender, stuck, other] = [
      await relay.acknowledging(),
      await relay.acknowledging(),
      await relay.acknowledging(),
    ];
    stuck.socket.pause();
    for (let n = 0; n < COUNT; n += 1) {
      sender.send(namedRoute(`s${n}`, stuck.address, `"${PADDING}"`));
      sender.send(namedRoute(`o${n}`, other.address, `${n}`));
    }
    for (let n = 0; n < COUNT; n += 1) {
      const { id, msg } = namedDelivery(await other.frame());
      expect(msg).toBe(`${n}`);
      other.send(ack(id));
    }
    const answers: string[] = [];
    const acked = () => answers.filter((frame) => frame.startsWith('{"type":"ACK","id":"o')).length;
    while (acked() < COUNT) answers.push(await sender.frame());
    const busy = answers.filter((frame) => frame.includes('"errCode":507'));
    expect(busy.length).toBeGreaterThan(0);
    expect(busy[0]).toEqual(namedError(507, 's\\d+'));
    expect(answers.length).toBe(COUNT + busy.length);
  });
});

describe('when it acknowledges nothing', () => {
  const clock = new SimulatedClock();
  const relay = useServer({ clock, limits: { window: 8 } });

  it('leaves its sender room for others', async () => {
    const [sender, stuck, other] = [
      await relay.acknowledging(),
      await relay.acknowledging(),
      await relay.acknowledging(),
    ];
    for (let n = 0; n < 8; n += 1) sender.send(namedRoute(`s${n}`, stuck.address, `${n}`));
    sender.send(namedRoute('o', other.address, '"for you"'));
    expect(await other.frame()).toMatch(/^\{"type":"DELIVER","id":"[^"]+","msg":"for you"\}$/);
    // Half of the window is the stuck one's; of the rest the sender is told at once.
    for (const n of [4, 5, 6, 7])
      expect(await sender.frame()).toContain(`"errCode":507,"errMsg":"The receiver reads too slowly","id":"s${n}"`);
  });

  it('leaves a sender that uses the client room for others', async () => {
    const stuck = await relay.acknowledging();
    const sender = await relayClient(relay.url());
    const other = await relayClient(relay.url());
    const outcomes = Array.from({ length: 8 }, (_, n) => sender.route(stuck.address, n));
    try {
      const first = await Promise.race([sender.route(other.address, 'for you'), firstHeld()]);
      expect(first).toEqual({ outcome: 'delivered' });
    } finally {
      stuck.socket.terminate();
      await Promise.all(outcomes);
      await Promise.all([sender.close(), other.close()]);
    }

    /** Settles when the stuck receiver has got all that it will get and everybody else had his turn often. */
    async function firstHeld(): Promise<string> {
      const bystanders = await relay.bystanders();
      for (let n = 0; n < 100; n += 1) await bystanders.talk();
      return 'held back by the stuck receiver';
    }
  });
});
