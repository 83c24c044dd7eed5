/**
 * The plain encoding of statements: bytes that anybody can make with one hash function. For places of settlement that read this encoding, and for the
 * statements of other schemes that no chain reads.
 *
 * It must never give the same bytes for two statements that mean different things. What is signed, 84 to 100 bytes:
 *
 * ```text
 * 'statewire/streaming/1/' and the statement's name, ASCII, then a zero byte
 * 32 bytes  the channel: the first half of SHA-512 over
 *             'statewire/streaming/1/channel', ASCII, then a zero byte
 *             16 bytes  the channel's id
 *             32 bytes  the payer's public key
 *             32 bytes  the payee's public key
 *              4 bytes  the length of the payer's wallet in UTF-8, and the wallet
 *              4 bytes  the length of the payee's wallet in UTF-8, and the wallet
 *  8 bytes  the sequence number
 * 16 bytes  what was sent
 * 16 bytes  of a `close` only: what is left, the deposit without what was sent
 * ```
 *
 * Numbers are unsigned and big-endian. Only a `close` says anything of the deposit, so that topping up leaves every earlier state as good as it was.
 */
import nacl from 'tweetnacl';
import { fromHex, toHex } from '../bytes.ts';
import { LocalMisuse } from '../errors.ts';
import { isAmount } from '../money.ts';
import type { Channel, Scheme, Standing, Statement } from './scheme.ts';

const prefix = 'statewire/streaming/1/';

const isId = (digits: string) => /^[0-9a-f]{32}$/.test(digits);
const isKey = (digits: string) => /^[0-9a-f]{64}$/.test(digits);

/** Ids and keys in one spelling only: another spelling would be another name for the same channel. */
export function checkChannel({ id, payer, payee }: Channel): void {
  if (isId(id) && isKey(payer.publicKey) && isKey(payee.publicKey)) return;
  throw new LocalMisuse(
    'A channel was named with an id or a key that is not made of 32 or 64 lower-case hexadecimal digits.',
    {
      code: 'badChannel',
    },
  );
}

/** What a scheme can write down. */
export interface Bounds {
  readonly maxSequence: number;
  /** The most that an amount can be. */
  readonly maxAmount: bigint;
}

/** A standing's amounts, ready to be reckoned with. */
export interface Amounts {
  readonly sent: bigint;
  /** The deposit without what was sent. */
  readonly rest: bigint;
}

/**
 * Refuses what must never be signed.
 *
 * @throws LocalMisuse `badAmount`, `overdraft`, `badSequence`, or `badRefund`: a refund is of the beginning
 */
export function checkStanding(statement: Statement, standing: Standing, { maxSequence, maxAmount }: Bounds): Amounts {
  const { deposit, sent, sequence } = standing;
  if (!isAmount(deposit) || !isAmount(sent) || BigInt(deposit) > maxAmount) {
    throw new LocalMisuse(
      `${sent} of ${deposit} is no amount that can be written down; give whole numbers in decimal.`,
      {
        code: 'badAmount',
      },
    );
  }
  const amounts = { sent: BigInt(sent), rest: BigInt(deposit) - BigInt(sent) };
  if (amounts.rest < 0n) {
    throw new LocalMisuse(`${sent} cannot be paid out of a deposit of ${deposit}.`, { code: 'overdraft' });
  }
  if (!Number.isSafeInteger(sequence) || sequence < 0 || sequence > maxSequence) {
    throw new LocalMisuse(`The sequence number ${sequence} cannot be settled: the highest is ${maxSequence}.`, {
      code: 'badSequence',
    });
  }
  if (statement === 'refund' && (sequence !== 0 || amounts.sent !== 0n)) {
    throw new LocalMisuse('A refund is signed for sequence number 0, where nothing was sent.', { code: 'badRefund' });
  }
  return amounts;
}

const encoder = new TextEncoder();
const ascii = (text: string) => encoder.encode(`${prefix}${text}\0`);

/** An unsigned number, big-endian. */
function bigEndian(value: bigint, length: number): Uint8Array {
  return fromHex(value.toString(16).padStart(2 * length, '0'));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function measured(wallet: string): Uint8Array {
  const text = new TextEncoder().encode(wallet);
  return joined(bigEndian(BigInt(text.length), 4), text);
}

/** Digests by channel: a channel never changes, and it is signed for as often as it is paid. */
const digests = new WeakMap<Channel, Uint8Array>();

/** Everything that a channel is, in 32 bytes. */
function digest(channel: Channel): Uint8Array {
  let known = digests.get(channel);
  if (known === undefined) {
    known = digestOf(channel);
    digests.set(channel, known);
  }
  return known;
}

function digestOf(channel: Channel): Uint8Array {
  checkChannel(channel);
  const { id, payer, payee } = channel;
  return nacl
    .hash(
      joined(
        ascii('channel'),
        fromHex(id),
        fromHex(payer.publicKey),
        fromHex(payee.publicKey),
        measured(payer.wallet),
        measured(payee.wallet),
      ),
    )
    .subarray(0, 32);
}

const bounds: Bounds = { maxSequence: Number.MAX_SAFE_INTEGER, maxAmount: 2n ** 128n - 1n };

/**
 * The encoding that needs no chain. A channel's address is `plain:` and the hash of all that it is.
 *
 * ```ts
 * const bytes = plain.bytes('state', channel, { deposit: '1000', sent: '10', sequence: 1 });
 * const payment = await signer.sign(bytes, signal);
 * ```
 */
export const plain: Scheme = {
  name: 'plain',
  maxSequence: bounds.maxSequence,
  canTopUp: true,
  address: (channel) => `plain:${toHex(digest(channel))}`,
  bytes(statement, channel, standing) {
    const { sent, rest } = checkStanding(statement, standing, bounds);
    const common = [ascii(statement), digest(channel), bigEndian(BigInt(standing.sequence), 8), bigEndian(sent, 16)];
    return joined(...common, ...(statement === 'close' ? [bigEndian(rest, 16)] : []));
  },
};
