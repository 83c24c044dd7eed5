/** The watching process is killed in the middle of a dispute, over and over; the next one goes on, and the slash comes in time. Real processes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { LevelStore } from '../../../adapters/level.ts';
import { encode } from '../../../src/channel/encoding.ts';
import { type ChannelServer, channelServer } from '../../../src/channel/serve.ts';
import { Watch } from '../../../src/channel/watch.ts';
import { type Command, PATIENCE, statewire } from '../../cli/command.ts';
import {
  closeSoloTx,
  createTx,
  idHex,
  included,
  networkId,
  proofOf,
  type Split,
  state,
  text,
} from '../chain/dispute.ts';
import { alice, bob } from '../node/world.ts';
import { accessTo, agreed, ofResponder } from './world.ts';

const old: Split = [9n, 11n];
const newest: Split = [3n, 17n];

let folder: string;
let server: ChannelServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'statewire-'));
  server = await channelServer({ blockMs: 0, networkId, report: (error) => expect(error).toBeUndefined() });
  await included(server.chain, await text(createTx('modern'), 'modern', alice, bob));
  await writeFile(join(folder, 'key'), new Uint8Array(32).fill(2));
  await writeFile(join(folder, 'channel.json'), JSON.stringify(terms()));
  const store = await LevelStore.open(join(folder, 'channels'));
  const watch = await new Watch({
    channel: ofResponder('modern'),
    chain: accessTo(server.chain),
    signer: bob.signer,
    store,
  }).start();
  watch.adopt(await agreed('modern', 5, newest));
  await watch.stop();
  await store.close();
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const terms = () => ({
  url: server.url,
  role: 'responder',
  other: encode('ak', 'modern', alice.signer.publicKey),
  initiatorAmount: '10',
  responderAmount: '10',
  pushAmount: '0',
  channelReserve: '2',
  lockPeriod: 5,
  networkId,
});

const watching = () => statewire('channel', 'watch', '--json', '--every', '20', '--data', folder);

async function hears(command: Command, field: string): Promise<unknown> {
  for (;;) {
    const line: Record<string, unknown> = JSON.parse(await command.line());
    if (field in line) return line[field];
  }
}

async function killed(command: Command): Promise<void> {
  command.process.kill('SIGKILL');
  expect(await command.ended).toBe('SIGKILL');
}

/** Puts what is posted into blocks until it is so. */
async function mined(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await turn();
    if (server.chain.waiting > 0) await server.chain.mine();
  }
}

it(
  'whenever it is killed',
  async () => {
    const first = watching();
    expect(await hears(first, 'watching')).toBe(5);
    await killed(first);
    const close = closeSoloTx(await state('modern', 2n, old), proofOf(old), { nonce: 2n });
    await included(server.chain, await text(close, 'modern', alice));
    const second = watching();
    expect(await hears(second, 'disputed')).toEqual({ round: 5, stale: 2 });
    await killed(second);
    const third = watching();
    await hears(third, 'watching');
    await mined(() => server.chain.lastOf(idHex)?.kind === 'slash');
    expect(await hears(third, 'soloClosed')).toEqual({ round: 5 });
    await killed(third);
    const last = watching();
    await server.chain.mine(5);
    const over = hears(last, 'settled');
    await mined(() => server.chain.locked === 0n);
    expect(await over).toEqual({ initiatorAmount: '3', responderAmount: '17' });
    expect(await last.ended).toBe(0);
  },
  4 * PATIENCE,
);
