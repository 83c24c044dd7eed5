/** Dials that are refused, never answered, repeated, or too many: they end, with a reason, and leave nothing behind. */
import { SimulatedClock } from '../../../src/testing/index.ts';
import { address, eventually, type OldPeer, useStar } from '../world.ts';

const world = useStar();
const [alices, bobs] = [address('alice'), address('bob')];

async function pair(options: Parameters<typeof world.serve>[0] = {}) {
  const server = await world.serve({ challenge: false, ...options });
  const [alice, bob] = [await world.old(server.url), await world.old(server.url)];
  await alice.join(alices);
  await bob.join(bobs);
  return { ...server, alice, bob };
}

const silent = (peer: OldPeer) => {
  peer.answer = () => {};
};

it('a dial that nobody answers ends in time, and a late answer is no dial', async () => {
  const clock = new SimulatedClock();
  const { alice, bob, star } = await pair({ clock, limits: { dialTimeout: 1_000 } });
  let answerLate: (error?: unknown) => void = () => {};
  bob.answer = (answer) => {
    answerLate = answer;
  };
  const dialled = alice.dial(alices, bobs, 'd1');
  await bob.until('ss-incomming');
  expect(star.openDials).toBe(1);
  clock.advance(1_000);
  expect(await dialled).toEqual(['The peer has not answered the dial']);
  expect(await bob.until('error', 'd1.dialer')).toEqual(['error', 'd1.dialer', expect.any(String)]);
  expect(star.openDials).toBe(0);
  answerLate();
  await bob.settled();
  await alice.settled();
  expect({ open: star.openDials, violations: star.stats.violations }).toEqual({ open: 0, violations: 0 });
  expect(alice.heard.filter(([event]) => event !== 'ws-peer' && event !== 'accept')).toEqual([]);
});

it('20 dials that nobody answers leave nothing', async () => {
  const clock = new SimulatedClock();
  const { alice, bob, star } = await pair({ clock });
  silent(bob);
  const dials = Array.from({ length: 20 }, (_, at) => alice.dial(alices, bobs, `d${at}`));
  await eventually(() => star.openDials === 20);
  clock.advance(60_000);
  expect(new Set((await Promise.all(dials)).flat())).toEqual(new Set(['The peer has not answered the dial']));
  expect(star.openDials).toBe(0);
});

it.each([
  ['a text', 'not today', 'not today'],
  ['an object', { message: 'not today' }, 'no reason was given'],
  ['true', true, 'no reason was given'],
])('a refusal is passed on, where it is %s', async (_, refusal, heard) => {
  const { alice, bob, star } = await pair();
  bob.answer = (answer) => answer(refusal);
  expect(await alice.dial(alices, bobs, 'd1')).toEqual([heard]);
  await alice.settled();
  expect(star.openDials).toBe(0);
});

it('a dial id is used once at a time, whoever uses it', async () => {
  const { alice, bob, url, star } = await pair();
  expect(await alice.dial(alices, bobs, 'd1')).toEqual([]);
  expect(await alice.ask('ss-dial', alices, bobs, 'd1')).toEqual(['The dial id is in use']);
  expect(await bob.ask('ss-dial', bobs, alices, 'd1')).toEqual(['The dial id is in use']);
  const carol = await world.old(url);
  await carol.join(address('carol'));
  expect(await carol.ask('ss-dial', address('carol'), bobs, 'd1')).toEqual(['The dial id is in use']);
  expect(star.openDials).toBe(1);
});

it('an id is bound to its two sockets: nobody else writes, accepts or ends on it', async () => {
  const { alice, bob, url, stats } = await pair();
  const mallory = await world.old(url);
  await mallory.join(address('mallory'));
  silent(bob);
  void alice.dial(alices, bobs, 'd1');
  await bob.until('ss-incomming');
  mallory.queue('d1.dialer', Buffer.from('not from alice'));
  mallory.accept('d1.dialer');
  mallory.end('d1.dialer', 'over');
  // Nor does the other end speak for this one.
  bob.queue('d1.dialer', Buffer.from('not from alice either'));
  bob.end('d1.dialer', 'over');
  alice.accept('d1.dialer');
  await alice.settled();
  await mallory.settled();
  await bob.settled();
  bob.accept('d1.dialer');
  alice.queue('d1.dialer', Buffer.from('from alice'));
  expect(await bob.until('queue')).toEqual(['queue', 'd1.dialer', Buffer.from('from alice')]);
  expect(stats.strays).toBe(6);
});

it('a stream that is never accepted is cut in time', async () => {
  const clock = new SimulatedClock();
  const { alice, bob, star } = await pair({ clock, limits: { acceptTimeout: 1_000 } });
  bob.accepts = false;
  expect(await alice.dial(alices, bobs, 'd1')).toEqual([]);
  alice.queue('d1.dialer', Buffer.from('hello'));
  await alice.settled();
  clock.advance(1_000);
  expect(await bob.until('error', 'd1.dialer')).toEqual(['error', 'd1.dialer', 'The stream was not accepted in time.']);
  expect({ open: star.openDials, cut: star.stats.cut }).toEqual({ open: 0, cut: 2 });
});

it('a peer that goes ends its dials, both that wait and that are open', async () => {
  const { alice, bob, star } = await pair();
  expect(await alice.dial(alices, bobs, 'd1')).toEqual([]);
  alice.accept('d1.listener');
  silent(bob);
  const waiting = alice.dial(alices, bobs, 'd2');
  await bob.take(([event, id]) => event === 'ss-incomming' && id === 'd2');
  bob.socket.disconnect();
  expect(await waiting).toEqual(['The peer has gone']);
  // As the original has it.
  expect(await alice.until('error', 'd1.listener')).toEqual(['error', 'd1.listener', true]);
  expect(star.openDials).toBe(0);
  expect(await alice.dial(alices, bobs, 'd3')).toEqual(['Peer not found']);
});

it('a dialler that goes ends what it has dialled', async () => {
  const { alice, bob, star } = await pair();
  expect(await alice.dial(alices, bobs, 'd1')).toEqual([]);
  alice.queue('d1.dialer', Buffer.from('last words'));
  await alice.settled();
  alice.socket.disconnect();
  expect(await bob.until('queue')).toEqual(['queue', 'd1.dialer', Buffer.from('last words')]);
  expect(await bob.until('error')).toEqual(['error', 'd1.dialer', true]);
  await eventually(() => star.openDials === 0);
});

it('a dial that waits ends with its dialler, and its id is free', async () => {
  const { alice, bob, url, star } = await pair();
  silent(bob);
  void alice.dial(alices, bobs, 'd1');
  await bob.until('ss-incomming');
  alice.socket.disconnect();
  expect(await bob.until('error', 'd1.dialer')).toEqual(['error', 'd1.dialer', 'The peer has gone']);
  expect(star.openDials).toBe(0);
  const carol = await world.old(url);
  await carol.join(address('carol'));
  void carol.dial(address('carol'), bobs, 'd1');
  expect(await bob.until('ss-incomming')).toEqual(['ss-incomming', 'd1', address('carol')]);
});

it('what a dialler has said before it went is kept for who may still accept it, but not its id', async () => {
  const { alice, bob, url, star } = await pair();
  silent(bob);
  for (const id of ['d1', 'd2']) {
    void alice.dial(alices, bobs, id);
    await alice.until('accept', `${id}.dialer`);
    alice.queue(`${id}.dialer`, Buffer.from('last words'));
  }
  await alice.settled();
  alice.socket.disconnect();
  await eventually(() => star.connections === 1);
  bob.accept('d1.dialer');
  expect(await bob.until('queue', 'd1.dialer')).toEqual(['queue', 'd1.dialer', Buffer.from('last words')]);
  expect(await bob.until('error', 'd1.dialer')).toEqual(['error', 'd1.dialer', true]);
  expect(star.openDials).toBe(1);
  const carol = await world.old(url);
  await carol.join(address('carol'));
  bob.heard.length = 0;
  bob.answer = (answer) => answer();
  expect(await carol.dial(address('carol'), bobs, 'd2')).toEqual([]);
  expect(bob.heard.filter(([event]) => event !== 'ws-peer').slice(0, 2)).toEqual([
    ['error', 'd2.dialer', 'The peer has gone'],
    ['ss-incomming', 'd2', address('carol')],
  ]);
});

it('a dial of oneself that is not answered ends in time too', async () => {
  const clock = new SimulatedClock();
  const { alice, star } = await pair({ clock, limits: { dialTimeout: 1_000 } });
  silent(alice);
  const dialled = alice.dial(alices, alices, 'd1');
  await alice.until('ss-incomming');
  clock.advance(1_000);
  expect(await dialled).toEqual(['The peer has not answered the dial']);
  expect(star.openDials).toBe(0);
});

it('a socket may wait for so many answers, and be asked so much', async () => {
  const { alice, bob, url } = await pair({ limits: { pendingDials: 2 } });
  const carol = await world.old(url);
  await carol.join(address('carol'));
  silent(bob);
  for (const id of ['d1', 'd2']) void alice.dial(alices, bobs, id);
  await bob.until('ss-incomming');
  await bob.until('ss-incomming');
  expect(await alice.dial(alices, bobs, 'd3')).toEqual(['Too many dials: try again later']);
  expect(await carol.dial(address('carol'), bobs, 'd4')).toEqual(['The peer has too many dials to answer']);
});

it.each([
  ['between two', { dialsPerPair: 2 }, 'Too many dials: try again later'],
  ['at one', { dialsPerSocket: 2 }, 'Too many dials: try again later'],
  ['in a second', { dialsPerSecond: 0.2 }, 'Too many dials: try again later'],
  ['in a second from one network address', { dialsPerSecondPerIp: 0.2 }, 'Too many dials: try again later'],
])('dials are limited %s', async (_, limits, refusal) => {
  const { alice } = await pair({ clock: new SimulatedClock(), exempt: [], limits });
  for (const id of ['d1', 'd2']) expect(await alice.dial(alices, bobs, id)).toEqual([]);
  expect(await alice.dial(alices, bobs, 'd3')).toEqual([refusal]);
});

it.each([
  ['so many bytes', { streamBytes: 10 }, 'The dial has carried as much as it may.'],
  ['so long', { dialDuration: 1_000 }, 'The dial has lasted as long as it may.'],
])('a dial may carry or last %s', async (_, limits, reason) => {
  const clock = new SimulatedClock();
  const { alice, bob, star } = await pair({ clock, limits });
  expect(await alice.dial(alices, bobs, 'd1')).toEqual([]);
  alice.queue('d1.dialer', Buffer.alloc(10));
  await bob.until('queue');
  clock.advance(1_000);
  alice.queue('d1.dialer', Buffer.alloc(1));
  expect(await bob.until('error')).toEqual(['error', 'd1.dialer', reason]);
  expect(star.openDials).toBe(0);
});
