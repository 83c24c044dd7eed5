/**
 * A session that was recorded between two clients that somebody else wrote and a node that stood in for the real one: what the clients said is told to
 * our node, and it says to each of them, message for message, what they were told then. The stand-in's transactions hold hashes of states that no
 * node has made, and another split of the fee: of a transaction it is compared what it says otherwise, and the clients' signatures are put under ours.
 */
import { readFileSync } from 'node:fs';
import type { EmittedFrom } from 'xstate';
import type { Party } from '../../../machines/channel/messages.ts';
import { type NodeEvent, node } from '../../../machines/channel/node.ts';
import { nodeInput } from '../../../machines/channel/nodeCases.ts';
import { fromHex } from '../../../src/bytes.ts';
import { decode, encode } from '../../../src/channel/encoding.ts';
import { see } from '../../../src/channel/seen.ts';
import { withSignature } from '../../../src/channel/signatures.ts';
import { decodeTransaction, encodeTransaction } from '../../../src/channel/transactions.ts';
import { encodeChannel, nodeEvent } from '../../../src/channel/wire.ts';
import { Kernel } from '../../../src/kernel.ts';
import { type Fields, fields, txOf } from './world.ts';

interface Line {
  readonly from: string;
  readonly to: string;
  readonly message: Fields;
}

const lines: readonly Line[] = readFileSync(new URL('../vectors/aeternity-legacy-wire.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((text) => {
    const [way, message]: [string, unknown] = JSON.parse(text);
    const [from = '', to = ''] = way.split('->');
    return { from, to, message: fields(message) };
  });

const asked = (tag: string) => see(txOf(lines.find(({ message }) => message['tag'] === tag)?.message ?? {}));
function create() {
  const seen = asked('initiator_sign');
  if (seen.kind !== 'create') throw new Error('The recording is another one.');
  return seen;
}

/** What a transaction says, apart from what the stand-in has made up. */
function facts(tx: string): unknown {
  const seen = see(tx);
  if (seen.kind === 'unreadable') return seen;
  const { kind, channelId, signatures } = seen;
  const common = { kind, channelId, signatures: signatures.length };
  if (seen.kind === 'offchain') return { ...common, round: seen.round, updates: seen.updates };
  return { ...common, ttl: seen.ttl, fee: seen.fee, nonce: seen.nonce };
}

/** A message with what its transaction says in its place. */
function told(message: Fields): unknown {
  const payload = fields(message['payload']);
  const entries = Object.entries(payload).map(([key, value]) => [
    key,
    (key === 'tx' || key === 'state') && typeof value === 'string' ? facts(value) : value,
  ]);
  return { ...message, payload: Object.fromEntries(entries) };
}

/** Our transaction with the signature that the client has put under the stand-in's. */
function signedAs(recorded: string, ours: string): string {
  const seen = see(recorded);
  const [signature] = seen.kind === 'unreadable' ? [] : seen.signatures;
  const transaction = decodeTransaction(decode(ours, 'tx').bytes);
  return encode('tx', 'legacy', encodeTransaction(withSignature(transaction, fromHex(signature ?? ''))));
}

const name = (key: string) => encode('ak', 'legacy', fromHex(key));
const kernel = new Kernel(node);

/** Plays what the parties said; the chain and the verdicts are as they were. */
function play(): Readonly<Record<Party, readonly unknown[]>> {
  const { initiator, responder } = create();
  const asks: Partial<Record<Party, string>> = {};
  let { snapshot } = kernel.start({
    ...nodeInput,
    terms: {
      ...nodeInput.terms,
      initiator,
      responder,
      era: 'legacy',
      initiatorName: name(initiator),
      responderName: name(responder),
    },
    maxPostponed: 8,
    maxHeld: 8,
  });
  const said: Record<Party, unknown[]> = { initiator: [], responder: [] };
  const tell = (event: NodeEvent): void => {
    const step = kernel.step(snapshot, event);
    snapshot = step.snapshot;
    for (const effect of step.emitted) carryOut(effect);
  };
  const carryOut = (effect: EmittedFrom<typeof node>): void => {
    switch (effect.type) {
      case 'send':
        said[effect.to].push(told(fields(JSON.parse(encodeChannel(effect.message)))));
        if (effect.message.action === 'sign') asks[effect.to] = effect.message.payload.tx;
        break;
      case 'consultSignatures': {
        const { id, about, from, signatures } = effect;
        tell({ type: 'verified', id, about, from, signature: signatures[0] ?? null });
        break;
      }
      case 'requestNonce':
        tell({ type: 'reserved', id: effect.id, nonce: effect.id === 'nonce/create' ? '1' : '2', balance: '100' });
        break;
      case 'requestPosting':
        tell({ type: 'posted', id: effect.id });
        break;
      case 'requestDepth':
        tell({ type: 'reached', id: effect.id });
        break;
      default:
        break;
    }
  };
  for (const from of ['initiator', 'responder'] as const)
    tell({
      type: 'joined',
      from,
      dialect: 'epoch',
      takesMore: false,
      minimumDepth: null,
      timeouts: {},
      isReestablishing: false,
    });
  for (const { from, message } of lines) {
    if (from !== 'initiator' && from !== 'responder') continue;
    const { tx } = fields(message['payload']);
    const isReply = typeof tx === 'string';
    const said = isReply ? { ...message, payload: { tx: signedAs(tx, asks[from] ?? '') } } : message;
    tell({ ...nodeEvent(JSON.stringify(said)), from });
  }
  return said;
}

describe('the recorded session', () => {
  const said = play();

  it.each(['initiator', 'responder'] as const)('has the %s told what it was told', (party) => {
    const recorded = lines.filter(({ to }) => to === party).map(({ message }) => told(message));
    expect(said[party]).toEqual(recorded);
  });
});
