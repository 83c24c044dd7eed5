/**
 * One connection of socket.io at a server: packets go past socket.io's emitters, through our own parser, so that no input reaches code that spreads it over
 * the stack or keeps a callback for it. Writes of one turn become one, and what many are sent is encoded once.
 */
import { Socket } from 'node:net';
import type { Socket as IoSocket } from 'socket.io';
import { Inbox } from '../src/inbox.ts';
import type { Forms, Packet } from '../src/packet.ts';
import type { PacketFrame } from '../src/packets.ts';
import { deliverTo, encodeSocketIo, frameOverhead } from '../src/socketioPackets.ts';
import type { Bundle, Closure, Transport, TransportEvents } from '../src/transport.ts';
import { framesOfBytes, textFrame } from './socketioFrames.ts';

export type Engine = IoSocket['conn'];

/** Milliseconds for a peer to answer a closing frame. */
const closeTimeout = 3_000;
/** Bytes that wait for a paused owner before the peer feels it, and those that end a line whose peer cannot be made to. */
const heldBeforePause = 262_144;
const heldAtMost = 8_388_608;

/** What we need of the WebSocket below, when there is one. */
interface RawSocket {
  readonly bufferedAmount: number;
  readonly readyState: number;
  pause(): void;
  resume(): void;
  terminate(): void;
  once(event: 'close', listener: () => void): void;
}

const closed = 3;
/** "Service restart": the peer is to come back. */
const restart = 1012;
const asItIs = { compress: false } as const;

export class SocketIoTransport implements Transport<PacketFrame> {
  readonly #socket: IoSocket;
  readonly #engine: Engine;
  readonly #inbox = new Inbox<PacketFrame>(frameOverhead);
  /** How the line ends, when we know it before it has. */
  #ending: Closure | undefined;
  /** What the engine has not given to the network yet: messages, and their bytes. */
  #waiting: ((ok: boolean) => void)[] = [];
  #waitingMessages = 0;
  #waitingBytes = 0;
  /** What it has given, and nothing is known of yet. */
  #leaving: ((ok: boolean) => void)[] = [];
  #isLeaving: boolean;
  #isCongested = false;

  constructor(socket: IoSocket) {
    this.#socket = socket;
    const engine = socket.conn;
    this.#engine = engine;
    this.#isLeaving = !engine.transport.writable;
    const isDirect = deliverTo(Reflect.get(socket.client, 'decoder'), (frame, size) => this.#received(frame, size));
    if (!isDirect) socket.onAny((_, frame: PacketFrame, size: number) => this.#received(frame, size));
    socket.on('disconnect', (reason) => {
      if (engine.readyState !== 'open' || this.#ending !== undefined) return;
      // The peer has left the namespace: there is nothing else on this line.
      this.#ending = { code: 1000, reason };
      engine.close(true);
    });
    engine.on('packetCreate', ({ data }: { readonly data?: string | Uint8Array }) => {
      this.#waitingMessages += 1;
      this.#waitingBytes += data?.length ?? 0;
    });
    engine.on('flush', () => {
      if (this.#waiting.length > 0) {
        this.#leaving = this.#leaving.concat(this.#waiting);
        this.#waiting = [];
      }
      this.#waitingMessages = 0;
      this.#waitingBytes = 0;
      this.#isLeaving = true;
      this.#cork();
    });
    engine.transport.on('drain', () => this.#drained());
    engine.on('upgrade', (transport: Engine['transport']) => transport.on('drain', () => this.#drained()));
    // A turn later, for what came before the end is still on its way through socket.io.
    engine.once('close', (reason: string, error?: Error) => process.nextTick(() => this.#finish(reason, error)));
  }

  get #raw(): RawSocket | undefined {
    return rawOf(this.#engine.transport);
  }

  attach(events: TransportEvents<PacketFrame>): void {
    this.#inbox.attach(events);
    if (!this.#inbox.isPaused) this.#raw?.resume();
  }

  send(packet: PacketFrame, handedOver?: (ok: boolean) => void): boolean {
    if (packet.type === 'bad' || this.#ending !== undefined || this.#engine.readyState !== 'open') {
      handedOver?.(false);
      return false;
    }
    this.#write(packet);
    if (this.bufferedAmount > 0) this.#isCongested = true;
    if (handedOver === undefined) return true;
    if (this.#waitingMessages > 0) this.#waiting.push(handedOver);
    else if (this.#isLeaving) this.#leaving.push(handedOver);
    else handedOver(true);
    return true;
  }

  /** 128 events of 115 bytes in one write cost what one costs. */
  sendAll(bundle: Bundle<PacketFrame>): boolean {
    if (this.#ending !== undefined || this.#engine.readyState !== 'open') return false;
    if (this.#raw === undefined) {
      for (const frame of bundle.frames) this.send(frame);
      return true;
    }
    bundle.forms.engine ??= { compress: false, wsPreEncodedFrame: [Buffer.concat(bundle.frames.map(frameBytes))] };
    this.#waitingBytes += bundle.forms.engine.wsPreEncodedFrame[0]?.length ?? 0;
    this.#engine.write('', bundle.forms.engine);
    if (this.bufferedAmount > 0) this.#isCongested = true;
    return true;
  }

  get bufferedAmount(): number {
    return this.#waitingBytes + (this.#raw?.bufferedAmount ?? 0);
  }

  pause(): void {
    this.#inbox.pause();
  }

  resume(): void {
    this.#inbox.resume();
    if (!this.#inbox.isPaused) this.#raw?.resume();
  }

  close(code = 1000, reason = ''): void {
    if (this.#ending !== undefined) return;
    this.#ending = { code, reason };
    this.resume();
    // A client of socket.io that is told to leave never comes back by itself.
    if (code !== restart) this.#socket.disconnect(true);
    this.#engine.close();
  }

  terminate(): void {
    this.#ending ??= { code: 1006, reason: '' };
    this.#inbox.cut();
    cutEngine(this.#engine);
  }

  /**
   * Past socket.io, which would look for bytes in everything, and encode for each what many are sent: there text and frame are made once (16 µs a
   * receiver in place of 26, measured). An event with bytes is one packet of the engine and not two, and its bytes are not copied.
   */
  #write(packet: Packet): void {
    const engine = this.#engine;
    const [text, ...attached] = encodeSocketIo(packet);
    if (typeof text !== 'string') return;
    const [bytes] = attached;
    if (bytes === undefined) {
      if (packet.type === 'answer' || packet.forms === undefined) engine.write(text, { ...asItIs });
      else {
        packet.forms.engine ??= encoded(text);
        engine.write(text, packet.forms.engine);
      }
    } else if (attached.length === 1 && typeof bytes !== 'string' && this.#raw !== undefined) {
      const frames = framesOfBytes(text, bytes, engine.protocol === 3);
      this.#waitingBytes += frames[0].length + bytes.length;
      const options: NonNullable<Forms['engine']> = { ...asItIs, wsPreEncodedFrame: frames };
      engine.write('', options);
    } else {
      engine.write(text, { ...asItIs });
      for (const part of attached) engine.write(Buffer.from(part), { ...asItIs });
    }
  }

  /** All that the engine writes in this turn becomes one write. */
  #cork(): void {
    const socket: unknown = Reflect.get(this.#raw ?? this, '_socket');
    if (!(socket instanceof Socket) || socket.writableCorked > 0) return;
    socket.cork();
    process.nextTick(() => socket.uncork());
  }

  #received(frame: PacketFrame, size: number): void {
    this.#inbox.frame(frame, size);
    if (this.#inbox.size < heldBeforePause) return;
    const raw = this.#raw;
    if (raw !== undefined) raw.pause();
    else if (this.#inbox.size > heldAtMost) {
      this.#ending ??= { code: 1006, reason: 'more came than can wait for a paused reader' };
      this.terminate();
    }
  }

  #drained(): void {
    this.#isLeaving = false;
    if (this.#leaving.length > 0) {
      const left = this.#leaving;
      this.#leaving = [];
      for (const handedOver of left) handedOver(true);
    }
    if (!this.#isCongested || this.#waitingMessages > 0) return;
    this.#isCongested = false;
    this.#inbox.drained();
  }

  /** The engine is done; the WebSocket may still be at its closing handshake. */
  #finish(reason: string, error?: Error): void {
    const raw = this.#raw;
    const end = () => {
      for (const handedOver of this.#leaving.concat(this.#waiting)) handedOver(false);
      this.#inbox.closed(this.#ending ?? closureOf(reason, error));
    };
    if (raw === undefined || raw.readyState === closed) {
      end();
      return;
    }
    const timer = setTimeout(() => raw.terminate(), closeTimeout);
    raw.once('close', () => {
      clearTimeout(timer);
      end();
    });
    raw.resume();
  }
}

/** For the engine: a text as the WebSocket frame that it is. For one receiver that gains nothing. */
const encoded = (text: string): NonNullable<Forms['engine']> => ({ ...asItIs, wsPreEncodedFrame: [textFrame(text)] });

/** An event for many as the WebSocket frame that it is. */
function frameBytes(packet: PacketFrame): Uint8Array {
  if (packet.type !== 'event' || packet.forms === undefined) return new Uint8Array();
  const [text] = encodeSocketIo(packet);
  if (typeof text !== 'string') return new Uint8Array();
  packet.forms.engine ??= encoded(text);
  return packet.forms.engine.wsPreEncodedFrame[0] ?? new Uint8Array();
}

/** Ends a line at once; or the one that was to take its place, and then it too. */
export function cutEngine(engine: Engine, transport = engine.transport): void {
  const raw = rawOf(transport);
  if (raw !== undefined) raw.terminate();
  if (raw !== undefined && transport === engine.transport) return;
  engine.close(true);
  // Of a poller that is to close in an orderly way already the engine would wait for half a minute.
  if (engine.readyState !== 'closed') engine.transport.emit('close');
}

function rawOf(transport: Engine['transport']): RawSocket | undefined {
  const raw: unknown = Reflect.get(transport, 'socket');
  return isRawSocket(raw) ? raw : undefined;
}

const isRawSocket = (raw: unknown): raw is RawSocket => typeof raw === 'object' && raw !== null && 'terminate' in raw;

function closureOf(reason: string, error?: Error): Closure {
  const said = error === undefined ? reason : `${reason}: ${error.message}`;
  return { code: said.includes('Max payload size') ? 1009 : 1006, reason: said };
}
