/**
 * What the load generator sends and what it must get back, byte for byte.
 *
 * A message looks like what devices send: a few fields, nested objects, numbers, flags, escaped text, base64. The
 * same eight variants in every run (seeded), one of the eight with text beyond ASCII. Sequence number and sender have
 * a fixed width at a fixed place, so that sending is a copy and two dozen bytes, and checking is one native compare.
 */
import { maskedFrame, randomMask } from './frames.ts';

const variants = 8;
const masks = 4;
const seqWidth = 10;
const fromWidth = 6;
const firstSeq = 10 ** (seqWidth - 1);
const firstFrom = 10 ** (fromWidth - 1);
const seqAt = '{"seq":'.length;
const fromAt = seqAt + seqWidth + ',"from":'.length;
const routeHead = '{"type":"ROUTE","EpheWssAddr":"';
const deliverHead = '{"type":"DELIVER","msg":';

/** The smallest message that still has every kind of field. */
export const smallestPayload = 100;

/** A fresh array cannot be indexed out of range by `seq % length`; this tells the compiler so. */
function pick<T>(list: readonly T[], at: number): T {
  const item = list[at % list.length];
  if (item === undefined) throw new Error('empty list');
  return item;
}

function textOf(variant: number, bytes: number): string {
  let state = 0x9e3779b9 + variant;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const base64 = (length: number): string => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    return Array.from({ length }, () => alphabet.charAt(random(64))).join('');
  };
  const item = () => ({
    id: random(2 ** 32).toString(16),
    at: { lat: random(9_000_000) / 1e5, lon: -random(18_000_000) / 1e5, accuracy: random(50) },
    size: random(1e6),
    sealed: random(2) === 1,
    note: variant === 7 ? 'Grüße, καλημέρα' : 'line "one"\nline\ttwo',
    data: base64(Math.max(320, Math.floor(bytes / 10))),
  });
  const items: ReturnType<typeof item>[] = [];
  const text = (mac: string): string => {
    const start = { seq: firstSeq, from: firstFrom, kind: 'offer', body: { round: variant, ok: variant % 2 === 0 } };
    return JSON.stringify(items.length > 0 ? { ...start, items, mac } : { ...start, mac });
  };
  for (;;) {
    items.push(item());
    if (Buffer.byteLength(text('')) <= bytes) continue;
    items.pop();
    return text(base64(bytes - Buffer.byteLength(text(''))));
  }
}

/** Writes `value`'s digits over the zeroed (or zeroed and masked) bytes that the template has at `from`. */
function writeDigits(out: Buffer, at: number, template: Buffer, from: number, width: number, value: number): void {
  let left = value;
  for (let i = width - 1; i >= 0; i--) {
    const rest = Math.floor(left / 10);
    out[at + i] = (template[from + i] ?? 0) ^ (48 + left - rest * 10);
    left = rest;
  }
}

/** All messages of one run: `bytes` long as JSON text, to addresses of one length. */
export class Messages {
  /** Length of a whole client frame; the same for every message of the run. */
  readonly frameBytes: number;
  /** Message texts, for the deep comparison. */
  readonly #texts: string[] = [];
  /** Masked ROUTE frames with zeroes for address, sequence number and sender: `masks` of each variant. */
  readonly #frames: Buffer[] = [];
  /** DELIVER payloads as a server that keeps the text sends them: the zeroed template and a copy to write into. */
  readonly #delivers: { template: Buffer; expected: Buffer }[] = [];
  readonly #addressAt: number;
  readonly #msgAt: number;

  constructor(bytes: number, addressLength: number) {
    const msgInRoute = routeHead.length + addressLength + '","msg":'.length;
    for (let variant = 0; variant < variants; variant++) {
      const text = textOf(variant, bytes);
      this.#texts.push(text);
      const deliver = Buffer.from(`${deliverHead}${text}}`);
      deliver.fill(0, deliverHead.length + seqAt, deliverHead.length + seqAt + seqWidth);
      deliver.fill(0, deliverHead.length + fromAt, deliverHead.length + fromAt + fromWidth);
      this.#delivers.push({ template: deliver, expected: Buffer.from(deliver) });
      const route = Buffer.from(`${routeHead}${'0'.repeat(addressLength)}","msg":${text}}`);
      route.fill(0, routeHead.length, routeHead.length + addressLength);
      route.fill(0, msgInRoute + seqAt, msgInRoute + seqAt + seqWidth);
      route.fill(0, msgInRoute + fromAt, msgInRoute + fromAt + fromWidth);
      for (let i = 0; i < masks; i++) this.#frames.push(maskedFrame(1, route, randomMask()));
    }
    this.frameBytes = pick(this.#frames, 0).length;
    const headBytes = this.frameBytes - (msgInRoute + bytes + 1);
    this.#addressAt = headBytes + routeHead.length;
    this.#msgAt = headBytes + msgInRoute;
  }

  /** Writes the frame of the sender's message number `seq` (from 0) to `address` at `out[at]`. */
  writeRoute(out: Buffer, at: number, address: Buffer, sender: number, seq: number): void {
    const template = pick(this.#frames, (seq % variants) * masks + (Math.floor(seq / variants) % masks));
    template.copy(out, at);
    const addressAt = this.#addressAt;
    for (let i = 0; i < address.length; i++) {
      out[at + addressAt + i] = (template[addressAt + i] ?? 0) ^ (address[i] ?? 0);
    }
    const msgAt = this.#msgAt;
    writeDigits(out, at + msgAt + seqAt, template, msgAt + seqAt, seqWidth, firstSeq + seq);
    writeDigits(out, at + msgAt + fromAt, template, msgAt + fromAt, fromWidth, firstFrom + sender);
  }

  /** Whether `bytes[start..end)` is exactly the DELIVER of that message. */
  isDeliver(bytes: Buffer, start: number, end: number, sender: number, seq: number): boolean {
    const { template, expected } = pick(this.#delivers, seq % variants);
    const at = deliverHead.length;
    writeDigits(expected, at + seqAt, template, at + seqAt, seqWidth, firstSeq + seq);
    writeDigits(expected, at + fromAt, template, at + fromAt, fromWidth, firstFrom + sender);
    return expected.compare(bytes, start, end) === 0;
  }

  /** The message as a value, to compare deeply where a server changed spaces or the order of keys. */
  valueOf(sender: number, seq: number): unknown {
    const text = pick(this.#texts, seq % variants);
    const [head, between, tail] = [
      text.slice(0, seqAt),
      text.slice(seqAt + seqWidth, fromAt),
      text.slice(fromAt + fromWidth),
    ];
    return JSON.parse(`${head}${firstSeq + seq}${between}${firstFrom + sender}${tail}`);
  }

  /** The number that a message's `seq` field stands for. */
  static seqOf(field: number): number {
    return field - firstSeq;
  }
}
