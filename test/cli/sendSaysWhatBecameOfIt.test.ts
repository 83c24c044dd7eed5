/** `statewire relay send` routes one message, says what became of it, and ends with the exit code of that: 0 delivered or sent, 1 failed, 2 wrong, 3 no connection, 4 unknown. */
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { NOBODY, Peer } from '../relay/transcripts/peer.ts';
import { listen, outcomeOf, PATIENCE, serveRelay, statewire } from './command.ts';

const send = (url: string, ...args: readonly string[]) => outcomeOf('relay', 'send', '--json', '--url', url, ...args);

it(
  '0: delivered, when the receiver acknowledges; sent, when it does not or nobody is asked to',
  async () => {
    const { url } = await serveRelay();
    const { command, address } = await listen(url);
    const plain = await Peer.open(url);
    await plain.init();
    expect(await send(url, address, '1')).toEqual({ code: 0, stdout: '{"outcome":"delivered"}\n', stderr: '' });
    expect(await send(url, '--no-ack', address, '2')).toEqual({ code: 0, stdout: '{"outcome":"sent"}\n', stderr: '' });
    expect(await send(url, plain.address, '3')).toEqual({ code: 0, stdout: '{"outcome":"sent"}\n', stderr: '' });
    expect([await command.line(), await command.line()]).toEqual(['{"msg":1}', '{"msg":2}']);
    expect(await plain.frame()).toBe('{"type":"DELIVER","msg":3}');
    plain.socket.terminate();
  },
  PATIENCE,
);

it(
  '1: nobody is there, also without acknowledgements',
  async () => {
    const { url } = await serveRelay();
    const failed = '{"outcome":"failed","reason":"unknownAddress"}\n';
    expect(await send(url, NOBODY, '1')).toEqual({ code: 1, stdout: failed, stderr: '' });
    expect(await send(url, '--no-ack', NOBODY, '1')).toMatchObject({ code: 1, stdout: failed });
  },
  PATIENCE,
);

it(
  '2: what is not JSON, and a URL that is none',
  async () => {
    const noJson = await send('ws://127.0.0.1:1', NOBODY, '{hello}');
    expect(noJson).toEqual({ code: 2, stdout: '', stderr: 'The message is not JSON.\n' });
    for (const url of ['nonsense', 'ftp://127.0.0.1', 'ws://127.0.0.1:99999']) {
      const { code, stderr } = await send(url, NOBODY, '1');
      expect(stderr).toBe(`${url} is not the URL of a WebSocket.\n`);
      expect(`${url}: ${code}`).toBe(`${url}: 2`);
    }
  },
  PATIENCE,
);

it(
  '2: a sealed message to what is no contact',
  async () => {
    const { url } = await serveRelay();
    const command = statewire('relay', 'send', '--json', '--sealed', '--url', url, NOBODY, '1');
    await command.complains('contact');
    expect(await command.ended).toBe(2);
  },
  PATIENCE,
);

it(
  '3: nobody listens there, or who listens is no relay',
  async () => {
    const refused = await send('ws://127.0.0.1:1', NOBODY, '1');
    expect(refused).toEqual({
      code: 3,
      stdout: '',
      stderr: 'No connection to ws://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1\n',
    });
    const { url } = await serveRelay('--connections', '1');
    const other = await Peer.open(url);
    const full = await send(url, NOBODY, '1');
    expect(full).toMatchObject({ code: 3, stdout: '' });
    expect(full.stderr).toMatch(/503/);
    other.socket.terminate();
  },
  PATIENCE,
);

it(
  '4: the line broke before anybody could tell',
  async () => {
    const relay = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    relay.on('connection', (socket) => {
      socket.on('message', (data) => {
        if (`${data}`.includes('INIT')) socket.send(`{"type":"INITRESP","EpheWssAddr":"${NOBODY}","ack":8}`);
        else socket.terminate();
      });
    });
    await once(relay, 'listening');
    const at = relay.address();
    const port = at !== null && typeof at === 'object' ? at.port : 0;
    try {
      expect(await send(`ws://127.0.0.1:${port}`, NOBODY, '1')).toMatchObject({
        code: 4,
        stdout: '{"outcome":"unknown"}\n',
      });
    } finally {
      relay.close();
    }
  },
  PATIENCE,
);

it(
  '130: interrupted while it waits',
  async () => {
    const { url } = await serveRelay();
    const silent = await Peer.open(url);
    silent.send('{"type":"INIT","ack":true}');
    const address = /[0-9a-f]{32}/.exec(await silent.frame())?.[0] ?? '';
    const command = statewire('relay', 'send', '--json', '--url', url, address, '1');
    await silent.frame();
    command.process.kill('SIGINT');
    command.process.kill('SIGINT');
    expect([4, 130]).toContain(await command.ended);
    silent.socket.terminate();
  },
  PATIENCE,
);

it(
  'sends whole numbers beyond 2^53 as they were typed, open and sealed',
  async () => {
    const { url } = await serveRelay();
    const [open, sealed] = await Promise.all([listen(url), listen(url, '--sealed')]);
    const msg = '{"n":12345678901234567890,"x":1.10}';
    await send(url, open.address, msg);
    expect(await open.command.line()).toBe(`{"msg":${msg}}`);
    expect(await send(url, '--sealed', sealed.address, msg)).toMatchObject({
      code: 0,
      stdout: '{"outcome":"delivered"}\n',
    });
    expect(await sealed.command.line()).toMatch(
      /^\{"msg":\{"n":12345678901234567890,"x":1\.10\},"sealedBy":"[\w-]{43}"\}$/,
    );
  },
  PATIENCE,
);

it(
  'tells a sealed listener’s owner of a message that was not sealed, and prints nothing of it',
  async () => {
    const { url } = await serveRelay();
    const { command, address } = await listen(url, '--sealed');
    const [bare = ''] = address.split('#');
    await send(url, bare, '"not for your eyes"');
    await command.complains('The message is not sealed; this client takes only sealed ones.');
    await send(url, '--sealed', address, '"for your eyes"');
    expect(await command.line()).toMatch(/^\{"msg":"for your eyes",/);
  },
  PATIENCE,
);
