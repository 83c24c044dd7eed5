/**
 * A crowd of the star's bench, in a process of its own: so many peers join, one after the other, and look who is there. It answers `view` when every one of
 * them has been told of everybody, and `end` with what was wrong.
 *
 * Its arguments: the server, the speech, how many, and the number of the first one's address.
 */
import { createInterface } from 'node:readline';
import { type Speech, StarClient } from './starClient.ts';
import { addressesIn, addressOf } from './starLoad.ts';

const [url = '', speech = '', count = '0', first = '0'] = process.argv.slice(2);
const kind: Speech = speech === 'plain' ? 'plain' : 'socket.io';
const size = Number(count);
/** Joining at once. */
const joining = 16;

const faults: string[] = [];
let isOver = false;
let complete = 0;
let wake = () => {};

/** What one of them has been told, as a bit for each of the others. */
class View {
  readonly #known = new Uint8Array(size);
  readonly #own: number;
  #missing = size - 1;

  constructor(own: number) {
    this.#own = own;
  }

  add(place: number): void {
    // Whoever is not of the crowd has a place outside of it.
    if (place === this.#own || this.#known[place] !== 0) return;
    this.#known[place] = 1;
    this.#missing -= 1;
    if (this.#missing > 0) return;
    complete += 1;
    if (complete === size) wake();
  }
}

async function join(n: number): Promise<void> {
  const view = new View(n);
  const client = await StarClient.open(url, kind);
  client.told = (text) => addressesIn(text, (address) => view.add(address - Number(first)));
  client.lost = (why) => {
    if (!isOver) faults.push(why);
  };
  await client.join(addressOf(Number(first) + n));
}

const begun = performance.now();
let next = 0;
await Promise.all(
  Array.from({ length: joining }, async () => {
    while (next < size) {
      next += 1;
      await join(next - 1);
    }
  }),
);
const joinedIn = performance.now() - begun;
process.stdout.write(`${JSON.stringify({ joinedIn })}\n`);

createInterface({ input: process.stdin })
  .on('line', async (line) => {
    if (line === 'view') {
      if (complete < size)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      process.stdout.write(`${JSON.stringify({ completeIn: performance.now() - begun })}\n`);
    } else {
      isOver = true;
      process.stdout.write(`${JSON.stringify({ complete, faults: faults.length, firstFault: faults[0] ?? '' })}\n`);
    }
  })
  .on('close', () => process.exit());
