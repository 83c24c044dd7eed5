import fc from 'fast-check';
import { decode, encode } from '../../../src/channel/encoding.ts';
import {
  decodeSigned,
  decodeTransaction,
  decodeUnsigned,
  encodeTransaction,
} from '../../../src/channel/serialization.ts';
import { forms, signed } from './arbitraries.ts';

describe.each(Object.entries(forms))('%s', (_, form) => {
  it('is read as it was written, and written as it was read', () => {
    fc.assert(
      fc.property(form, (transaction) => {
        const bytes = encodeTransaction(transaction);
        expect(decodeTransaction(bytes)).toEqual(transaction);
        expect(decodeUnsigned(bytes)).toEqual(transaction);
        expect(encodeTransaction(decodeTransaction(bytes))).toEqual(bytes);
      }),
      { numRuns: 60 },
    );
  });
});

it('so is a signed one, in bytes and in both texts', () => {
  fc.assert(
    fc.property(signed, fc.constantFrom('legacy' as const, 'modern' as const), (transaction, era) => {
      const bytes = encodeTransaction(transaction);
      expect(decodeSigned(bytes)).toEqual(transaction);
      const text = encode('tx', era, bytes);
      const decoded = decode(text, 'tx');
      expect(decoded).toEqual({ kind: 'tx', era, bytes });
      expect(encodeTransaction(decodeTransaction(decoded.bytes))).toEqual(bytes);
    }),
    { numRuns: 100 },
  );
});

it('what is read shares no memory with the bytes that it was read from', () => {
  fc.assert(
    fc.property(signed, (transaction) => {
      const bytes = encodeTransaction(transaction);
      const read = decodeTransaction(bytes);
      bytes.fill(0xff);
      expect(read).toEqual(transaction);
    }),
    { numRuns: 50 },
  );
});

it('one that is signed is not read as what is to be signed, nor the other way round', () => {
  const unknownTag = expect.objectContaining({ name: 'Undecodable', code: 'unknownTag' });
  fc.assert(
    fc.property(signed, (transaction) => {
      expect(() => decodeUnsigned(encodeTransaction(transaction))).toThrow(unknownTag);
      expect(() => decodeSigned(encodeTransaction(transaction.transaction))).toThrow(unknownTag);
    }),
    { numRuns: 50 },
  );
});
