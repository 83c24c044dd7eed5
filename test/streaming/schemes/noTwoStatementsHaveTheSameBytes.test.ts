/** A signature means one thing: other statements, channels and standings are other bytes, and only a `close` binds the deposit. */
import fc from 'fast-check';
import { toHex } from '../../../src/bytes.ts';
import { plain } from '../../../src/streaming/plain.ts';
import type { Channel, Standing, Statement } from '../../../src/streaming/scheme.ts';

interface Said {
  readonly statement: Statement;
  readonly channel: Channel;
  readonly standing: Standing;
}

/** Few values, so that cases that differ in one thing only are common. */
const digits = (length: number) => fc.constantFrom('0', '1', 'f').map((digit) => digit.repeat(length));
const wallet = fc.constantFrom('', 'a', 'b', 'ab', '\0', 'ä');
const party = fc.record({ publicKey: digits(64), wallet });
const amount = fc.oneof(fc.bigInt({ min: 0n, max: 3n }), fc.bigInt({ min: 0n, max: 2n ** 126n }));
const said: fc.Arbitrary<Said> = fc
  .record({
    statement: fc.constantFrom('state', 'close', 'refund', 'receipt'),
    channel: fc.record({ id: digits(32), payer: party, payee: party }),
    standing: fc
      .record({ sent: amount, rest: amount, sequence: fc.oneof(fc.nat(2), fc.maxSafeNat()) })
      .map(({ sent, rest, sequence }) => ({ deposit: `${sent + rest}`, sent: `${sent}`, sequence })),
  })
  .map(({ statement, channel, standing }) => ({
    statement,
    channel,
    standing: statement === 'refund' ? { deposit: standing.deposit, sent: '0', sequence: 0 } : standing,
  }));

const bytesOf = ({ statement, channel, standing }: Said) => toHex(plain.bytes(statement, channel, standing));

/** Everything that a statement means. */
function meaning({ statement, channel, standing: { deposit, sent, sequence } }: Said): string {
  const { id, payer, payee } = channel;
  const parties = [payer.publicKey, payer.wallet, payee.publicKey, payee.wallet];
  const left = statement === 'close' ? [deposit] : [];
  return JSON.stringify([statement, id, ...parties, sent, sequence, ...left]);
}

it('whatever is said', () => {
  fc.assert(
    fc.property(said, said, (one, other) => {
      expect(bytesOf(one) === bytesOf(other)).toBe(meaning(one) === meaning(other));
    }),
    { numRuns: 2_000 },
  );
});

it('whatever changes', () => {
  const wanted = fc.tuple(said, said, fc.constantFrom('statement', 'id', 'payer', 'payee', 'standing'));
  fc.assert(
    fc.property(wanted, ([one, other, what]) => {
      const changed =
        what === 'standing' || what === 'statement'
          ? { ...one, statement: other.statement, standing: other.standing }
          : { ...one, channel: { ...one.channel, [what]: other.channel[what] } };
      expect(bytesOf(one) === bytesOf(changed)).toBe(meaning(one) === meaning(changed));
    }),
    { numRuns: 2_000 },
  );
});

it('gives one address to one channel', () => {
  fc.assert(
    fc.property(said, said, ({ channel }, { channel: other }) => {
      const isSame = JSON.stringify(channel) === JSON.stringify(other);
      expect(plain.address(channel) === plain.address(other)).toBe(isSame);
    }),
  );
});

it('leaves states, refunds and receipts good when the deposit grows', () => {
  fc.assert(
    fc.property(said, amount, ({ statement, channel, standing }, more) => {
      fc.pre(more > 0n);
      const grown = { ...standing, deposit: `${BigInt(standing.deposit) + more}` };
      const isSame = bytesOf({ statement, channel, standing }) === bytesOf({ statement, channel, standing: grown });
      expect(isSame).toBe(statement !== 'close');
    }),
  );
});
