/** Answers that wait for a client that does not read are counted with what each costs beside its bytes. */
import type { Packet } from '../../../src/packet.ts';
import type { PacketFrame } from '../../../src/packets.ts';
import { plainForm } from '../../../src/star/plainWire.ts';
import { Star } from '../../../src/star/serve.ts';
import { SimulatedClock } from '../../../src/testing/index.ts';
import type { Transport, TransportEvents } from '../../../src/transport.ts';

/** A line whose client asks and does not read, until the test lets it. */
class Line implements Transport<PacketFrame> {
  bufferedAmount = 0;
  sent = 0;
  isCut = false;
  #waiting: ((ok: boolean) => void)[] = [];
  #events: TransportEvents<PacketFrame> | undefined;

  attach(events: TransportEvents<PacketFrame>): void {
    this.#events = events;
  }

  send(frame: PacketFrame, handedOver?: (ok: boolean) => void): boolean {
    if (frame.type === 'bad') return false;
    this.sent += 1;
    this.bufferedAmount += plainForm.encode(frame).length;
    if (handedOver !== undefined) this.#waiting.push(handedOver);
    return true;
  }

  ask(packet: Packet): void {
    this.#events?.frame(packet);
  }

  read(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.bufferedAmount = 0;
    for (const left of waiting) left(true);
    this.#events?.drained?.();
  }

  pause(): void {}
  resume(): void {}
  close(): void {}
  terminate(): void {
    this.isCut = true;
  }
}

const questions = 3_000;

function asked(afterEach: (line: Line, at: number) => void): Line {
  const star = new Star({
    challenge: false,
    clock: new SimulatedClock(),
    limits: { queue: 100_000, socketBuffer: 1_000, joinsPerSecond: 0, joinsPerSecondPerIp: 0 },
  });
  const line = new Line();
  star.accept(line, { address: '192.0.2.1', target: '/star?statewire=1' });
  for (let at = 0; at < questions && !line.isCut; at += 1) {
    line.ask({ type: 'event', event: 'ss-join', args: ['/none', ''], id: at });
    afterEach(line, at);
  }
  return line;
}

it('one who does not read is cut before they fill the memory', () => {
  const line = asked(() => {});
  expect(line.isCut).toBe(true);
  expect(line.sent).toBeLessThan(1_000 / 20 + 100_000 / 512);
});

it('one who reads now and then is not cut', () => {
  const line = asked((each, at) => {
    if (at % 100 === 99) each.read();
  });
  expect(line.isCut).toBe(false);
  expect(line.sent).toBe(questions);
});
