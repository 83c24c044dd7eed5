/** One socket of a node: frames in and out, in its dialect, and how fast and how much. It says nothing of its own but why it is closed. */
import type { Dialect, FromNode, Party, Reason } from '../../machines/channel/messages.ts';
import { failure } from '../../machines/channel/node/words/frames.ts';
import { Pace } from '../pace.ts';
import type { Closure, Transport, TransportEvents } from '../transport.ts';
import type { NodeChannel } from './nodeChannel.ts';
import type { Nodes } from './nodes.ts';
import { encodeFromNode, nodeEvent } from './wire.ts';

type Frame = string | Uint8Array;

/** The reason of a closing frame has room for 123 bytes. */
const short = (reason: string) => reason.slice(0, 120);

/** One socket. */
export class NodeSocket implements TransportEvents<Frame> {
  readonly address: string;
  readonly #nodes: Nodes;
  readonly #transport: Transport<Frame>;
  readonly #pace: Pace;
  #seat: { readonly channel: NodeChannel; readonly role: Party } | undefined;
  #violations = 0;
  #isClosing = false;
  #dialect: Dialect = 'text';

  constructor(nodes: Nodes, transport: Transport<Frame>, address: string) {
    this.#nodes = nodes;
    this.#transport = transport;
    this.address = address;
    this.#pace = new Pace({ perSecond: nodes.limits.messagesPerSecond, clock: nodes.host.clock, transport });
  }

  /** In which dialect frames are read and written from now on. */
  speak(dialect: Dialect): void {
    this.#dialect = dialect;
  }

  sit(channel: NodeChannel, role: Party): void {
    this.#seat = { channel, role };
  }

  frame(frame: Frame): void {
    this.#pace.count();
    this.#seat?.channel.tell({ ...nodeEvent(frame, this.#dialect), from: this.#seat.role });
  }

  closed({ code }: Closure): void {
    this.#pace.end();
    this.#seat?.channel.leave(this, this.#seat.role, code);
    this.#nodes.gone(this);
  }

  send(message: FromNode, channelId: string | null): void {
    this.#transport.send(encodeFromNode(message, this.#dialect, channelId));
    if (this.#transport.bufferedAmount > this.#nodes.limits.queue) this.#transport.terminate();
  }

  /** @param why what today's clients are told before, with its code */
  refuse(reason: string, code = 1008, why?: Reason): void {
    if (why !== undefined && this.#dialect === 'rpc') this.send(failure(reason, why), null);
    this.#transport.close(code, short(reason));
  }

  /** Somebody else has taken this place, and could. */
  replaced(): void {
    this.#seat = undefined;
    this.#transport.close(1008, 'another has taken this place');
  }

  close(code: number, reason: string): void {
    this.#isClosing = true;
    this.#transport.close(code, short(reason));
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  leave(): void {
    this.#seat = undefined;
    this.#transport.close(1001, 'The node is going away');
  }

  violated(): void {
    this.#violations += 1;
    if (this.#violations > this.#nodes.limits.violations)
      this.#transport.close(1008, 'too many messages made no sense');
  }
}
