/**
 * The transactions of a channel, told anew from their published formats and from nothing of ours: RLP by a library, the rest by hand. What our code writes is
 * read with this, and what a scripted node writes is made with it.
 */
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { blake2b } from '@noble/hashes/blake2.js';
import { decode as fromRlp, type Input, type NestedUint8Array, encode as toRlp } from 'rlp';

/** How everything is written: as in the text, or as today. */
export type Era = 'legacy' | 'modern';

type Tree = Uint8Array | NestedUint8Array;

export const hash = (bytes: Uint8Array): Uint8Array => blake2b(bytes, { dkLen: 32 });

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

function base58(bytes: Uint8Array): string {
  // Eight digits at a time: the long division is what costs.
  const many = 58n ** 8n;
  let text = '';
  for (let value = BigInt(`0x0${Buffer.from(bytes).toString('hex')}`); value > 0n; value /= many) {
    let digits = Number(value % many);
    for (let place = 0; place < 8; place++) {
      text = ALPHABET.charAt(digits % 58) + text;
      digits = Math.floor(digits / 58);
    }
  }
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return '1'.repeat(zeros) + text.replace(/^1+/, '');
}

function fromBase58(text: string): Uint8Array {
  let value = 0n;
  for (const letter of text) {
    const digit = ALPHABET.indexOf(letter);
    if (digit < 0) throw new Error(`not base58: ${text}`);
    value = value * 58n + BigInt(digit);
  }
  const digits = value === 0n ? '' : value.toString(16);
  const zeros = text.length - text.replace(/^1+/, '').length;
  return Buffer.concat([Buffer.alloc(zeros), Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')]);
}

const checksum = (bytes: Uint8Array) => sha256(sha256(bytes)).subarray(0, 4);

/** `ak$…` as in the text, `ak_…` as today. */
export function write(prefix: string, bytes: Uint8Array, era: Era): string {
  const all = Buffer.concat([bytes, checksum(bytes)]);
  if (era === 'legacy') return `${prefix}$${base58(all)}`;
  return `${prefix}_${prefix === 'tx' ? all.toString('base64') : base58(all)}`;
}

/** The other way round; what is not `prefix` in this era is an error. */
export function read(prefix: string, text: string, era: Era): Uint8Array {
  const mark = prefix + (era === 'legacy' ? '$' : '_');
  if (!text.startsWith(mark)) throw new Error(`not ${mark}: ${text}`);
  const rest = text.slice(mark.length);
  const all = Buffer.from(era === 'modern' && prefix === 'tx' ? Buffer.from(rest, 'base64') : fromBase58(rest));
  const bytes = all.subarray(0, -4);
  if (!checksum(bytes).equals(all.subarray(-4))) throw new Error(`wrong checksum: ${text}`);
  return bytes;
}

/** A party's key. */
export class Key {
  readonly #secret;
  readonly #public;
  readonly bytes: Uint8Array;

  constructor(seed: Uint8Array) {
    const head = Buffer.from('302e020100300506032b657004220420', 'hex');
    this.#secret = createPrivateKey({ key: Buffer.concat([head, seed]), format: 'der', type: 'pkcs8' });
    this.#public = createPublicKey(this.#secret);
    this.bytes = this.#public.export({ format: 'der', type: 'spki' }).subarray(-32);
  }

  text(era: Era): string {
    return write('ak', this.bytes, era);
  }

  sign(bytes: Uint8Array): Uint8Array {
    return sign(null, bytes, this.#secret);
  }

  /** Whether this key has made the signature. */
  verifies(bytes: Uint8Array, signature: Uint8Array): boolean {
    return verify(null, bytes, this.#public, signature);
  }
}

/** What a signature is over: the bytes in 2018; later with the network's name before them or before their hash. */
export type Over = 'raw' | 'network' | 'networkHash';

export function signedBytes(tx: Uint8Array, over: Over): Uint8Array {
  if (over === 'raw') return tx;
  return Buffer.concat([Buffer.from('ae_devnet'), over === 'network' ? tx : hash(tx)]);
}

export const overOf = (era: Era): Over => (era === 'legacy' ? 'raw' : 'networkHash');

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

const int = (value: bigint | number): Uint8Array => {
  const digits = value.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
};

const leaf = (tree: Tree | undefined): Uint8Array => {
  if (!(tree instanceof Uint8Array)) throw new Error('a list, or nothing, where bytes are due');
  return tree;
};

const list = (tree: Tree | undefined): NestedUint8Array => {
  if (tree === undefined || tree instanceof Uint8Array) throw new Error('bytes, or nothing, where a list is due');
  return tree;
};

/** An integer of RLP has no zeros in front of it; zero is one byte. */
const number = (tree: Tree | undefined): bigint => {
  const bytes = leaf(tree);
  if (bytes.length === 0 || (bytes.length > 1 && bytes[0] === 0)) throw new Error(`not an integer: ${hex(bytes)}`);
  return BigInt(`0x${hex(bytes)}`);
};

/** An identifier: a byte for what it is, and 32 bytes. */
const id = (tree: Tree | undefined, kind: number): string => {
  const bytes = leaf(tree);
  if (bytes.length !== 33 || bytes[0] !== kind) throw new Error(`not an id of kind ${kind}: ${hex(bytes)}`);
  return hex(bytes.subarray(1));
};

const account = (bytes: Uint8Array) => Buffer.concat([Buffer.from([1]), bytes]);
const channel = (bytes: Uint8Array) => Buffer.concat([Buffer.from([6]), bytes]);

const rlp = (input: Input) => toRlp(input);

export interface Signed {
  readonly signatures: readonly Uint8Array[];
  /** Without its signatures. */
  readonly tx: Uint8Array;
  /** Of the whole. */
  readonly th: string;
}

/** Reads a transaction with signatures. */
export function readSigned(text: string, era: Era): Signed {
  const bytes = read('tx', text, era);
  const fields = list(fromRlp(bytes));
  expect(fields).toHaveLength(4);
  expect([number(fields[0]), number(fields[1])]).toEqual([11n, 1n]);
  return { signatures: list(fields[2]).map(leaf), tx: leaf(fields[3]), th: write('th', hash(bytes), era) };
}

/** Puts signatures to a transaction. */
export function writeSigned(tx: Uint8Array, signatures: readonly Uint8Array[], era: Era): string {
  const sorted = [...signatures].sort(Buffer.compare);
  return write('tx', rlp([int(11), int(1), sorted, tx]), era);
}

/** What a party does with what it is to sign. */
export function signTx(key: Key, text: string, era: Era, over: Over = overOf(era)): string {
  const tx = read('tx', text, era);
  return writeSigned(tx, [key.sign(signedBytes(tx, over))], era);
}

/** Whether these, and nobody else, have signed a transaction; the signatures have to be in order. */
export function expectSignedBy(signed: Signed, keys: readonly Key[], over: Over | readonly Over[]): void {
  const forms = typeof over === 'string' ? keys.map(() => over) : over;
  expect(signed.signatures).toHaveLength(keys.length);
  expect(signed.signatures.map(hex)).toEqual(signed.signatures.map(hex).sort());
  keys.forEach((key, at) => {
    const bytes = signedBytes(signed.tx, forms[at] ?? 'raw');
    expect(signed.signatures.some((signature) => key.verifies(bytes, signature))).toBe(true);
  });
}

export interface Create {
  readonly initiator: string;
  readonly initiatorAmount: bigint;
  readonly responder: string;
  readonly responderAmount: bigint;
  readonly channelReserve: bigint;
  readonly lockPeriod: bigint;
  readonly ttl: bigint;
  readonly fee: bigint;
  readonly stateHash: string;
  readonly nonce: bigint;
}

export function readCreate(bytes: Uint8Array, era: Era): Create {
  const fields = list(fromRlp(bytes));
  expect([number(fields[0]), number(fields[1])]).toEqual([50n, era === 'legacy' ? 1n : 2n]);
  expect(fields).toHaveLength(era === 'legacy' ? 12 : 14);
  if (era === 'modern') expect([list(fields[10]), list(fields[11])]).toEqual([[], []]);
  const [stateHash, nonce] = fields.slice(-2);
  expect(leaf(stateHash)).toHaveLength(32);
  return {
    initiator: id(fields[2], 1),
    initiatorAmount: number(fields[3]),
    responder: id(fields[4], 1),
    responderAmount: number(fields[5]),
    channelReserve: number(fields[6]),
    lockPeriod: number(fields[7]),
    ttl: number(fields[8]),
    fee: number(fields[9]),
    stateHash: hex(leaf(stateHash)),
    nonce: number(nonce),
  };
}

export function writeCreate(create: Create, era: Era): Uint8Array {
  return rlp([
    int(50),
    int(era === 'legacy' ? 1 : 2),
    account(Buffer.from(create.initiator, 'hex')),
    int(create.initiatorAmount),
    account(Buffer.from(create.responder, 'hex')),
    int(create.responderAmount),
    int(create.channelReserve),
    int(create.lockPeriod),
    int(create.ttl),
    int(create.fee),
    ...(era === 'legacy' ? [] : [[], []]),
    Buffer.from(create.stateHash, 'hex'),
    int(create.nonce),
  ]);
}

export interface OffChain {
  readonly channelId: string;
  readonly round: bigint;
  /** Only in 2018. */
  readonly updates: readonly (readonly [bigint, string, string, bigint])[] | undefined;
  readonly stateHash: string;
}

export function readOffChain(bytes: Uint8Array, era: Era): OffChain {
  const fields = list(fromRlp(bytes));
  expect([number(fields[0]), number(fields[1])]).toEqual([57n, era === 'legacy' ? 1n : 2n]);
  expect(fields).toHaveLength(era === 'legacy' ? 6 : 5);
  const stateHash = leaf(fields.at(-1));
  expect(stateHash).toHaveLength(32);
  const updates = (tree: Tree | undefined) =>
    list(tree).map((each): readonly [bigint, string, string, bigint] => {
      const [op, from, to, amount] = list(each);
      return [number(op), hex(leaf(from)), hex(leaf(to)), number(amount)];
    });
  return {
    channelId: id(fields[2], 6),
    round: number(fields[3]),
    updates: era === 'legacy' ? updates(fields[4]) : undefined,
    stateHash: hex(stateHash),
  };
}

export function writeOffChain({ channelId, round, updates, stateHash }: OffChain, era: Era): Uint8Array {
  const told = (updates ?? []).map(([op, from, to, amount]) => [
    int(op),
    Buffer.from(from, 'hex'),
    Buffer.from(to, 'hex'),
    int(amount),
  ]);
  return rlp([
    int(57),
    int(era === 'legacy' ? 1 : 2),
    channel(Buffer.from(channelId, 'hex')),
    int(round),
    ...(era === 'legacy' ? [told] : []),
    Buffer.from(stateHash, 'hex'),
  ]);
}

export interface CloseMutual {
  readonly channelId: string;
  /** Only today. */
  readonly from: string | undefined;
  readonly initiatorAmount: bigint;
  readonly responderAmount: bigint;
  readonly ttl: bigint;
  readonly fee: bigint;
  readonly nonce: bigint;
}

export function readCloseMutual(bytes: Uint8Array, era: Era): CloseMutual {
  const fields = list(fromRlp(bytes));
  expect([number(fields[0]), number(fields[1])]).toEqual([53n, 1n]);
  expect(fields).toHaveLength(era === 'legacy' ? 8 : 9);
  const [initiatorAmount, responderAmount, ttl, fee, nonce] = fields.slice(-5).map(number);
  if (initiatorAmount === undefined || responderAmount === undefined) throw new Error('no amounts');
  if (ttl === undefined || fee === undefined || nonce === undefined) throw new Error('no fee');
  return {
    channelId: id(fields[2], 6),
    from: era === 'legacy' ? undefined : id(fields[3], 1),
    initiatorAmount,
    responderAmount,
    ttl,
    fee,
    nonce,
  };
}

export function writeCloseMutual(close: CloseMutual, era: Era): Uint8Array {
  return rlp([
    int(53),
    int(1),
    channel(Buffer.from(close.channelId, 'hex')),
    ...(era === 'legacy' ? [] : [account(Buffer.from(close.from ?? '', 'hex'))]),
    int(close.initiatorAmount),
    int(close.responderAmount),
    int(close.ttl),
    int(close.fee),
    int(close.nonce),
  ]);
}

/** Hexadecimal. */
export function channelIdOf(initiator: Uint8Array, nonce: bigint, responder: Uint8Array): string {
  const wide = Buffer.from(nonce.toString(16).padStart(64, '0'), 'hex');
  return hex(hash(Buffer.concat([initiator, wide, responder])));
}

export interface Account {
  readonly key: Uint8Array;
  readonly balance: bigint;
  readonly nonce: bigint;
}

const nibblesOf = (bytes: Uint8Array) => [...hex(bytes)].map((digit) => Number.parseInt(digit, 16));

/** Hex-prefix, as Ethereum writes the paths of its trees. */
function path(nibbles: readonly number[], isLeaf: boolean): Uint8Array {
  const flag = (isLeaf ? 2 : 0) + (nibbles.length % 2);
  const all = nibbles.length % 2 === 0 ? [flag, 0, ...nibbles] : [flag, ...nibbles];
  return Buffer.from(all.map((nibble) => nibble.toString(16)).join(''), 'hex');
}

/** The hash of the state that two accounts are in: the tree of two keys is two leaves under a branch, with what the keys share before it. */
export function stateHashOf(accounts: readonly [Account, Account], version: number): string {
  const paths = accounts.map(({ key }) => nibblesOf(key));
  const [one = [], other = []] = paths;
  const shared = one.findIndex((nibble, at) => nibble !== other[at]);
  const branch: Uint8Array[] = Array.from({ length: 17 }, () => new Uint8Array());
  accounts.forEach(({ balance, nonce }, at) => {
    const nibbles = paths[at] ?? [];
    const value = rlp([int(10), int(1), int(nonce), int(balance)]);
    branch[nibbles[shared] ?? 0] = hash(rlp([path(nibbles.slice(shared + 1), true), value]));
  });
  const fork = hash(rlp(branch));
  const root = shared === 0 ? fork : hash(rlp([path(one.slice(0, shared), false), fork]));
  const wide = Buffer.alloc(8);
  wide.writeUInt8(version, 7);
  return hex(hash(Buffer.concat([wide, root, Buffer.alloc(5 * 32)])));
}
