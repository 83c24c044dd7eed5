/** The table of bad input: what the offender does, and what it gets. Whoever reads a line runs it against a relay of his own and then asks the bystanders. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { deliver, NOBODY, Peer, route } from '../transcripts/peer.ts';
import { RawPeer } from '../transcripts/rawPeer.ts';
import { type Bystanders, initRaw } from './attack.ts';

export const LIMIT = 1_048_576;

/** Where an attack takes place. */
export interface Scene {
  readonly url: string;
  readonly bystanders: Bystanders;
}

/** What is done, what comes of it, and how. */
export type Line = readonly [act: string, comesOfIt: string, run: (scene: Scene) => Promise<string>];

/** `ERR 404`, `INITRESP`, `DELIVER`. */
function kindOf(frame: string): string {
  const [, type, code] = /^\{"type":"([A-Z]+)"(?:,"errCode":(\d+))?/.exec(frame) ?? [];
  return code === undefined ? `${type}` : `${type} ${code}`;
}

/** `15 INITRESP, 3 ERR 429`; a single answer has no number. */
function summary(frames: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const frame of frames) counts.set(kindOf(frame), (counts.get(kindOf(frame)) ?? 0) + 1);
  if (counts.size === 0) return 'nothing';
  return [...counts].map(([kind, count]) => (count === 1 ? kind : `${count} ${kind}`)).join(', ');
}

/** An offender with an address. It is hung up on when the act is over. */
async function offend(url: string, act: (peer: Peer) => Promise<string>): Promise<string> {
  const peer = await Peer.open(url);
  try {
    await peer.init();
    return await act(peer);
  } finally {
    peer.socket.terminate();
    await peer.closed;
  }
}

/** An offender on the bare socket, with an address. */
async function offendRaw(url: string, act: (peer: RawPeer, address: string) => Promise<string>): Promise<string> {
  const peer = await RawPeer.open(url);
  try {
    return await act(peer, await initRaw(peer));
  } finally {
    peer.socket.destroy();
  }
}

const says = (name: string, comesOfIt: string, ...frames: readonly (string | Uint8Array)[]): Line => [
  name,
  comesOfIt,
  ({ url }) => offend(url, async (peer) => summary(await peer.answers(...frames))),
];

const isHungUpOn = (name: string, code: number, act: (peer: Peer) => void): Line => [
  name,
  `closed ${code}`,
  ({ url }) =>
    offend(url, async (peer) => {
      act(peer);
      return `closed ${await peer.closed}`;
    }),
];

/** The relay says why in a close frame, and is obeyed. */
const breaksTheFrame = (name: string, code: number, act: (peer: RawPeer) => void): Line => [
  name,
  `closed ${code}`,
  ({ url }) =>
    offendRaw(url, async (peer) => {
      act(peer);
      for (;;) {
        const { opcode, payload } = await peer.frame();
        if (opcode === 8) return `closed ${payload.readUInt16BE(0)}`;
        // A ping may be on its way.
        if (opcode !== 9) return `a frame of kind ${opcode}: ${payload}`;
      }
    }),
];

/** The offender goes without a word; then its address leads nowhere. */
const vanishes = (name: string, act: (peer: RawPeer) => void): Line => [
  name,
  'ERR 404 for its address',
  ({ url }) =>
    offendRaw(url, (peer, address) =>
      offend(url, async (witness) => {
        act(peer);
        await witness.noticesThatNobodyIsAt(address);
        return `${summary(await witness.answers(route(address, '1')))} for its address`;
      }),
    ),
];

const speaksNoWebSocket = (name: string, comesOfIt: string, ...lines: readonly string[]): Line => [
  name,
  comesOfIt,
  async ({ url }) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    const [bytes] = await once(socket, 'data');
    socket.destroy();
    return `${bytes}`.slice('HTTP/1.1 '.length, 'HTTP/1.1 404'.length);
  },
];

const upgrade = ['GET / HTTP/1.1', 'Host: relay', 'Upgrade: websocket', 'Connection: Upgrade'];

/** A frame of just so many bytes. */
const frameOf = (address: string, bytes: number) =>
  route(address, `"${'x'.repeat(bytes - route(address, '""').length)}"`);

/** The first half of a frame that promises 200 bytes. */
const halfAFrame = Uint8Array.of(0x81, 0xfe, 0, 200, 1, 2, 3, 4, 5, 6, 7, 8);

export const badInput: readonly Line[] = [
  says('what is not JSON', 'ERR 400', 'INIT'),
  says('nothing', 'ERR 400', ''),
  says('half an object', 'ERR 400', '{"type":"INIT"'),
  says('null', 'ERR 400', 'null'),
  says('an array', 'ERR 400', '[{"type":"INIT"}]'),
  says('a string', 'ERR 400', '"INIT"'),
  says('a number', 'ERR 400', '404'),
  says('no type', 'ERR 400', '{}'),
  says('an unknown type', 'ERR 400', '{"type":"PING"}'),
  says('a lower-case type', 'ERR 400', '{"type":"init"}'),
  says('a type that is no string', 'ERR 400', '{"type":["INIT"]}'),
  says('a ROUTE without an address', 'ERR 400', '{"type":"ROUTE","msg":{}}'),
  says('a ROUTE without a message', 'ERR 400', `{"type":"ROUTE","EpheWssAddr":"${NOBODY}"}`),
  says('an address that is a number', 'ERR 404', '{"type":"ROUTE","EpheWssAddr":404,"msg":{}}'),
  says('an address that is null', 'ERR 404', '{"type":"ROUTE","EpheWssAddr":null,"msg":{}}'),
  says('an address that is an object', 'ERR 400', '{"type":"ROUTE","EpheWssAddr":{},"msg":{}}'),
  says('an address that is too long', 'ERR 404', route('a'.repeat(257), '1')),
  says('an address that is empty', 'ERR 404', route('', '1')),
  says(
    'an address that every object has',
    '4 ERR 404',
    ...['__proto__', 'constructor', 'toString', 'size'].map((name) => route(name, '1')),
  ),
  says(
    'types that every object has',
    '3 ERR 400',
    '{"type":"__proto__"}',
    '{"type":"constructor"}',
    '{"type":"hasOwnProperty"}',
  ),
  says('a type in __proto__', 'ERR 400', '{"__proto__":{"type":"INIT"}}'),
  says('a message in __proto__', 'ERR 400', `{"type":"ROUTE","EpheWssAddr":"${NOBODY}","__proto__":{"msg":1}}`),
  says('acknowledgements in __proto__', 'INITRESP', '{"type":"INIT","__proto__":{"ack":true}}'),
  says('a message that is 100,000 arrays deep', 'ERR 404', route(NOBODY, '['.repeat(100_000) + ']'.repeat(100_000))),
  says(
    'an INIT with 10,000 fields',
    'INITRESP',
    `{${Array.from({ length: 10_000 }, (_, n) => `"f${n}":0,`).join('')}"type":"INIT"}`,
  ),
  says('a binary frame', 'ERR 400', new TextEncoder().encode('{"type":"INIT"}')),
  says('10,000 INITs', '15 INITRESP, 9985 ERR 429', ...Array.from({ length: 10_000 }, () => '{"type":"INIT"}')),
  says('a ROUTE to an unknown address', 'ERR 404', route(NOBODY, '1')),
  says('an INITRESP', 'ERR 405', `{"type":"INITRESP","EpheWssAddr":"${NOBODY}"}`),
  says('a DELIVER', 'ERR 405', '{"type":"DELIVER","msg":{}}'),
  says('an ERR', 'ERR 405', '{"type":"ERR","errCode":404,"errMsg":"Socket address not found"}'),
  says('an ERROR', 'ERR 405', '{"type":"ERROR","errCode":0,"errMsg":""}'),
  says(
    'an ACK, a LEAVE and a LEFT that were not agreed on',
    '3 ERR 405',
    '{"type":"ACK","id":"1"}',
    '{"type":"LEAVE"}',
    '{"type":"LEFT"}',
  ),
  [
    'a ROUTE to oneself',
    deliver('"it is me"'),
    ({ url }) =>
      offend(url, async (peer) => {
        peer.send(route(peer.address, '"it is me"'));
        return peer.frame();
      }),
  ],
  [
    'a ROUTE to a bystander in upper case',
    'ERR 404',
    ({ url, bystanders }) =>
      offend(url, async (peer) => summary(await peer.answers(route(bystanders.left.address.toUpperCase(), '1')))),
  ],
  [
    'a ROUTE to an address that was closed',
    'ERR 404',
    async ({ url }) => {
      let address = '';
      await offend(url, async (peer) => {
        address = peer.address;
        peer.socket.close(1000);
        return `closed ${await peer.closed}`;
      });
      return offend(url, async (peer) => {
        await peer.noticesThatNobodyIsAt(address);
        return summary(await peer.answers(route(address, '1')));
      });
    },
  ],
  [
    'a frame at the limit',
    'whole',
    ({ url }) =>
      offend(url, async (peer) => {
        const frame = frameOf(peer.address, LIMIT);
        peer.send(frame);
        const room = LIMIT - route(peer.address, '""').length;
        return (await peer.frame()) === deliver(`"${'x'.repeat(room)}"`) ? 'whole' : 'not whole';
      }),
  ],
  isHungUpOn('a frame one byte over the limit', 1009, (peer) => peer.send(frameOf(peer.address, LIMIT + 1))),
  isHungUpOn('a message one byte over the limit, in two frames', 1009, (peer) =>
    peer.sendInTwo(frameOf(peer.address, LIMIT + 1)),
  ),
  isHungUpOn('invalid UTF-8', 1007, (peer) => peer.sendAsText(Uint8Array.of(0x22, 0xff, 0x22))),
  isHungUpOn('a hundred frames that are not JSON', 1008, (peer) => {
    for (let n = 0; n < 100; n += 1) peer.send('garbage');
  }),
  isHungUpOn('a hundred messages that only a server sends', 1008, (peer) => {
    for (let n = 0; n < 100; n += 1) peer.send('{"type":"DELIVER","msg":{}}');
  }),
  breaksTheFrame('a frame without a mask', 1002, (peer) => peer.write(1, '{}', { masked: false })),
  breaksTheFrame('a frame that promises 2^62 bytes', 1009, (peer) =>
    peer.socket.write(Uint8Array.of(0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4)),
  ),
  breaksTheFrame('a message in 20,000 pieces', 1008, (peer) => {
    peer.write(1, 'x', { fin: false });
    for (let n = 0; n < 20_000; n += 1) peer.write(0, 'x', { fin: false });
  }),
  vanishes('a peer killed in mid-frame', (peer) => peer.socket.write(halfAFrame, () => peer.socket.destroy())),
  vanishes('a peer reset in mid-frame', (peer) => peer.socket.write(halfAFrame, () => peer.socket.resetAndDestroy())),
  vanishes('a peer killed between two frames of a message', (peer) => {
    peer.write(1, '{"type":', { fin: false });
    peer.socket.destroy();
  }),
  vanishes('a peer that closes its half of the connection in mid-frame', (peer) => peer.socket.end(halfAFrame)),
  vanishes('a half-open peer: it answers no ping', () => {}),
  vanishes('a peer that sends pings and never reads', (peer) => {
    peer.socket.pause();
    for (let n = 0; n < 100_000; n += 1) peer.write(9, 'x'.repeat(125));
  }),
  speaksNoWebSocket(
    'a handshake with a broken key',
    '400',
    ...upgrade,
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: no',
  ),
  speaksNoWebSocket(
    'a handshake of an unknown version',
    '400',
    ...upgrade,
    'Sec-WebSocket-Version: 12',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ),
  speaksNoWebSocket('what is not HTTP', '400', 'INIT'),
];
