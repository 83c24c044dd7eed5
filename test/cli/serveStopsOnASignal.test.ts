/** SIGINT and SIGTERM end a relay with exit code 0, with clients connected and messages under way; a second signal ends it at once. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { relayClient } from '../../src/relay/connect.ts';
import { Peer } from '../relay/transcripts/peer.ts';
import { RawPeer } from '../relay/transcripts/rawPeer.ts';
import { listen, PATIENCE, serveRelay } from './command.ts';

it.each(['SIGINT', 'SIGTERM'] as const)(
  '%s, with clients connected',
  async (signal) => {
    const { command, url } = await serveRelay();
    const plain = await Peer.open(url);
    await plain.init();
    const [alice, bob] = [await relayClient(url, { attempts: 0 }), await relayClient(url, { attempts: 0 })];
    const routes = Array.from({ length: 100 }, (_, n) => alice.route(bob.address, n));
    await bob.deliveries().next();
    command.process.kill(signal);
    expect(await plain.closed).toBe(1001);
    for (const { outcome } of await Promise.all(routes)) expect(outcome).toMatch(/^(delivered|failed)$/);
    await Promise.all([alice.closed, bob.closed]);
    expect(await command.ended).toBe(0);
    expect(command.stderr).toBe('');
  },
  PATIENCE,
);

it(
  'with a client that does not answer, after the time for closing',
  async () => {
    const { command, url } = await serveRelay('--close-timeout', '100');
    const silent = await RawPeer.open(url);
    silent.text('{"type":"INIT","ack":true}');
    await silent.frame();
    command.process.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    silent.socket.destroy();
  },
  PATIENCE,
);

it(
  'with a line on which nothing was ever said',
  async () => {
    const { command, url } = await serveRelay('--close-timeout', '100');
    const line = connect(Number(new URL(url).port), '127.0.0.1');
    await once(line, 'connect');
    await (await fetch(url.replace('ws:', 'http:'))).text();
    command.process.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    line.destroy();
  },
  PATIENCE,
);

it(
  'a second signal ends it at once',
  async () => {
    const { command, url } = await serveRelay('--close-timeout', '600000');
    const silent = await RawPeer.open(url);
    command.process.kill('SIGTERM');
    while ((await silent.frame()).opcode !== 8);
    command.process.kill('SIGTERM');
    expect(await command.ended).toBe(130);
    silent.socket.destroy();
  },
  PATIENCE,
);

it.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends a listener with exit code 0',
  async (signal) => {
    const { url } = await serveRelay();
    const { command } = await listen(url);
    command.process.kill(signal);
    expect(await command.ended).toBe(0);
    expect(command.stderr).toBe('');
  },
  PATIENCE,
);
