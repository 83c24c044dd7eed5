/**
 * A session that was recorded between two clients that somebody else wrote and a node that stood in for the real one: what the clients said is told to
 * our node, and what it says to each of them can be compared with what they were told then. The stand-in's transactions hold hashes of states that no
 * node has made, and another split of the fee: of a transaction it is compared what it says otherwise, and the clients' signatures are put under ours.
 */
import { readFileSync } from 'node:fs';
import type { EmittedFrom } from 'xstate';
import type { Dialect, Party } from '../../../machines/channel/messages.ts';
import { nodeInput } from '../../../machines/channel/node/examples.ts';
import { toldChannel } from '../../../machines/channel/node/rules/parties.ts';
import { type NodeEvent, type NodeInput, node } from '../../../machines/channel/node.ts';
import { fromHex } from '../../../src/bytes.ts';
import { decode, encode } from '../../../src/channel/encoding.ts';
import { type Seen, type SeenCreate, see } from '../../../src/channel/seen.ts';
import { decodeTransaction, encodeTransaction } from '../../../src/channel/serialization.ts';
import { withSignature } from '../../../src/channel/signatures.ts';
import { encodeFromNode, nodeEvent } from '../../../src/channel/wire.ts';
import { parseJson } from '../../../src/json.ts';
import { Kernel } from '../../../src/kernel.ts';

interface Line {
  readonly from: string;
  readonly to: string;
  readonly frame: string;
}

/** A message with every transaction in it replaced, however deep it lies. */
function replaced(value: unknown, replace: (tx: string) => unknown): unknown {
  if (typeof value === 'string') return /^tx[_$]/.test(value) ? replace(value) : value;
  if (Array.isArray(value)) return value.map((each) => replaced(each, replace));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replaced(each, replace)]));
}

/** What a transaction says, apart from what the stand-in has made up. */
function facts(tx: string): unknown {
  const seen = see(tx);
  if (seen.kind === 'unreadable') return seen;
  const { kind, channelId, signatures } = seen;
  const common = { kind, channelId, signatures: signatures.length };
  if (seen.kind === 'offchain') return { ...common, round: seen.round, updates: seen.updates };
  return 'ttl' in seen ? { ...common, ttl: seen.ttl, fee: seen.fee, nonce: seen.nonce } : common;
}

/** A message with what its transactions say in their place. */
const told = (frame: string): unknown => replaced(parseJson(frame), facts);

const signaturesOf = (seen: Seen) => (seen.kind === 'unreadable' ? [] : seen.signatures);

/** Our transaction with the signature that the client has put under the stand-in's. */
function signedAs(recorded: string, asked: string, ours: string): string {
  const before = signaturesOf(see(asked));
  const signature = signaturesOf(see(recorded)).find((each) => !before.includes(each));
  const { era, bytes } = decode(ours, 'tx');
  const whole = withSignature(decodeTransaction(bytes), fromHex(signature ?? ''));
  return encode('tx', era, encodeTransaction(whole));
}

const kernel = new Kernel(node);

export class Recording {
  readonly lines: readonly Line[];
  readonly dialect: Dialect;

  constructor(file: string, dialect: Dialect) {
    this.dialect = dialect;
    this.lines = readFileSync(new URL(`../vectors/${file}`, import.meta.url), 'utf8')
      .trim()
      .split('\n')
      .map((text) => {
        const [way]: [string] = JSON.parse(text);
        const [from = '', to = ''] = way.split('->');
        return { from, to, frame: text.slice(text.indexOf(',') + 1, -1) };
      });
  }

  get create(): SeenCreate {
    for (const { frame } of this.lines) {
      const tx = /tx[_$][^"]+/.exec(frame)?.[0];
      const seen = tx === undefined ? undefined : see(tx);
      if (seen?.kind === 'create') return seen;
    }
    throw new Error('The recording is another one.');
  }

  /** What the party was told then. */
  toldTo(party: Party): readonly unknown[] {
    return this.lines.filter(({ to }) => to === party).map(({ frame }) => told(frame));
  }

  /** Whom the node told of a co-signed state, one after the other. */
  get toldOfStates(): readonly string[] {
    return this.lines.filter(({ frame }) => frame.includes('"state"')).map(({ to }) => to);
  }

  /** Plays what the parties said, and gives what our node told each; the chain and the verdicts are as they were. */
  play(input: Partial<NodeInput>): Readonly<Record<Party | 'ofStates', readonly unknown[]>> {
    const { dialect } = this;
    const { initiator, responder } = this.create;
    const era = dialect === 'rpc' ? 'modern' : 'legacy';
    const name = (key: string) => encode('ak', era, fromHex(key));
    const names = { initiatorName: name(initiator), responderName: name(responder) };
    const asks: Record<Party, string> = { initiator: '', responder: '' };
    const asked: Record<Party, string> = { initiator: '', responder: '' };
    const said: Record<Party | 'ofStates', unknown[]> = { initiator: [], responder: [], ofStates: [] };
    let { snapshot } = kernel.start({
      ...nodeInput,
      maxPostponed: 8,
      maxHeld: 8,
      ...input,
      terms: { ...nodeInput.terms, ...input.terms, initiator, responder, era, ...names },
    });
    const tell = (event: NodeEvent): void => {
      const step = kernel.step(snapshot, event);
      snapshot = step.snapshot;
      for (const effect of step.emitted) carryOut(effect);
    };
    const carryOut = (effect: EmittedFrom<typeof node>): void => {
      switch (effect.type) {
        case 'send':
          said[effect.to].push(told(encodeFromNode(effect.message, dialect, toldChannel(snapshot.context))));
          if (effect.message.action === 'update') said.ofStates.push(effect.to);
          if (effect.message.action === 'sign') asks[effect.to] = effect.message.payload.tx;
          break;
        case 'consultSignatures': {
          const { id, about, from, signatures } = effect;
          const signature = signatures.find((each) => each !== snapshot.context.proposed?.signature) ?? null;
          tell({ type: 'verified', id, about, from, signature });
          break;
        }
        case 'requestNonce': {
          const nonce = effect.id === 'nonce/create' ? '1' : '2';
          tell({ type: 'reserved', id: effect.id, nonce, balance: '100' });
          break;
        }
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
        dialect,
        takesMore: false,
        keepsRunning: false,
        minimumDepth: null,
        timeouts: {},
        isReestablishing: false,
      });
    for (const { from, to, frame } of this.lines) {
      if (to === 'initiator' || to === 'responder') asked[to] = /sign.*"(tx[_$][^"]+)"/.exec(frame)?.[1] ?? asked[to];
      if (from !== 'initiator' && from !== 'responder') continue;
      const isReply = /"tx[_$]/.test(frame);
      const spoken = isReply
        ? JSON.stringify(replaced(JSON.parse(frame), (tx) => signedAs(tx, asked[from], asks[from])))
        : frame;
      tell({ ...nodeEvent(spoken, dialect), from });
    }
    return said;
  }
}
