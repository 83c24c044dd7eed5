/** `statewire serve relay` prints one line when it can be connected to: a sentence for people, JSON for machines; and nothing else on standard output. */
import { Peer } from '../relay/transcripts/peer.ts';
import { PATIENCE, serveRelay, statewire } from './command.ts';

it(
  'prints its URL and its process as JSON, on a free port of 127.0.0.1',
  async () => {
    const { command, url, pid } = await serveRelay();
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:[1-9]\d+$/);
    expect(pid).toBe(command.process.pid);
    const peer = await Peer.open(url);
    await peer.init();
    expect(await (await fetch(`${url.replace('ws:', 'http:')}/healthz`)).text()).toBe('{"status":"ok"}\n');
    peer.socket.close();
    await peer.closed;
    command.process.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    expect(command.stdout.split('\n')).toHaveLength(2);
  },
  PATIENCE,
);

it(
  'prints a sentence with its URL',
  async () => {
    const command = statewire('serve', 'relay', '--port', '0');
    expect(await command.line()).toMatch(/^The relay listens on ws:\/\/127\.0\.0\.1:\d+ \(process \d+\)\.$/);
  },
  PATIENCE,
);

it(
  'listens where it is told, and with a certificate for wss',
  async () => {
    const pem = (name: string) => new URL(`../relay/server/testOnly.${name}.pem`, import.meta.url).pathname;
    const [everywhere, secure] = await Promise.all([
      serveRelay('--host', '0.0.0.0'),
      serveRelay('--tls-cert', pem('cert'), '--tls-key', pem('key')),
    ]);
    expect(everywhere.url).toMatch(/^ws:\/\/0\.0\.0\.0:\d+$/);
    expect(secure.url).toMatch(/^wss:\/\/127\.0\.0\.1:\d+$/);
  },
  PATIENCE,
);

it(
  'keeps the limits that it is given',
  async () => {
    const { url } = await serveRelay(
      '--max-frame',
      '1000',
      '--connections',
      '2',
      '--addresses',
      '1',
      '--violations',
      '1',
    );
    const [first, second] = [await Peer.open(url), await Peer.open(url)];
    await expect(Peer.open(url)).rejects.toThrow('503');
    await first.init();
    expect(await first.answers('{"type":"INIT"}')).toEqual([expect.stringContaining('"errCode":429')]);
    first.send('x'.repeat(1_001));
    expect(await first.closed).toBe(1009);
    second.send('garbage');
    expect(await second.closed).toBe(1008);
  },
  PATIENCE,
);
