/** The table of bad input to a payee: what the offender does, and what it gets. Whoever reads a line runs it at a payee of his own and then asks a bystander. */
import { signerFromSeed } from '../../../src/keys/index.ts';
import { type Peer, Purse, respelled, type Said } from '../world.ts';

/** Where it takes place: the offender has paid one part of three and is asked for the next. */
export interface Scene {
  readonly peer: Peer;
  readonly purse: Purse;
  readonly payee: string;
  /** Another connection, which knows the extensions. */
  readonly another: () => Promise<Peer>;
}

/** What is done, what comes of it, and how. */
export type Line = readonly [act: string, comesOfIt: string, run: (scene: Scene) => Promise<string>];

const kindOf = ([event, about, fault]: Said) => {
  if (event !== 'refused') return event;
  return fault === 'malformed' ? 'refused malformed' : `refused ${about} ${fault}`;
};

/** `refused pay badSignature, 3 secret`; a single answer has no number. */
export function summary(said: readonly Said[]): string {
  const counts = new Map<string, number>();
  for (const each of said) counts.set(kindOf(each), (counts.get(kindOf(each)) ?? 0) + 1);
  if (counts.size === 0) return 'nothing';
  return [...counts].map(([kind, count]) => (count === 1 ? kind : `${count} ${kind}`)).join(', ');
}

/** Sends the frames and says what comes of them. What waits for a store or a verdict has had its turn after three questions and answers. */
export async function answersTo(peer: Peer, ...frames: readonly (string | Uint8Array)[]): Promise<string> {
  for (const frame of frames) peer.raw(frame);
  const said: Said[] = [];
  for (let n = 0; n < 3; n += 1) said.push(...(await peer.answers({ extensions: true })));
  return summary(said);
}

type Frames = (scene: Scene) => Promise<readonly unknown[]>;

/** Says messages, each an array of the event and its arguments; a string is a frame as it stands. */
const says = (name: string, comesOfIt: string, frames: Frames | readonly unknown[]): Line => [
  name,
  comesOfIt,
  async (scene) => {
    const all = typeof frames === 'function' ? await frames(scene) : frames;
    return answersTo(
      scene.peer,
      ...all.map((frame) => (typeof frame === 'string' || frame instanceof Uint8Array ? frame : JSON.stringify(frame))),
    );
  },
];

/** Pays with a signature that is not what was asked for. */
const pays = (name: string, comesOfIt: string, pay: (scene: Scene) => Promise<readonly unknown[]>): Line =>
  says(`a payment with ${name}`, comesOfIt, async (scene) => [['pay', ...(await pay(scene))]]);

const announces = (name: string, comesOfIt: string, changes: Record<string, unknown>): Line =>
  says(`a newChannel with ${name}`, comesOfIt, async ({ purse }) => [
    ['newChannel', { ...purse.first({ channel_id: 'cd'.repeat(16) }), ...changes }],
  ]);

/** A fresh key announces a channel. */
const begins = (name: string, comesOfIt: string, changes: Record<string, unknown>): Line =>
  says(`a first channel with ${name}`, comesOfIt, async ({ payee }) => {
    const purse = new Purse(await signerFromSeed(new Uint8Array(32).fill(77)), payee);
    return [['newChannel', { ...purse.first(), ...changes }]];
  });

const badSignature = 'refused pay badSignature';
const malformed = 'refused malformed';
const signed = (sequence: unknown, sent: unknown) => ({ sequence, sent });
const identity = `01${'00'.repeat(31)}`;

const isHungUpOn = (name: string, code: number, act: (scene: Scene) => void): Line => [
  name,
  `closed ${code}`,
  async (scene) => {
    act(scene);
    return `closed ${await scene.peer.closed}`;
  },
];

export const badInput: readonly Line[] = [
  pays("another key's signature", badSignature, async ({ payee, purse }) => {
    const other = new Purse(await signerFromSeed(new Uint8Array(32).fill(9)), payee);
    return [await other.sign('20', 2, 'state', { payer: purse.channel.payer })];
  }),
  pays('64 zero bytes', badSignature, async () => ['00'.repeat(64)]),
  pays('S + L', badSignature, async ({ purse }) => [respelled(await purse.pays(2)), signed(2, '20')]),
  pays('63 bytes', malformed, async ({ purse }) => [(await purse.pays(2)).slice(2)]),
  pays('65 bytes', malformed, async ({ purse }) => [`${await purse.pays(2)}00`]),
  pays('a signature in base64', malformed, async ({ purse }) => [
    Buffer.from(await purse.pays(2), 'hex').toString('base64'),
  ]),
  pays('a signature that is a number', malformed, async () => [7]),
  pays('no signature', malformed, async () => []),
  pays('a signature that is null', malformed, async () => [null]),
  pays('another channel id', badSignature, async ({ purse }) => [
    await purse.sign('20', 2, 'state', { id: 'ee'.repeat(16) }),
    signed(2, '20'),
  ]),
  pays('another payee', badSignature, async ({ purse }) => [
    await purse.sign('20', 2, 'state', { payee: { publicKey: purse.key, wallet: 'me' } }),
    signed(2, '20'),
  ]),
  pays("another payee's wallet", badSignature, async ({ purse, payee }) => [
    await purse.sign('20', 2, 'state', { payee: { publicKey: payee, wallet: 'me' } }),
    signed(2, '20'),
  ]),
  pays('the signature of a close', badSignature, async ({ purse }) => [
    await purse.sign('20', 2, 'close'),
    signed(2, '20'),
  ]),
  pays('the signature of a receipt', badSignature, async ({ purse }) => [
    await purse.sign('20', 2, 'receipt'),
    signed(2, '20'),
  ]),
  pays('less than is due', 'refused pay wrongState', async ({ purse }) => [await purse.sign('19', 2), signed(2, '19')]),
  pays('more than the deposit', 'refused pay overdraft', async ({ purse }) => [
    await new Purse(purse.signer, purse.channel.payee.publicKey, { deposit: '100' }).sign('40', 2),
    signed(2, '40'),
  ]),
  pays('2^128', 'refused pay overdraft', async () => ['00'.repeat(64), signed(2, `${2n ** 128n}`)]),
  pays('the number of the payment before', 'refused pay wrongState', async ({ purse }) => [
    await purse.sign('20', 1),
    signed(1, '20'),
  ]),
  pays('number 0', 'refused pay wrongState', async ({ purse }) => [await purse.sign('20', 0), signed(0, '20')]),
  pays('number 2^53', badSignature, async () => ['00'.repeat(64), signed(2 ** 53, '20')]),
  pays('number -1', badSignature, async () => ['00'.repeat(64), signed(-1, '20')]),
  pays('number 1.5', badSignature, async () => ['00'.repeat(64), signed(1.5, '20')]),
  pays('an amount that is negative', badSignature, async () => ['00'.repeat(64), signed(2, '-20')]),
  pays('an amount that is a float', badSignature, async () => ['00'.repeat(64), signed(2, 20.5)]),
  pays('an amount that is a number', badSignature, async () => ['00'.repeat(64), signed(2, 20)]),
  pays('an amount with a leading zero', badSignature, async () => ['00'.repeat(64), signed(2, '020')]),
  says('the first state again, signed', 'refused pay wrongState', async ({ purse }) => [
    ['pay', await purse.sign('0', 0), signed(0, '0')],
  ]),
  says('nineteen payments of the past', '19 pay', ({ purse }) =>
    Promise.all(Array.from({ length: 19 }, async () => ['pay', await purse.pays(1), signed(1, '10')])),
  ),
  announces('a float for a balance', malformed, { client_balance: 30.5 }),
  announces('a number for a balance', malformed, { client_balance: 30 }),
  announces('a negative balance', malformed, { client_balance: '-30' }),
  announces('a fraction for a balance', malformed, { client_balance: '30.5' }),
  announces('an exponent for a balance', malformed, { client_balance: '3e1' }),
  announces('a balance of 40 digits', malformed, { client_balance: '9'.repeat(40) }),
  announces('no balance', malformed, { client_balance: undefined }),
  announces('a number for an id', malformed, { channel_id: 12345 }),
  announces('an id of 15 bytes', malformed, { channel_id: 'cd'.repeat(15) }),
  announces('a number that is negative', malformed, { client_sequence_number: -1 }),
  announces('a number that is a string', malformed, { client_sequence_number: '0' }),
  announces('a wallet of 257 letters', malformed, { client_wallet_address: 'w'.repeat(257) }),
  announces('a wallet that is an object', malformed, { client_wallet_address: { wc: 0 } }),
  announces('another id while the first channel has money', 'refused newChannel duplicateChannel', {}),
  announces('the same id and another balance', 'latestState', { channel_id: '0f'.repeat(16), client_balance: '999' }),
  begins('a balance of 2^127', 'refused newChannel unfunded', { client_balance: `${2n ** 127n}` }),
  begins('a balance of 39 nines', 'refused newChannel unfunded', { client_balance: '9'.repeat(39) }),
  begins('no money', 'refused newChannel wrongState', { client_balance: '0' }),
  begins('the identity for a key', 'refused newChannel weakKey', { client_public_key: identity }),
  begins('a key that is no point', 'refused newChannel weakKey', { client_public_key: `02${'00'.repeat(31)}` }),
  begins('a key of 31 bytes', malformed, { client_public_key: '02'.repeat(31) }),
  says('a newChannel that is a string', malformed, [['newChannel', 'state']]),
  says('a newChannel without a state', malformed, [['newChannel']]),
  says('a play for a key that is not known', 'refused play unknownKey', [['play', '33'.repeat(32)]]),
  says('a play for a key that is a number', malformed, [['play', 7]]),
  says('a play for a stream that is not known', 'refused play unknownStream', async ({ purse }) => [
    ['play', purse.key, { stream: 'no such', part: 0 }],
  ]),
  says('a play for a stream that every object has', '2 refused play unknownStream', async ({ purse }) => [
    ['play', purse.key, { stream: '__proto__', part: 0 }],
    ['play', purse.key, { stream: 'constructor', part: 0 }],
  ]),
  says('a topUp beyond what is there', 'refused topUp unfunded', async ({ purse }) => [
    ['topUp', purse.key, `${2n ** 100n}`],
  ]),
  says('a topUp that takes away', 'refused topUp wrongState', async ({ purse }) => [['topUp', purse.key, '5']]),
  says('a topUp with a number', malformed, async ({ purse }) => [['topUp', purse.key, 50]]),
  says('a close that takes back', 'refused close wrongState', async ({ purse }) => [
    ['close', purse.key, await purse.sign('0', 2, 'close'), signed(2, '0')],
  ]),
  says('a close with an old number', 'refused close wrongState', async ({ purse }) => [
    ['close', purse.key, await purse.sign('10', 1, 'close'), signed(1, '10')],
  ]),
  says('a close with a payment for a signature', 'refused close badSignature', async ({ purse }) => [
    ['close', purse.key, await purse.sign('10', 2), signed(2, '10')],
  ]),
  says('a close that does not say of what', malformed, async ({ purse }) => [
    ['close', purse.key, await purse.sign('10', 2, 'close')],
  ]),
  says('a refund of the channel that is paid into', 'refused refund duplicateChannel', async ({ purse }) => [
    ['refund', purse.first()],
  ]),
  says('what is not JSON', malformed, ['garbage']),
  says('nothing', malformed, ['']),
  says('an object', malformed, ['{"event":"pay"}']),
  says('an empty array', malformed, ['[]']),
  says('an event that is a number', malformed, ['[7]']),
  says('an answer to nothing', malformed, ['{"answer":1,"args":[]}']),
  says('an unknown event', malformed, [['steal', 'everything']]),
  says('events that every object has', '4 refused malformed', [
    ['__proto__'],
    ['constructor'],
    ['toString', {}],
    ['hasOwnProperty', 'x'],
  ]),
  says('what only a payee says', '4 refused malformed', [
    ['secret', 'ab'],
    ['refused', 'pay', 'malformed'],
    ['closed', 'ab'],
    ['opened'],
  ]),
  says('arrays 30,000 deep', malformed, ['['.repeat(30_000) + ']'.repeat(30_000)]),
  says('a state in __proto__', malformed, [`["newChannel",{"__proto__":{"channel_id":"${'cd'.repeat(16)}"}}]`]),
  says('bytes that are no base64', malformed, ['["latestState",{"$bytes":"%%%"}]']),
  says('1,001 arguments', malformed, [['play', ...Array.from({ length: 1_000 }, () => 0), 1]]),
  says('a binary frame', malformed, [new TextEncoder().encode('["publicKey"]')]),
  isHungUpOn('twenty-one frames that are not JSON', 1008, ({ peer }) => {
    for (let n = 0; n < 21; n += 1) peer.raw('garbage');
  }),
  isHungUpOn('twenty-one payments that are none', 1008, ({ peer }) => {
    for (let n = 0; n < 21; n += 1) peer.say('pay', '00'.repeat(64));
  }),
  isHungUpOn('more channels than one socket may announce', 1008, ({ peer, purse }) => {
    for (let n = 0; n < 30; n += 1)
      peer.say(
        'newChannel',
        purse.first({ channel_id: n.toString(16).padStart(32, '0'), client_public_key: purse.key }),
      );
  }),
  [
    'a payment that nobody has asked for',
    'refused pay unexpected',
    async ({ purse, another }) => {
      const other = await another();
      return answersTo(other, JSON.stringify(['pay', await purse.pays(2), signed(2, '20')]));
    },
  ],
];
