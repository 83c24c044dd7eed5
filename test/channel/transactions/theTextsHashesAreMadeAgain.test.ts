import { encode } from '../../../src/channel/encoding.ts';
import { channelId, transactionHash } from '../../../src/channel/hashes.ts';
import { encodeTransaction } from '../../../src/channel/serialization.ts';
import { inOrder, merged } from '../../../src/channel/signatures.ts';
import type { Transaction } from '../../../src/channel/transactions.ts';
import { bytesOf, clients, example, initiator, readSigned, responder } from './vectors.ts';

it("the hash of the co-signed close is the text's", () => {
  const hash = transactionHash(bytesOf(example('tx$ERkuTBJf')));
  expect(encode('th', 'legacy', hash)).toBe('th$2qkN973cNJiejXVJoXkXbttf1iKetWJCSY1W5VUBh3pnRS1kCC');
});

it('the channel is named by its parties and the nonce of its create', () => {
  const id = channelId(initiator, 5n, responder);
  expect(encode('ch', 'legacy', id)).toBe('ch$2cobu19u5X3rVgT2vVmnwpYgdzYtDMZekD1cHRLpwxZyk6BVVM');
  expect(channelId(responder, 5n, initiator)).not.toEqual(id);
  expect(channelId(initiator, 6n, responder)).not.toEqual(id);
});

it('two halves of a close make the text’s whole, whichever comes first', () => {
  const one = readSigned(example('tx$8oWtHcfnWDSQ'));
  const other = readSigned(example('tx$8oWtHcfnWDSY'));
  for (const whole of [merged(one, other), merged(other, one), merged(merged(one, other), one)])
    expect(encode('tx', 'legacy', encodeTransaction(whole))).toBe(example('tx$ERkuTBJf'));
});

it('a client that adds its signature at the end has signed the same transaction', () => {
  const written = (transaction: Transaction) => encode('tx', 'modern', encodeTransaction(transaction));
  const modern = clients.map(({ tx }) => tx).filter((tx) => tx.startsWith('tx_'));
  const disordered = modern.filter((tx) => written(inOrder(readSigned(tx))) !== tx);
  expect(disordered).toHaveLength(1);
  expect(modern).toContain(written(inOrder(readSigned(disordered[0] ?? ''))));
});

it('a hash of nothing that could be is refused', () => {
  const misuse = { name: 'LocalMisuse' };
  expect(() => channelId(initiator.subarray(1), 5n, responder)).toThrow(
    expect.objectContaining({ ...misuse, code: 'badKey' }),
  );
  expect(() => channelId(initiator, -1n, responder)).toThrow(
    expect.objectContaining({ ...misuse, code: 'wrongField' }),
  );
  expect(() => channelId(initiator, 2n ** 256n, responder)).toThrow(
    expect.objectContaining({ ...misuse, code: 'wrongField' }),
  );
});
