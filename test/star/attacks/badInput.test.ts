/** Whatever a stranger sends: an answer where one waits for it, nothing for the others, and the star goes on. */
import { address, eventually, generations, type OldPeer, useStar } from '../world.ts';

const world = useStar();
const mine = address('mallory');
const alices = address('alice');
const never = address('nobody');
const stream = 'socket.io-pull-stream';

/** What is asked, and the answer. */
const asked: readonly (readonly [name: string, event: string, args: readonly unknown[], answer: readonly unknown[]])[] =
  [
    ['a join without an address', 'ss-join', [], ['Invalid multiaddr']],
    ['a join with an address that is no text', 'ss-join', [7, ''], ['Invalid multiaddr']],
    ['a join with an empty address', 'ss-join', ['', ''], ['Invalid multiaddr']],
    ['a join with no multiaddr', 'ss-join', ['hello', ''], ['Invalid multiaddr']],
    [
      'a join with an unknown protocol',
      'ss-join',
      ['/ip4/1.2.3.4/tcp/1/tls/ws/p2p-websocket-star', ''],
      ['Invalid multiaddr'],
    ],
    [
      'a join with a number that is no IP',
      'ss-join',
      [mine.replace('127.0.0.1', '1.2.3.256'), ''],
      ['Invalid multiaddr'],
    ],
    ['a join with a port that is none', 'ss-join', [mine.replace('9090', '65536'), ''], ['Invalid multiaddr']],
    ['a join with a peer id that is none', 'ss-join', [`${mine}0`, ''], ['Invalid multiaddr']],
    [
      'a join of another transport',
      'ss-join',
      [mine.replace('p2p-websocket-star', 'p2p-webrtc-star'), ''],
      ['Invalid multiaddr'],
    ],
    ['a join through a circuit', 'ss-join', [`${mine}/p2p-circuit`, ''], ['Invalid multiaddr']],
    [
      'a join with an endless address',
      'ss-join',
      [`/dns4/${'x'.repeat(600)}/ws/p2p-websocket-star`, ''],
      ['Invalid multiaddr'],
    ],
    ['a join with the address of a prototype', 'ss-join', ['__proto__', ''], ['Invalid multiaddr']],
    ['a join with data that are no text', 'ss-join', [mine, { length: 5e7 }], ['Invalid multiaddr']],
    ['a dial from an address that is not joined', 'ss-dial', [alices, mine, 'd1'], ['Not authorized for this address']],
    ['a dial to nobody', 'ss-dial', [mine, never, 'd2'], ['Peer not found']],
    ['a dial with more than it needs', 'ss-dial', [mine, never, 'd2', 'more', { and: 'more' }], ['Peer not found']],
    ['a dial to no address', 'ss-dial', [mine, 'hello', 'd3'], ['Peer not found']],
    ['a dial with an id that is no text', 'ss-dial', [mine, alices, 7], ['Invalid dial']],
    ['a dial with an empty id', 'ss-dial', [mine, alices, ''], ['Invalid dial']],
    ['a dial with an endless id', 'ss-dial', [mine, alices, 'x'.repeat(200)], ['Invalid dial']],
    ['a dial without arguments', 'ss-dial', [], ['Invalid dial']],
  ];

/** What nobody waits for. */
const said: readonly (readonly [event: string, ...args: unknown[]])[] = [
  ['nobody', 1, 2, 3],
  ['__proto__', {}],
  ['constructor'],
  ['ss-leave'],
  ['ss-leave', 7],
  ['ss-leave', alices],
  ['ss-join', mine, ''],
  ['ss-dial', mine, alices, 'd4', 'no callback'],
  ['ss-incomming', 'd5', mine],
  ['ws-peer', mine],
  ['peers', [alices], []],
  [`${stream}.accept.of-nobody.dialer`],
  [`${stream}.queue.of-nobody.dialer`, Buffer.from('hello')],
  [`${stream}.error.of-nobody.dialer`, true],
  [`${stream}.credit.of-nobody.dialer`, -1],
  [`${stream}.abort.of-nobody.dialer`, 'reason'],
  [`${stream}.queue.`, Buffer.from('hello')],
  [`${stream}.ask.d1`],
];

const peers: Readonly<Record<string, (url: string) => Promise<OldPeer>>> = Object.fromEntries(
  Object.entries(generations).map(([name, open]) => [name, (url: string) => world.old(url, open)]),
);

describe.each(Object.entries(peers))('%s', (_, open) => {
  it('is answered where it waits, and nobody else is disturbed', async () => {
    const { url, star } = await world.serve({ challenge: false, limits: { violations: 1_000, joinsPerSecond: 1_000 } });
    const [alice, mallory] = [await world.old(url), await open(url)];
    await alice.join(alices);
    await mallory.join(mine);
    await alice.until('ws-peer');

    for (const [name, event, args, answer] of asked) {
      expect({ name, answer: await mallory.ask(event, ...args) }).toEqual({ name, answer });
    }
    for (const [event, ...args] of said) mallory.socket.emit(event, ...args);
    await mallory.settled();
    expect(star.addresses().sort()).toEqual([alices, mine].sort());
    expect(alice.heard).toEqual([]);
    expect(await alice.dial(alices, mine, 'after it all')).toEqual([]);
  });
});

it('closes a connection after too many invalid messages, and no other', async () => {
  const { url, star } = await world.serve({ challenge: false, limits: { violations: 5 } });
  const [alice, mallory] = [await world.old(url), await world.old(url)];
  await alice.join(alices);
  await mallory.join(mine);
  for (let n = 0; n < 5; n += 1) mallory.socket.emit('nobody');
  await mallory.until('disconnect');
  await eventually(() => star.addresses().length < 2);
  expect(star.addresses()).toEqual([alices]);
  await alice.settled();
});

it('closes a connection whose message is over the limit, and no other', async () => {
  const { url, star } = await world.serve({ challenge: false });
  const [alice, mallory] = [await world.old(url), await world.old(url)];
  await alice.join(alices);
  await mallory.join(mine);
  mallory.queue('d1.dialer', Buffer.alloc(1_200_000));
  await mallory.until('disconnect');
  await eventually(() => star.addresses().length < 2);
  expect(star.addresses()).toEqual([alices]);
  await alice.settled();
});

it.each([
  ['{"length":5e7}', { length: 5e7 }],
  ['a Buffer that was turned into JSON', { type: 'Buffer', data: [1, 2, 3] }],
  ['an array', [1, 2, 300]],
  ['a number', 7],
  ['null', null],
])('a chunk that is %s is refused, and the bytes after it arrive', async (_, chunk) => {
  const { url, star } = await world.serve({ challenge: false });
  const [alice, bob] = [await world.old(url), await world.old(url)];
  await alice.join(alices);
  await bob.join(mine);
  await alice.dial(alices, mine, 'd1');
  alice.queue('d1.dialer', chunk);
  alice.queue('d1.dialer', Buffer.from('hello'));
  alice.queue('d1.dialer', 'a text is bytes too');
  expect(await bob.until('queue')).toEqual(['queue', 'd1.dialer', Buffer.from('hello')]);
  expect(await bob.until('queue')).toEqual(['queue', 'd1.dialer', Buffer.from('a text is bytes too')]);
  expect(star.stats.violations).toBe(1);
});
