/** What a field of a transaction can be, both ways: one spelling for every value, and none for a value that is out of bounds. */
import { fromHex, toHex } from '../bytes.ts';
import { LocalMisuse } from '../errors.ts';
import { joined } from './joined.ts';
import type { Item } from './rlp.ts';
import { Undecodable } from './undecodable.ts';

/** One field. */
export interface Field<Value> {
  /** @throws Undecodable `wrongField` */
  read(item: Item): Value;
  /** @throws LocalMisuse `wrongField` */
  write(value: Value): Item;
}

const unreadable = (what: string) => new Undecodable('wrongField', `A field of the transaction is not ${what}.`);

const unwritable = (what: string) =>
  new LocalMisuse(`A transaction was to be written with a field that is not ${what}.`, { code: 'wrongField' });

function bytesOf(item: Item, what: string): Uint8Array {
  if (item instanceof Uint8Array) return item;
  throw unreadable(what);
}

/** Bytes of which `allows` takes only some lengths. */
function bytesWith(what: string, allows: (length: number) => boolean): Field<Uint8Array> {
  return {
    read(item) {
      const bytes = bytesOf(item, what);
      if (!allows(bytes.length)) throw unreadable(what);
      return bytes;
    },
    write(value) {
      if (!(value instanceof Uint8Array) || !allows(value.length)) throw unwritable(what);
      return value;
    },
  };
}

/** Exactly `length` bytes. */
export const bytes = (length: number): Field<Uint8Array> => bytesWith(`${length} bytes`, (given) => given === length);

/** Up to `most` bytes. */
export const bytesUpTo = (most: number): Field<Uint8Array> =>
  bytesWith(`at most ${most} bytes`, (given) => given <= most);

/** No number of a chain has more bytes. */
const longestInt = 32;
const beyondInt = 1n << BigInt(8 * longestInt);
const whole = 'a whole number below 2^256 in its shortest spelling';

/** A whole number, at least 0 and below 2^256: big-endian, as few bytes as it needs, 0 being one. */
export const int: Field<bigint> = {
  read(item) {
    const digits = bytesOf(item, whole);
    const isShortest = digits.length > 0 && (digits.length === 1 || digits[0] !== 0);
    if (!isShortest || digits.length > longestInt) throw unreadable(whole);
    return BigInt(`0x${toHex(digits)}`);
  },
  write(value) {
    if (typeof value !== 'bigint' || value < 0n || value >= beyondInt) throw unwritable(whole);
    const digits = value.toString(16);
    return fromHex(digits.padStart(digits.length + (digits.length % 2), '0'));
  },
};

/** The id of something: a byte that says what it is, and its 32 bytes. Only the 32 are a value: the field itself says which tag it must have. */
function id(tag: number, what: string): Field<Uint8Array> {
  const rest = bytes(32);
  return {
    read(item) {
      const tagged = bytesOf(item, what);
      if (tagged.length !== 33 || tagged[0] !== tag) throw unreadable(what);
      return tagged.slice(1);
    },
    write: (value) => joined(Uint8Array.of(tag), bytesOf(rest.write(value), what)),
  };
}

/** The public key of an account. */
export const account = id(1, 'the id of an account');

/** The id of a channel. */
export const channel = id(6, 'the id of a channel');

/** A list of up to `most`. */
export function list<Value>(of: Field<Value>, most: number): Field<readonly Value[]> {
  const what = `a list of at most ${most}`;
  return {
    read(item) {
      if (item instanceof Uint8Array || item.length > most) throw unreadable(what);
      return item.map(of.read);
    },
    write(value) {
      if (!Array.isArray(value) || value.length > most) throw unwritable(what);
      return value.map(of.write);
    },
  };
}

/**
 * Goes over the fields of a transaction in their order on the wire. Reading, it gives what stands there, whatever it is given; writing, it puts down
 * what it is given. So the order of a transaction's fields is said once.
 */
export type Pass = <Value>(field: Field<Value>, value: NoInfer<Value> | undefined) => Value;

/** A pass that reads `items`, one after the other. */
export function reading(items: readonly Item[]): Pass {
  const rest = items[Symbol.iterator]();
  return (field) => {
    const next = rest.next();
    if (next.done) throw new Undecodable('wrongFields', 'The transaction has fewer fields than its form.');
    return field.read(next.value);
  };
}

/** A pass that writes to the end of `items`. */
export function writing(items: Item[]): Pass {
  return (field, value) => {
    if (value === undefined) throw unwritable('there');
    items.push(field.write(value));
    return value;
  };
}

/** Several fields in a list of their own. */
export function group<Value>(count: number, pass: (pass: Pass, value?: Value) => Value): Field<Value> {
  const what = `a list of ${count} fields`;
  return {
    read(item) {
      if (item instanceof Uint8Array || item.length !== count) throw unreadable(what);
      return pass(reading(item), undefined);
    },
    write(value) {
      const items: Item[] = [];
      pass(writing(items), value);
      return items;
    },
  };
}
