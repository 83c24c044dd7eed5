/** The log is JSON lines on standard error, and at no level does it show what clients say to each other, or where they can be reached. */
import { z } from 'zod';
import { Peer, route } from '../relay/transcripts/peer.ts';
import { PATIENCE, serveRelay } from './command.ts';

const SECRET = 'a very private matter';
const Line = z.object({ level: z.int(), time: z.int(), msg: z.string().min(1) });

it(
  'logs what happens and not what is said',
  async () => {
    const { command, url } = await serveRelay('--log-level', 'debug', '--violations', '8');
    const [alice, bob] = [await Peer.open(url), await Peer.open(url)];
    await alice.init();
    await bob.init();
    await alice.answers(
      route(bob.address, `{"${SECRET}":"${SECRET}"}`),
      route(SECRET, `"${SECRET}"`),
      `{"${SECRET}`,
      `{"type":"${SECRET}"}`,
      `{"type":"ROUTE","EpheWssAddr":"${bob.address}","${SECRET}":1}`,
      `{"type":"DELIVER","msg":"${SECRET}"}`,
      `{"type":"ERR","errCode":1,"errMsg":"${SECRET}"}`,
      `{"type":"ACK","id":"${SECRET}"}`,
      new TextEncoder().encode(SECRET),
    );
    bob.socket.close(4000, SECRET);
    await bob.closed;
    alice.send('garbage');
    expect(await alice.closed).toBe(1008);
    command.process.kill('SIGTERM');
    expect(await command.ended).toBe(0);

    const lines = command.stderr.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(10);
    for (const line of lines) Line.parse(JSON.parse(line));
    for (const secret of [SECRET, alice.address, bob.address]) expect(command.stderr).not.toContain(secret);
    expect(command.stdout).not.toContain(SECRET);
  },
  PATIENCE,
);

it(
  'logs nothing at all when it shall be silent',
  async () => {
    const { command, url } = await serveRelay('--log-level', 'silent');
    const peer = await Peer.open(url);
    await peer.init();
    await peer.answers('garbage');
    peer.socket.terminate();
    command.process.kill('SIGTERM');
    expect(await command.ended).toBe(0);
    expect(command.stderr).toBe('');
  },
  PATIENCE,
);
