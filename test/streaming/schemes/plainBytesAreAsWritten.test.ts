/** The plain encoding, byte for byte. The 32 bytes of the channel were computed with another program, from the text of the encoding alone. */
import { toHex } from '../../../src/bytes.ts';
import { plain } from '../../../src/streaming/plain.ts';

const channel = {
  id: '000102030405060708090a0b0c0d0e0f',
  payer: { publicKey: '11'.repeat(32), wallet: 'payer' },
  payee: { publicKey: '22'.repeat(32), wallet: 'Zahlungsempfänger' },
};
const digest = '207b131b6e7839788e07c6967879f376e2ab5b4e4db0db353e350208272de812';
const prefix = '7374617465776972652f73747265616d696e672f312f';
const standing = { deposit: '1000', sent: '258', sequence: 3 };

it.each([
  ['state', `${prefix}737461746500${digest}000000000000000300000000000000000000000000000102`],
  [
    'close',
    `${prefix}636c6f736500${digest}00000000000000030000000000000000000000000000010200000000000000000000000000${'0002e6'}`,
  ],
  ['receipt', `${prefix}7265636569707400${digest}000000000000000300000000000000000000000000000102`],
] as const)('%s', (statement, bytes) => {
  expect(toHex(plain.bytes(statement, channel, standing))).toBe(bytes);
});

it('refund', () => {
  expect(toHex(plain.bytes('refund', channel, { deposit: '1000', sent: '0', sequence: 0 }))).toBe(
    `${prefix}726566756e6400${digest}000000000000000000000000000000000000000000000000`,
  );
});

it('the largest numbers', () => {
  const most = `${2n ** 128n - 1n}`;
  const bytes = plain.bytes('state', channel, { deposit: most, sent: most, sequence: plain.maxSequence });
  expect(toHex(bytes)).toBe(`${prefix}737461746500${digest}001fffffffffffff${'ff'.repeat(16)}`);
});

it('the address', () => {
  expect(plain.address(channel)).toBe(`plain:${digest}`);
});
