/**
 * A role bound to a real WebSocket, with the test as its peer: frames go over the wire both ways, timers are turned by hand, and what the machine
 * asks of its host is recorded instead of done.
 */

import { once } from 'node:events';
import { WebSocket, type WebSocketServer } from 'ws';
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type EmittedFrom,
  type EventFromLogic,
  type EventObject,
  getNextTransitions,
  type InputFrom,
} from 'xstate';
import { MemoryStore } from '../../adapters/memoryStore.ts';
import { connect, listenWs } from '../../adapters/ws.ts';
import { Kernel } from '../../src/kernel.ts';
import { classOf } from '../../src/role.ts';
import { isDurable, Session } from '../../src/session.ts';
import { SimulatedClock } from '../../src/testing/index.ts';
import type { RolePath } from '../../src/testing/paths.ts';
import type { Transport } from '../../src/transport.ts';

type Frame = string | Uint8Array;

/** How a role's messages look on the wire, and how its frames become events. */
export interface Binding<Machine extends AnyStateMachine> {
  readonly machine: Machine;
  encode(effect: EmittedFrom<Machine>): Frame;
  /** The frame by which the peer causes this event, or `undefined` where it is no frame that causes it. */
  frameOf(event: EventFromLogic<Machine>): string | undefined;
  eventOf(frame: Frame, expected: EventFromLogic<Machine>): EventFromLogic<Machine>;
}

/** Reads frames, each once: what a frame says does not change, and paths repeat theirs a thousand times. */
export function remembering<Event>(read: (frame: Frame) => Event): (frame: Frame) => Event {
  const known = new Map<string, Event>();
  return (frame) => {
    const text = String(frame);
    const event = known.get(text) ?? read(frame);
    known.set(text, event);
    return event;
  };
}

/** Real sockets for many paths, one after the other. */
export class Line {
  readonly #take: (accepted: (transport: Transport<Frame>) => void) => void;
  readonly url: string;
  readonly stop: () => Promise<void>;

  private constructor(
    url: string,
    take: (accepted: (transport: Transport<Frame>) => void) => void,
    stop: () => Promise<void>,
  ) {
    this.url = url;
    this.#take = take;
    this.stop = stop;
  }

  static async open(): Promise<Line> {
    let accepted: (transport: Transport<Frame>) => void = () => {};
    const listener = await listenWs({ connection: (transport) => accepted(transport) });
    return new Line(
      listener.url,
      (take) => {
        accepted = take;
      },
      () => listener.stop(),
    );
  }

  /** A role's transport on our listening side, and the peer that connected to it. */
  async accepting(): Promise<{ readonly transport: Transport<Frame>; readonly peer: WebSocket }> {
    const transport = new Promise<Transport<Frame>>((resolve) => this.#take(resolve));
    const peer = new WebSocket(this.url, { perMessageDeflate: false });
    await once(peer, 'open');
    return { transport: await transport, peer };
  }
}

/** A role's transport on our connecting side, and the peer that it connected to. */
export async function connecting(
  server: WebSocketServer,
): Promise<{ readonly transport: Transport<Frame>; readonly peer: WebSocket }> {
  const peer = new Promise<WebSocket>((resolve) => server.once('connection', (socket) => resolve(socket)));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('The peer does not listen on a port.');
  const transport = await connect(`ws://127.0.0.1:${bound.port}`, {});
  return { transport, peer: await peer };
}

/** What a step was seen to do: the frames that reached the peer, and what the host was asked and told. */
export interface Observed {
  /** State and context, as JSON text: long ones are many, and text is compared at once. */
  readonly state: string;
  readonly frames: readonly string[];
  readonly others: readonly unknown[];
}

/** Runs a path against the bound role and gives what was observed at each step. */
export async function observe<Machine extends AnyStateMachine>(
  binding: Binding<Machine>,
  path: RolePath<Machine>,
  open: () => Promise<{ readonly transport: Transport<Frame>; readonly peer: WebSocket }>,
): Promise<Observed[]> {
  const { transport, peer } = await open();
  const frames = new Inbox();
  peer.on('message', (data) => frames.put(data.toString()));
  const clock = new SimulatedClock();
  const others: unknown[] = [];
  const events = new Inbox<Frame>();
  const kernel = new Kernel(binding.machine);
  const session = new Session<Machine>(
    {
      id: 'bound',
      kernel,
      clock,
      ...(isDurable(binding.machine) ? { store: new MemoryStore() } : {}),
      outside: {
        send: (effect) => void transport.send(binding.encode(effect)),
        request: (effect) => void others.push(effect),
        order: (effect) => void others.push(effect),
        notify: (notice) => void others.push(notice),
        failed: (error) => void others.push(error),
      },
    },
    path.input as InputFrom<Machine>,
  ).start();
  transport.attach({ frame: (frame) => events.put(frame), closed: () => {} });
  await written();
  for (const effect of path.first.filter(({ type }) => classOf(type) === 'send')) {
    const [frame, expected] = [await frames.take(), String(binding.encode(effect))];
    if (frame !== expected) throw new Error(`At first it says ${frame} in place of ${expected}.`);
  }

  const observed: Observed[] = [];
  for (const { event, emitted } of path.steps) {
    others.length = 0;
    const frame = binding.frameOf(event);
    if (frame !== undefined) {
      peer.send(frame);
      session.tell(binding.eventOf(await events.take(), event));
    } else if (event.type.startsWith('xstate.after.')) {
      // Of two timers that run at once the model lets either be the first, as their lengths are the app's; the clock has one order only.
      if (timersOf(session.snapshot as AnyMachineSnapshot) === 1) clock.next();
      else session.tell(event);
    } else {
      session.tell(event);
    }
    await written();
    const count = emitted.filter(({ type }) => classOf(type) === 'send').length;
    const seen: string[] = [];
    while (seen.length < count) seen.push(await frames.take());
    observed.push({ state: stateText(session.snapshot), frames: seen, others: [...others] });
  }
  session.stop();
  const gone = new Promise((resolve) => peer.once('close', resolve));
  transport.close();
  await gone;
  if (frames.length > 0) throw new Error(`Frames that the path does not have: ${await frames.take()}`);
  return observed;
}

/** How many timers run in a state. */
function timersOf(snapshot: AnyMachineSnapshot): number {
  const types = getNextTransitions(snapshot).map(({ eventType }) => eventType);
  return new Set(types.filter((type) => type.startsWith('xstate.after.'))).size;
}

function stateText(snapshot: unknown): string {
  const { value, context } = snapshot as AnyMachineSnapshot;
  return JSON.stringify({ value, context }, undefined, 1);
}

/** A durable role has been written to its store in memory, and has then done what it had to. */
const written = () => new Promise<void>((resolve) => setImmediate(resolve));

/** What the machine says that should be observed. `violated` and `misused` are told with state and clause, which the machine does not know. */
export function expectedOf<Machine extends AnyStateMachine>(
  binding: Binding<Machine>,
  path: RolePath<Machine>,
): Observed[] {
  return path.steps.map(({ after, emitted }) => {
    const sends = emitted.filter(({ type }) => classOf(type) === 'send');
    const asked = emitted.filter(({ type }) => ['request', 'consult', 'order'].includes(classOf(type)));
    const notices = emitted.filter(({ type }) => classOf(type) === 'notice').map(explained);
    return {
      state: stateText(after),
      frames: sends.map((effect) => String(binding.encode(effect))),
      others: [...asked, ...notices],
    };
  });
}

function explained(notice: EventObject): unknown {
  if (notice.type !== 'violated' && notice.type !== 'misused') return notice;
  return expect.objectContaining({ ...notice, state: expect.any(String), clause: expect.any(String) });
}

/** Items in the order in which they came, for one taker. */
class Inbox<Item = string> {
  readonly #items: Item[] = [];
  #give: ((item: Item) => void) | undefined;

  get length(): number {
    return this.#items.length;
  }

  put(item: Item): void {
    const give = this.#give;
    this.#give = undefined;
    if (give !== undefined) give(item);
    else this.#items.push(item);
  }

  take(): Promise<Item> {
    const item = this.#items.shift();
    if (item !== undefined) return Promise.resolve(item);
    return new Promise((resolve) => {
      this.#give = resolve;
    });
  }
}
