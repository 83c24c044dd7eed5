/**
 * A lean peer of the star for its bench: a bare WebSocket that speaks socket.io's text of old, or our plain form. It answers every dial, and counts.
 *
 * What is read is read by its start and its end, so that the bench costs the machine little beside what it measures.
 */
import { WebSocket } from 'ws';

/** What a peer speaks. */
export type Speech = 'socket.io' | 'plain';

const paths = { 'socket.io': '/socket.io/?EIO=3&transport=websocket', plain: '/star?statewire=1' } as const;
const streamEvent = 'socket.io-pull-stream.';
/** How announcements begin. */
const announced = { 'socket.io': Buffer.from('42["ws-peer"'), plain: Buffer.from('["peers"') } as const;
/** Milliseconds between pings of the old kind: servers of old give up after 45 s. */
const pulse = 20_000;
/** Bytes that a peer grants to a plain writer at once, and again when half of them have come. */
const granted = 1_048_576;
/** What a chunk costs of a grant beside its bytes. */
const overhead = 64;
const header = 2;

/** What the two ends of a dial are told. */
export interface Ends {
  accepted?(): void;
  /** There is room again: see `hasRoom`. */
  room?(): void;
  chunk?(bytes: number): void;
  ended?(): void;
}

export class StarClient {
  readonly #socket: WebSocket;
  readonly #speech: Speech;
  readonly #answers = new Map<number, (args: readonly unknown[]) => void>();
  readonly #streams = new Map<string, Ends>();
  /** What a plain writer may still send, and what a plain reader has had since it last granted more. */
  readonly #room = new Map<string, number>();
  readonly #used = new Map<string, number>();
  #next = 0;
  /** Of the chunk whose bytes come next. */
  #stream = '';
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Is called with every frame that may tell of addresses: its text as it came, for whoever counts them need not parse it. */
  told: (text: Buffer) => void = () => {};
  /** Who dials it. */
  dialled: (dialId: string) => Readonly<Record<'dialer' | 'listener', Ends>> = () => ({ dialer: {}, listener: {} });
  lost: (why: string) => void = () => {};

  private constructor(socket: WebSocket, speech: Speech) {
    this.#socket = socket;
    this.#speech = speech;
  }

  static open(url: string, speech: Speech, query = ''): Promise<StarClient> {
    const path = paths[speech];
    const target = `${url}${path}${query === '' ? '' : `${path.includes('?') ? '&' : '?'}${query}`}`;
    const socket = new WebSocket(target, { perMessageDeflate: false, maxPayload: 1 << 28 });
    const client = new StarClient(socket, speech);
    return new Promise((resolve, reject) => {
      socket.on('error', (error) => {
        reject(error);
        client.lost(error.message);
      });
      socket.on('close', (code) => {
        clearInterval(client.#timer);
        client.lost(`closed with ${code}`);
      });
      if (speech === 'plain') socket.on('open', () => resolve(client));
      socket.on('message', (data: Buffer, isBinary) => {
        if (isBinary) client.#bytes(data);
        else if (client.#tellsOnly(data)) client.told(data);
        else client.#text(data, () => resolve(client));
      });
    });
  }

  /** Joins without a proof. */
  async join(address: string): Promise<void> {
    const [error] = await this.ask('ss-join', address, '');
    if (error !== null && error !== undefined) throw new Error(`joining: ${JSON.stringify(error)}`);
  }

  /** Dials; both streams are the caller's. */
  async dial(from: string, to: string, dialId: string, ends: Readonly<Record<'dialer' | 'listener', Ends>>) {
    this.#streams.set(`${dialId}.dialer`, ends.dialer);
    const [error] = await this.ask('ss-dial', from, to, dialId);
    if (error !== null && error !== undefined) throw new Error(`dialling: ${JSON.stringify(error)}`);
    this.read(`${dialId}.listener`, ends.listener);
  }

  /** Says that it reads this stream. */
  read(stream: string, ends: Ends): void {
    this.#streams.set(stream, ends);
    if (this.#speech === 'plain') this.#emit(`${streamEvent}accept.${stream}`, granted);
    else this.#emit(`${streamEvent}accept.${stream}`);
  }

  /** Whether the reader has granted so much. Only plain readers grant. */
  hasRoom(stream: string, bytes: number): boolean {
    return this.#speech === 'socket.io' || (this.#room.get(stream) ?? 0) >= bytes + overhead;
  }

  write(stream: string, chunk: Uint8Array): void {
    if (this.#speech === 'plain') {
      this.#room.set(stream, (this.#room.get(stream) ?? 0) - chunk.length - overhead);
      const frame = Buffer.allocUnsafe(header + stream.length + chunk.length);
      frame.writeUInt16BE(stream.length, 0);
      frame.write(stream, header, 'latin1');
      frame.set(chunk, header + stream.length);
      this.#socket.send(frame);
      return;
    }
    this.#socket.send(`451-["${streamEvent}queue.${stream}",{"_placeholder":true,"num":0}]`);
    const frame = Buffer.allocUnsafe(1 + chunk.length);
    frame[0] = 4;
    frame.set(chunk, 1);
    this.#socket.send(frame);
  }

  end(stream: string): void {
    this.#emit(`${streamEvent}error.${stream}`, true);
    this.forget(stream);
  }

  forget(stream: string): void {
    this.#streams.delete(stream);
    this.#room.delete(stream);
    this.#used.delete(stream);
  }

  /** Asks with a callback. */
  ask(event: string, ...args: readonly unknown[]): Promise<readonly unknown[]> {
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.#socket.send(
        this.#speech === 'plain' ? JSON.stringify({ event, args, id }) : `42${id}${JSON.stringify([event, ...args])}`,
      );
    });
  }

  get buffered(): number {
    return this.#socket.bufferedAmount;
  }

  pause(): void {
    this.#socket.pause();
  }

  terminate(): void {
    clearInterval(this.#timer);
    this.#socket.terminate();
  }

  #emit(event: string, ...args: readonly unknown[]): void {
    const text = JSON.stringify([event, ...args]);
    this.#socket.send(this.#speech === 'plain' ? text : `42${text}`);
  }

  /** Whether it is an announcement, and nothing else. */
  #tellsOnly(text: Buffer): boolean {
    const start = announced[this.#speech];
    return text.length > start.length && text.compare(start, 0, start.length, 0, start.length) === 0;
  }

  #text(data: Buffer, opened: () => void): void {
    const text = data.toString();
    // The answer to a join says who was there.
    if (text.includes('/p2p-websocket-star')) this.told(data);
    if (this.#speech === 'plain') this.#packet(text);
    else if (text.startsWith('42["')) this.#event(text.slice(2));
    else if (text.startsWith('451-')) this.#stream = text.slice(text.indexOf('queue.') + 6, text.indexOf('",{'));
    else if (text.startsWith('43')) {
      const at = text.indexOf('[');
      this.#answered(Number(text.slice(2, at)), JSON.parse(text.slice(at)));
    } else if (text.startsWith('42')) {
      const at = text.indexOf('[');
      const [event, ...args] = JSON.parse(text.slice(at));
      this.#asked(event, args, Number(text.slice(2, at)));
    } else if (text === '40') opened();
    else if (text.startsWith('0')) {
      this.#timer = setInterval(() => this.#socket.send('2'), pulse);
      this.#timer.unref();
    }
  }

  #packet(text: string): void {
    if (text.startsWith('[')) {
      this.#event(text);
      return;
    }
    const packet = JSON.parse(text);
    if (packet.answer !== undefined) this.#answered(packet.answer, packet.args);
    else if (packet.id === undefined) this.#event(JSON.stringify([packet.event, ...packet.args]));
    else this.#asked(packet.event, packet.args, packet.id);
  }

  #event(text: string): void {
    const [event, first] = JSON.parse(text);
    const name = String(event).slice(streamEvent.length);
    const at = name.indexOf('.');
    const ends = this.#streams.get(name.slice(at + 1));
    if (name.startsWith('accept.') || name.startsWith('credit.')) {
      const stream = name.slice(at + 1);
      if (typeof first === 'number') this.#room.set(stream, (this.#room.get(stream) ?? 0) + first);
      if (name.startsWith('accept.')) ends?.accepted?.();
      ends?.room?.();
    }
    if (name.startsWith('error.')) {
      this.forget(name.slice(at + 1));
      ends?.ended?.();
    }
  }

  #bytes(data: Buffer): void {
    if (this.#speech === 'socket.io') {
      this.#streams.get(this.#stream)?.chunk?.(data.length - 1);
      return;
    }
    const start = header + data.readUInt16BE(0);
    const stream = data.toString('latin1', header, start);
    const bytes = data.length - start;
    const used = (this.#used.get(stream) ?? 0) + bytes + overhead;
    if (used >= granted / 2) this.#emit(`${streamEvent}credit.${stream}`, used);
    this.#used.set(stream, used >= granted / 2 ? 0 : used);
    this.#streams.get(stream)?.chunk?.(bytes);
  }

  #answered(id: number, args: readonly unknown[]): void {
    const answer = this.#answers.get(id);
    this.#answers.delete(id);
    answer?.(args);
  }

  #asked(event: string, [dialId]: readonly unknown[], id: number): void {
    if (event !== 'ss-incomming' || typeof dialId !== 'string') return;
    const ends = this.dialled(dialId);
    this.read(`${dialId}.dialer`, ends.dialer);
    this.#streams.set(`${dialId}.listener`, ends.listener);
    this.#socket.send(this.#speech === 'plain' ? `{"answer":${id},"args":[]}` : `43${id}[]`);
  }
}
