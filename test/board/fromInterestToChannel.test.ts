/** "They are ready to open a channel together now": a proposal says what channel it is for, and one call opens it. */
import { MemoryStore } from '../../adapters/memoryStore.ts';
import type { Offer, Opener } from '../../src/board/index.ts';
import { channelOffer, channelOpener, streamingOffer, streamingOpener } from '../../src/board/index.ts';
import { toHex } from '../../src/bytes.ts';
import { Channel } from '../../src/channel/index.ts';
import { channelServer } from '../../src/channel/serve.ts';
import { freshSigner } from '../../src/keys/index.ts';
import { sealBoxes } from '../../src/streaming/content/boxes.ts';
import type { SealedPart } from '../../src/streaming/content/manifest.ts';
import { plain, Trust } from '../../src/streaming/index.ts';
import { memoryShow, payeeServer } from '../../src/streaming/serve.ts';
import { channel, first, useBoard } from './world.ts';

const { serve, join, later } = useBoard();

async function* film() {
  yield new Uint8Array(100_000).fill(7);
}

it('of streaming: Alice proposes, Bob opens, and pays for every part', async () => {
  const parts: SealedPart[] = [];
  for await (const part of sealBoxes(film(), { partBytes: 65_536 })) parts.push(part);
  const show = await memoryShow('movie', parts);
  const payee = await payeeServer({
    shows: [{ show, price: 10n }],
    signer: await freshSigner(),
    wallet: 'alice',
    scheme: plain,
    settlement: new Trust('10000'),
    store: new MemoryStore(),
  });
  later(() => payee.close());
  const { url } = await serve();
  const alice = await join(url, { addresses: ['alice'] });
  const answered = first(alice, 'opened');
  await alice.propose({ ...channel, offer: streamingOffer({ url: payee.url, stream: 'movie' }) });

  const signer = await freshSigner();
  const bob = await join(url, { addresses: ['bob'] });
  const opener = streamingOpener({
    signer,
    budget: { part: 10n, session: 1_000n },
    settlement: new Trust('0'),
    store: new MemoryStore(),
  });
  for await (const proposal of bob.proposals) {
    const movie = await bob.open(proposal, { opener });
    // What is open stays open without the board.
    await bob.close();
    let bytes = 0;
    for await (const part of movie.parts()) bytes += part.bytes.length;
    expect(bytes).toBe(100_000);
    expect(movie.spent).toBe(20n);
    await movie.leave();
    break;
  }
  expect(await answered).toMatchObject({
    interest: { fromAddress: 'bob' },
    opened: { publicKey: toHex(signer.publicKey) },
  });
  expect(payee.payees.balance(toHex(signer.publicKey))?.sent).toBe('20');
});

describe('of a state channel', () => {
  const terms = { initiatorAmount: 10n, responderAmount: 10n, channelReserve: 2n, lockPeriod: 10 };

  it('Alice proposes, Bob opens it, both pay, and they close it without the board', async () => {
    const node = await channelServer({ blockMs: 20 });
    later(() => node.close());
    const { url } = await serve();
    const alice = await join(url, { addresses: ['alice'] });
    const answered = first(alice, 'opened');
    const offer = channelOffer({ ...terms, url: node.url }, { signer: await freshSigner() });
    const proposal = await alice.propose({ ...channel, offer });
    const bob = await join(url, { addresses: ['bob'] });
    const opener = channelOpener({ signer: await freshSigner(), most: 10n });
    const [ours, answer] = await Promise.all([bob.open(proposal, { opener }), answered]);
    await Promise.all([alice.close(), bob.close()]);
    const theirs = typeof answer === 'object' && answer !== null && 'opened' in answer ? answer.opened : undefined;
    if (!(theirs instanceof Channel)) throw new Error('Alice has no channel.');
    await ours.pay(3n);
    expect(await theirs.pay(1n)).toMatchObject({ round: 3, initiatorAmount: 8n, responderAmount: 12n });
    await ours.shutdown();
    await Promise.all([ours.ended, theirs.ended]);
    // Each watches on until the chain has it.
    await Promise.all([ours.disconnect(), theirs.disconnect()]);
  });

  it('nobody puts in more than the app allows, whatever a stranger proposes', async () => {
    const { url } = await serve();
    const alice = await join(url, { addresses: ['alice'] });
    const offer = channelOffer(
      { ...terms, initiatorAmount: 11n, url: 'ws://127.0.0.1:1' },
      { signer: await freshSigner() },
    );
    const proposal = await alice.propose({ ...channel, offer });
    const bob = await join(url, { addresses: ['bob'] });
    const opener = channelOpener({ signer: await freshSigner(), most: 10n });
    await expect(bob.open(proposal, { opener })).rejects.toMatchObject({ code: 'overLimit' });
  });
});

describe('of any protocol', () => {
  const offer: Offer<string> = {
    opening: { protocol: 'handshake', terms: { where: 'here' } },
    answer: async (introduction) => {
      if (introduction !== 'I am Bob') throw new Error('a stranger');
      return 'opened with Bob';
    },
  };
  const opener = (introduction: string): Opener<unknown> => ({
    protocol: 'handshake',
    introduce: () => introduction,
    open: async ({ terms }) => terms,
  });

  it('both sides are given what the other one says', async () => {
    const { url } = await serve();
    const alice = await join(url, { addresses: ['alice'] });
    const proposal = await alice.propose({ ...channel, offer });
    const bob = await join(url, { addresses: ['bob'], openers: [opener('I am Bob')] });
    const opened = first(alice, 'opened');
    expect(await bob.open(proposal)).toEqual({ where: 'here' });
    expect(await opened).toMatchObject({ opened: 'opened with Bob' });
  });

  it('an introduction that is not liked fails on the side that does not like it', async () => {
    const { url } = await serve();
    const alice = await join(url, { addresses: ['alice'] });
    const proposal = await alice.propose({ ...channel, offer });
    const failed = first(alice, 'openFailed');
    const mallory = await join(url, { addresses: ['mallory'], openers: [opener('I am Bob, believe me')] });
    await mallory.open(proposal);
    expect(await failed).toMatchObject({ error: new Error('a stranger') });
    const another = first(alice, 'openFailed');
    await mallory.indicateInterest(proposal);
    expect(await another).toMatchObject({ error: { code: 'badIntroduction' } });
  });

  it('without an opener nothing is said', async () => {
    const { url, board } = await serve();
    const alice = await join(url, { addresses: ['alice'] });
    const bob = await join(url, { addresses: ['bob'] });
    await expect(bob.open(await alice.propose({ ...channel, offer }))).rejects.toMatchObject({ code: 'noOpener' });
    await expect(bob.open(await alice.propose(channel))).rejects.toMatchObject({ code: 'noOpener' });
    expect(board.stats.indicated).toBe(0);
  });
});
