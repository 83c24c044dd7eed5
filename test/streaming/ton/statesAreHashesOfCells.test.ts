/** What is signed is the hash of a cell: made here by hand, with two SHA-256 and no library of TON. */
import { createHash } from 'node:crypto';
import { Cell } from '@ton/core';
import { tonScheme } from '../../../src/streaming/ton.ts';

const wallet = 'EQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAM9c';
const channel = {
  id: '000102030405060708090a0b0c0d0e0f',
  payer: { publicKey: '11'.repeat(32), wallet },
  payee: { publicKey: '22'.repeat(32), wallet },
};
const scheme = tonScheme({ code: Cell.EMPTY, quarantineDuration: 600 });

const sha256 = (hex: string) => createHash('sha256').update(Buffer.from(hex, 'hex')).digest('hex');

// The payee's side: 64 bits of sequence number, 4 bits of length of no coins, 1 bit of no conditional payments, and the bit that ends the row.
const payeeSide = sha256(`0011${'00'.repeat(8)}04`);

it('of a state', () => {
  // 1 reference; 32 + 128 + 64 + 4 + 24 + 1 + 1 bits are 31 whole bytes and 6 bits. 0x0f4240 is 1,000,000, in 3 bytes.
  const bits = `43685374${channel.id}000000000000000730f42406`;
  // After the coins: no conditional payments (0), the other side follows (1), the row's end (1), padded.
  const cell = `013f${bits}0000${payeeSide}`;
  const standing = { deposit: '2000000', sent: '1000000', sequence: 7 };
  expect(Buffer.from(scheme.bytes('state', channel, standing)).toString('hex')).toBe(sha256(cell));
});

it('of a refund', () => {
  const cell = `0139${'43685374'}${channel.id}${'00'.repeat(8)}060000${payeeSide}`;
  const standing = { deposit: '2000000', sent: '0', sequence: 0 };
  expect(Buffer.from(scheme.bytes('refund', channel, standing)).toString('hex')).toBe(sha256(cell));
});

it('of a close, at sequence number 0 with the number 1', () => {
  // 1,999,999 is 0x1e847f; both have 3 bytes.
  const standing = { deposit: '2000000', sent: '1', sequence: 0 };
  const bits = 32 + 128 + 28 + 12 + 64 + 64;
  expect(bits % 8).toBe(0);
  const hex = `00${((bits / 8) * 2).toString(16)}436c6f73${channel.id}31e847f10100000000000000010000000000000001`;
  expect(Buffer.from(scheme.bytes('close', channel, standing)).toString('hex')).toBe(sha256(hex));
});
