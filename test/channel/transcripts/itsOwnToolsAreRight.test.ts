/** What the transcripts compare with is compared itself: with the strings that are printed in the text. */
import {
  channelIdOf,
  hash,
  read,
  readCloseMutual,
  readCreate,
  readSigned,
  stateHashOf,
  write,
  writeCloseMutual,
  writeCreate,
  writeSigned,
} from './transactions.ts';

const CREATE =
  'tx$6GDUCeNUH5DYb7RB6Aa9WNHwPzjj8jWwp1rt9iyimoJvpKe7NeCAcWryYY965s6Y8F7FxHyYffSxE5VhLPdm1gWiJFCG3Qd2FuZzs9vi4zhmY5MvHQpWrtuPdMd71YCu8kL5VNGkCQVPBLHWddCeuFRyknZPR3b';
const CLOSED =
  'tx$ERkuTBJfEHtrmDkFz7BaigSKsnqmsCc8MorKFUwAW5VmpSoatcN3Njy2Vda8asojeshjb7SoXsqevaDLzXj78GSPwTTfYJmJtwrewTwK3LSFBe5BEYMA8rxNAWSahW1ecp1wbkBgpdiUQn1Q1UFLcYVpWYGpTWFH5DXn69iz6kFWX8sa7c5PSTaLenjVZEkbV9pEgKHKbjfovvd15Jc821y3zhQvtfhcYKS89r7gnhi81LWsjnSghmjANgjiC';

test('the create transaction of the text is read, and written again', () => {
  const bytes = read('tx', CREATE, 'legacy');
  const create = readCreate(bytes, 'legacy');
  expect(create).toMatchObject({ initiatorAmount: 7n, responderAmount: 4n, ttl: 0n, fee: 1n, nonce: 5n });
  expect(write('tx', writeCreate(create, 'legacy'), 'legacy')).toBe(CREATE);
  const initiator = Buffer.from(create.initiator, 'hex');
  const responder = Buffer.from(create.responder, 'hex');
  expect(create.stateHash).toBe(
    stateHashOf(
      [
        { key: initiator, balance: 7n, nonce: 0n },
        { key: responder, balance: 4n, nonce: 0n },
      ],
      15,
    ),
  );
  const { tx } = readSigned(CLOSED, 'legacy');
  expect(readCloseMutual(tx, 'legacy').channelId).toBe(channelIdOf(initiator, 5n, responder));
});

test('the closing transaction of the text is read, written again, and has the hash of the text', () => {
  const { tx, signatures, th } = readSigned(CLOSED, 'legacy');
  const close = readCloseMutual(tx, 'legacy');
  expect(close).toMatchObject({ initiatorAmount: 7n, responderAmount: 3n, ttl: 0n, fee: 1n, nonce: 6n });
  expect(writeSigned(writeCloseMutual(close, 'legacy'), signatures, 'legacy')).toBe(CLOSED);
  expect(th).toBe('th$2qkN973cNJiejXVJoXkXbttf1iKetWJCSY1W5VUBh3pnRS1kCC');
  expect(hash(read('tx', CLOSED, 'legacy'))).toEqual(read('th', th, 'legacy'));
});
