/** What was cut tells its end, and nothing before it, also to an owner who has paused: or nobody who waits for the end would be done. */
import { engine3 } from '../../adapters/engine3.ts';
import { Inbox } from '../../src/inbox.ts';
import type { Closure, Transport, TransportEvents } from '../../src/transport.ts';

const lost = { code: 1006, reason: '' };

function paused() {
  const told: (string | Closure)[] = [];
  const inbox = new Inbox<string>();
  inbox.attach({ frame: (frame) => told.push(frame), closed: (closure) => told.push(closure) });
  inbox.pause();
  inbox.frame('waits', 5);
  return { inbox, told };
}

it('what comes after the cut does not stand before the end', () => {
  const { inbox, told } = paused();
  inbox.cut();
  inbox.frame('late', 4);
  inbox.closed(lost);
  expect(told).toEqual([lost]);
});

it('an end that waited behind a frame is told by the cut, once', () => {
  const { inbox, told } = paused();
  inbox.closed(lost);
  expect(told).toEqual([]);
  inbox.cut();
  inbox.resume();
  inbox.cut();
  expect(told).toEqual([lost]);
});

/** A server of old that a test plays by hand. */
async function scripted() {
  let events: TransportEvents<string | Uint8Array> | undefined;
  const line: Transport<string | Uint8Array> = {
    attach: (attached) => {
      events = attached;
      attached.frame('0{"pingInterval":25000,"pingTimeout":5000}');
      attached.frame('40');
    },
    send: () => true,
    bufferedAmount: 0,
    pause: () => {},
    resume: () => {},
    close: (code = 1000, reason = '') => events?.closed({ code, reason }),
    terminate: () => events?.closed(lost),
  };
  const transport = await engine3(async () => line)('ws://127.0.0.1', {});
  return { transport, say: (frame: string) => events?.frame(frame) };
}

it.each(['close', 'terminate'] as const)('a line of old whose owner has paused: %s', async (end) => {
  const { transport, say } = await scripted();
  const told: Closure[] = [];
  transport.attach({ frame: () => {}, closed: (closure) => told.push(closure) });
  transport.pause();
  say('42["event"]');
  transport[end]();
  expect(told).toHaveLength(1);
});
