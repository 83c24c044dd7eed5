/**
 * `npm start`: the library's story in one terminal, with real processes on real sockets. A server, two strangers, a message each way; then a
 * rendezvous, at which two peers find each other and one sends the other a file; then a node and two parties of a channel, of whom one cheats; each with the
 * commands to do it by hand. Then a page, where a film is paid for while it plays: it stays until Ctrl-C, or not at all with `--once` and where
 * nobody is at the terminal.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { intro, log, note, outro } from '@clack/prompts';
import { servePage } from '../../visualizations/page/serve.ts';
import { Actor } from './story.actor.ts';
import { channelStory } from './story.channel.ts';

async function relayStory(): Promise<void> {
  intro('statewire: a message travels between two strangers');
  const server = new Actor('serve', 'relay', '--port', '0', '--json', '--log-level', 'error');
  const { url, pid } = await server.hear('ready');
  log.step(`A relay listens on ${url} (process ${pid}).`);

  const alice = new Actor('relay', 'listen', '--json', '--url', String(url));
  const bob = new Actor('relay', 'listen', '--json', '--url', String(url));
  const [{ address: aliceAddress }, { address: bobAddress }] = await Promise.all([
    alice.hear('address'),
    bob.hear('address'),
  ]);
  log.step(`Alice got the ephemeral address ${aliceAddress}.`);
  log.step(`Bob got   the ephemeral address ${bobAddress}.`);

  await exchange('Alice', alice, 'Bob', bob, String(bobAddress), { hello: 'Bob', from: 'a stranger' });
  await exchange('Bob', bob, 'Alice', alice, String(aliceAddress), { hello: 'Alice', bigger: 2 ** 64 });

  const codes = [await alice.end(), await bob.end(), await server.end()];
  log.step(`All three have ended cleanly (exit codes ${codes.join(', ')}).`);
  note(
    [
      'npx statewire serve relay',
      'npx statewire relay listen',
      `npx statewire relay send <the address it printed> '{"hello":"you"}'`,
    ].join('\n'),
    'By hand, in three terminals',
  );
  outro('The machines that just ran: machines/relay/client.ts and server.ts; their charts: visualizations/relay/');
}

async function exchange(
  from: string,
  sender: Actor,
  to: string,
  receiver: Actor,
  address: string,
  msg: object,
): Promise<void> {
  const text = JSON.stringify(msg);
  sender.say(`${address} ${text}`);
  const [arrived, settled] = await Promise.all([receiver.hear('msg'), sender.hear('outcome')]);
  log.success(`${from} -> ${to}: ${JSON.stringify(arrived['msg'])}   (${from} knows: ${settled['outcome']})`);
}

async function starStory(): Promise<void> {
  intro('statewire: two peers find each other and send a file');
  const directory = await mkdtemp(join(tmpdir(), 'statewire-star-'));
  try {
    const [file, copy] = [join(directory, 'file'), join(directory, 'copy')];
    await writeFile(file, randomBytes(3_000_000));
    const server = new Actor('serve', 'star', '--port', '0', '--json', '--log-level', 'error');
    const { url, pid } = await server.hear('ready');
    log.step(`A rendezvous server listens on ${url} (process ${pid}).`);
    const at = (...args: string[]) => new Actor('star', ...args, '--url', String(url), '--json');
    const alice = at('peers');
    const bob = at('listen', '--one-way', '--output', copy);
    const [{ address }, { found }] = await Promise.all([bob.hear('address'), alice.hear('found')]);
    log.step(`Bob has proven his key and waits at …${String(address).slice(-20)}`);
    log.success(`Alice is told who is there: …${String(found).slice(-20)}`);
    const dial = at('dial', String(found), '--input', file, '--output', join(directory, 'answer'));
    await dial.hear('connected');
    dial.finish();
    const [{ sent }, { received }] = await Promise.all([dial.hear('sent'), bob.hear('received')]);
    const isSame = (await readFile(file)).equals(await readFile(copy));
    log.success(`She dials him: ${sent} bytes sent, ${received} received, ${isSame ? 'the same' : 'NOT THE SAME'}.`);
    for (const actor of [dial, bob, alice, server]) await actor.end();
    note(
      [
        'npx statewire serve star',
        'npx statewire star listen --one-way | tar x',
        'tar c . | npx statewire star dial <the address it printed>',
      ].join('\n'),
      'By hand, in three terminals',
    );
    outro(
      'The machines: machines/star/listener.ts, dialer.ts, stream.ts and rendezvous.ts; charts: visualizations/star/',
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function pageStory(stays: boolean): Promise<void> {
  intro('statewire: a film is paid for while it plays');
  const interrupted = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  const page = await servePage({
    notify: (_, notice) => {
      if (notice.type === 'opened') log.step(`A channel is open, with ${notice.deposit} ct in it.`);
      if (notice.type === 'paid') log.success(`Payment ${notice.sequence}: ${notice.sent} ct in this channel so far.`);
      if (notice.type === 'released') log.step(`The key of part ${notice.part} is on its way.`);
    },
  });
  if (stays) {
    log.step(`Open ${page.url} in a browser: the payer runs in the page, and the payee here.`);
    log.message('Ctrl-C ends it.');
    await interrupted;
  } else log.step(`The page was at ${page.url}; run \`npm start\` in a terminal, and it stays.`);
  await page.close();
  outro('The machines: machines/streaming/payer.ts, payee.ts and desk.ts; the page: visualizations/page/');
}

await relayStory();
await starStory();
await channelStory();
await pageStory(process.stdin.isTTY === true && !process.argv.includes('--once'));
