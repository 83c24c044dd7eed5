/** What every scheme refuses to put into bytes, with a sentence for whoever asked. */
import { Cell } from '@ton/core';
import { LocalMisuse } from '../../../src/errors.ts';
import { plain } from '../../../src/streaming/plain.ts';
import { tonScheme } from '../../../src/streaming/ton.ts';

const wallet = 'EQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAM9c';
const channel = {
  id: '00'.repeat(16),
  payer: { publicKey: '11'.repeat(32), wallet },
  payee: { publicKey: '22'.repeat(32), wallet },
};
const good = { deposit: '1000', sent: '10', sequence: 1 };
const ton = tonScheme({ code: Cell.EMPTY, quarantineDuration: 600 });

const refusal = (code: string) => expect.objectContaining({ name: 'LocalMisuse', code });

describe.each([plain, ton])('$name', (scheme) => {
  it.each([
    ['more sent than deposited', { ...good, sent: '1001' }, 'overdraft'],
    ['an amount that is none', { ...good, sent: '1.5' }, 'badAmount'],
    ['a negative amount', { ...good, sent: '-1' }, 'badAmount'],
    ['another spelling of an amount', { ...good, sent: '010' }, 'badAmount'],
    ['more than can be written down', { ...good, deposit: '9'.repeat(39) }, 'badAmount'],
    ['a negative sequence number', { ...good, sequence: -1 }, 'badSequence'],
    ['half a sequence number', { ...good, sequence: 1.5 }, 'badSequence'],
    ['a sequence number beyond the highest', { ...good, sequence: scheme.maxSequence + 1 }, 'badSequence'],
  ])('refuses %s', (_, standing, code) => {
    for (const statement of ['state', 'close', 'receipt'] as const) {
      expect(() => scheme.bytes(statement, channel, standing)).toThrow(refusal(code));
    }
  });

  it('refuses a refund of anything but the beginning', () => {
    expect(() => scheme.bytes('refund', channel, good)).toThrow(refusal('badRefund'));
    expect(() => scheme.bytes('refund', channel, { ...good, sequence: 0 })).toThrow(refusal('badRefund'));
  });

  it('refuses names that are not spelled as names are', () => {
    for (const odd of [
      { ...channel, id: 'AB'.repeat(16) },
      { ...channel, id: '00' },
      { ...channel, payer: { ...channel.payer, publicKey: `${'11'.repeat(31)}1G` } },
    ]) {
      expect(() => scheme.address(odd)).toThrow(refusal('badChannel'));
      expect(() => scheme.bytes('state', odd, good)).toThrow(refusal('badChannel'));
    }
  });
});

it('refuses a wallet that is none, on TON', () => {
  const odd = { ...channel, payee: { ...channel.payee, wallet: 'nobody' } };
  expect(() => ton.address(odd)).toThrow(refusal('badWallet'));
});

it('refuses terms that are none, on TON', () => {
  for (const terms of [
    { quarantineDuration: -1 },
    { quarantineDuration: 1.5 },
    { quarantineDuration: 1, excessFee: -1n },
  ]) {
    expect(() => tonScheme({ code: Cell.EMPTY, ...terms })).toThrow(LocalMisuse);
  }
});

it('has receipts in the plain encoding on TON too, since no chain reads them', () => {
  expect(ton.bytes('receipt', channel, good)).toEqual(plain.bytes('receipt', channel, good));
});
