/**
 * After any sequence of joins, proposals, withdrawals, interest, reconnects and disconnects every client's view equals the board's, and every indicator has
 * reached exactly the owner.
 */
import fc from 'fast-check';
import type { BoardClient } from '../../src/board/index.ts';
import { joinBoard } from '../../src/board/index.ts';
import { boardServer } from '../../src/board/serve.ts';
import { channel, eventually } from './world.ts';

type Move =
  | { readonly move: 'join' | 'leave' | 'cut'; readonly who: number }
  | { readonly move: 'propose' | 'withdraw' | 'interest'; readonly who: number; readonly id: number };

const who = fc.nat(3);
const id = fc.nat(4);
const moves = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ move: fc.constantFrom('join' as const, 'leave' as const, 'cut' as const), who }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        move: fc.constantFrom('propose' as const, 'withdraw' as const, 'interest' as const),
        who,
        id,
      }),
    },
  ),
  { maxLength: 25 },
);

const view = (proposals: Iterable<unknown>) => Array.from(proposals, (each) => JSON.stringify(each)).sort();

async function play(sequence: readonly Move[], scheme: string): Promise<void> {
  await using server = await boardServer({ limits: { page: 2, messagesPerSecond: 0, connectionsPerIp: 0 } });
  const { board } = server;
  const url = server.url.replace('ws', scheme);
  const clients = new Map<number, BoardClient>();
  const meant: string[] = [];
  const heard: string[] = [];
  const join = async (n: number) => {
    const client = await joinBoard(url, { addresses: [`addr${n}`], backoff: { first: 1, most: 2 }, attempts: 1_000 });
    client.on('interest', ({ fromAddress, proposal }) => heard.push(`${fromAddress} -> addr${n}: ${proposal?.id}`));
    clients.set(n, client);
  };
  for (const each of sequence) {
    const client = clients.get(each.who);
    if (client === undefined) {
      if (each.move === 'join') await join(each.who);
      continue;
    }
    switch (each.move) {
      case 'join':
        break;
      case 'leave':
        clients.delete(each.who);
        await client.close();
        break;
      case 'cut': {
        // The line breaks without a word; the client comes back by itself.
        const back = new Promise<void>((resolve) => void client.on('joined', () => resolve()));
        board.cut(board.socketOf(`addr${each.who}`) ?? '');
        await back;
        break;
      }
      case 'propose':
        await client.propose({ ...channel, id: each.id }).catch(() => {});
        break;
      case 'withdraw':
        await client.withdraw({ id: each.id }).catch(() => {});
        break;
      case 'interest': {
        const proposal = client.proposals.get(each.id);
        if (proposal === undefined) break;
        const done = await client.indicateInterest(proposal).catch(() => undefined);
        if (done === 'done') meant.push(`addr${each.who} -> ${proposal.address}: ${proposal.id}`);
        break;
      }
    }
  }
  await eventually(() => heard.length >= meant.length);
  for (const client of clients.values())
    await eventually(() => JSON.stringify(view(client.proposals)) === JSON.stringify(view(board.proposals)));
  expect(heard.sort()).toEqual(meant.sort());
  await Promise.all([...clients.values()].map((client) => client.close()));
}

it.each(['ws', 'http'])(
  'over %s',
  async (scheme) => {
    await fc.assert(
      fc.asyncProperty(moves, (sequence) => play(sequence, scheme)),
      { numRuns: 30, interruptAfterTimeLimit: 40_000 },
    );
  },
  60_000,
);
