/**
 * A session of two real clients and a node of their time, as it was recorded: the node's frames are said to a party of ours letter by letter, and ours must
 * be those of the client that it stands in for. The recording's state hashes are no state's, so that the policy has to want them all the same.
 */
import { readFile } from 'node:fs/promises';
import { fromHex, toHex } from '../../../src/bytes.ts';
import { decode, encode } from '../../../src/channel/encoding.ts';
import { trusting } from '../../../src/channel/policy.ts';
import { see } from '../../../src/channel/seen.ts';
import { decodeTransaction, encodeTransaction } from '../../../src/channel/serialization.ts';
import { fate, type Role, type Said, useNode } from './world.ts';

const { party, accept } = useNode();

type Line = readonly [way: string, frame: Said];

async function recording(): Promise<Line[]> {
  const file = await readFile(new URL('../vectors/aeternity-legacy-wire.jsonl', import.meta.url), 'utf8');
  return file
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The signatures that the recorded client gave, by the bytes that it signed. */
function signaturesOf(lines: readonly Line[], role: Role): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const [way, { payload }] of lines) {
    if (way !== `${role}->node` || payload?.['tx'] === undefined) continue;
    const transaction = decodeTransaction(decode(`${payload['tx']}`, 'tx').bytes);
    if (transaction.type !== 'signed') throw new Error('A reply that is not signed.');
    const [signature] = transaction.signatures;
    if (signature !== undefined) found.set(toHex(encodeTransaction(transaction.transaction)), signature);
  }
  return found;
}

it.each(['initiator', 'responder'] as const)('as the %s', async (role) => {
  const lines = await recording();
  const create = see(`${lines.find(([, { action }]) => action === 'sign')?.[1].payload?.['tx']}`);
  if (create.kind !== 'create') throw new Error('The recording begins with another transaction.');
  const signatures = signaturesOf(lines, role);
  const keys = { initiator: fromHex(create.initiator), responder: fromHex(create.responder) };
  const { channel, told } = await party({
    role,
    initiator: encode('ak', 'legacy', keys.initiator),
    responder: encode('ak', 'legacy', keys.responder),
    inspection: 'ask',
    policy: trusting,
    signer: {
      publicKey: keys[role],
      sign: async (bytes) => {
        const signature = signatures.get(toHex(bytes));
        if (signature === undefined) throw new Error('The recorded client did not sign this.');
        return signature;
      },
    },
  });
  const ends: Promise<unknown>[] = [fate(channel.open())];
  const peer = await accept();
  for (const [way, frame] of lines) {
    if (way === `node->${role}`) peer.say(frame);
    if (way !== `${role}->node`) continue;
    const { payload } = frame;
    if (frame.tag === 'new') {
      const { from, to, amount } = { from: '', to: '', amount: 0, ...payload };
      ends.push(fate(channel.update({ from, to, amount: BigInt(amount) })));
    }
    if (frame.action === 'message') ends.push(fate(channel.message(payload?.['info'])));
    if (frame.action === 'shutdown') ends.push(fate(channel.shutdown()));
    expect(await peer.hears()).toEqual(frame);
  }
  await channel.ended;
  expect(peer.unread()).toEqual([]);
  const outcomes = (await Promise.all(ends.slice(1))).map((end) => (end instanceof Error ? end.message : 'done'));
  expect(outcomes).toEqual(
    role === 'initiator'
      ? [
          'done',
          'The node rejected it: insufficient_balance',
          'The node rejected it: negative_amount',
          'The node rejected it: invalid_pubkeys',
          'Both parties started at once; try again.',
          'done',
          'done',
          'done',
        ]
      : ['done', 'Both parties started at once; try again.', 'done'],
  );
  expect(channel.state).toMatchObject({ round: 4, initiatorAmount: 8n, responderAmount: 12n, isCoSigned: true });
  expect(
    told.filter(({ type, ...notice }) => type === 'error' && 'reason' in notice && notice.reason === 'violated'),
  ).toEqual([]);
});
