/** `statewire relay listen` prints its address, then each message as it was sent; lines of its standard input are routed, and their outcome is printed. */
import { Peer, route } from '../relay/transcripts/peer.ts';
import { listen, outcomeOf, PATIENCE, serveRelay, statewire } from './command.ts';

it.each([
  '{"hello":"stranger"}',
  '12345678901234567890',
  '{"n":[9007199254740993,-9007199254740993,1e400,1.10,-0.0]}',
  '"é, € and 😀 \\u00e9 \\/"',
  '{"a":1,"a":2}',
  'null',
])(
  'prints %s to the letter',
  async (msg) => {
    const { url } = await serveRelay();
    const { command, address } = await listen(url);
    const peer = await Peer.open(url);
    peer.send(route(address, msg));
    expect(await command.line()).toBe(`{"msg":${msg}}`);
    peer.socket.terminate();
  },
  PATIENCE,
);

it(
  'prints for people the address and the message alone',
  async () => {
    const { url } = await serveRelay();
    const command = statewire('relay', 'listen', '--url', url);
    const address = await command.line();
    expect(address).toMatch(/^[0-9a-f]{32}$/);
    expect(await outcomeOf('relay', 'send', '--url', url, address, '9007199254740993')).toEqual({
      code: 0,
      stdout: 'delivered\n',
      stderr: '',
    });
    expect(await command.line()).toBe('9007199254740993');
  },
  PATIENCE,
);

it(
  'routes the lines of its standard input, and says of a wrong one what a line is',
  async () => {
    const { url } = await serveRelay();
    const [alice, bob] = await Promise.all([listen(url), listen(url)]);
    alice.command.type(`${bob.address} {"n": 9007199254740993}`);
    expect(await alice.command.line()).toBe('{"outcome":"delivered"}');
    expect(await bob.command.line()).toBe('{"msg":{"n": 9007199254740993}}');
    alice.command.type('hello');
    await alice.command.complains('A line is an address, a space and JSON.');
    alice.command.type(`${bob.address} hello`);
    await alice.command.complains('The message is not JSON.');
    alice.command.type(`${'0'.repeat(32)} 1`);
    expect(await alice.command.line()).toBe('{"outcome":"failed","reason":"unknownAddress"}');
    bob.command.type(`${alice.address} "and back"`);
    expect(await alice.command.line()).toBe('{"msg":"and back"}');
  },
  PATIENCE,
);

it(
  'goes on listening when its standard input ends',
  async () => {
    const { url } = await serveRelay();
    const { command, address } = await listen(url);
    command.process.stdin.end();
    await outcomeOf('relay', 'send', '--url', url, address, '1');
    expect(await command.line()).toBe('{"msg":1}');
  },
  PATIENCE,
);

it(
  'ends without a stack of calls when nobody reads its standard output any more',
  async () => {
    const { url } = await serveRelay();
    const { command, address } = await listen(url);
    command.process.stdout.destroy();
    const peer = await Peer.open(url);
    await peer.init();
    await peer.answers(route(address, '1'), route(address, '2'));
    command.process.kill('SIGTERM');
    await command.ended;
    expect(command.stderr).not.toMatch(/^ {4}at /m);
    peer.socket.terminate();
  },
  PATIENCE,
);
