/** Whatever a stranger sends: a typed error for the sender, nothing for the others, and the board goes on. */
import { generations, type Heard, type Raw, useBoard, type Wallet } from '../world.ts';

const proposed = { marginBalance: '10', quotePrice: '2.5', unpublishedTradeSize: '3', address: 'mallory', id: 1 };
const own = { ...proposed, address: 'alice', id: 'hers' };
const many = (count: number) => Array.from({ length: count }, (_, at) => `addr${at}`);
const propose = (fields: object): Heard => ['proposeChannel', { channelData: { ...proposed, ...fields } }];
const interest = (channel: unknown, fromAddress: unknown = 'mallory'): Heard => [
  'indicateInterest',
  { channel, fromAddress },
];

/** What is said, and the errors that it gets. */
const lines: readonly (readonly [name: string, said: readonly Heard[], errors: readonly string[]])[] = [
  ['registerAddresses without data', [['registerAddresses']], ['malformed']],
  ['registerAddresses with null', [['registerAddresses', null]], ['malformed']],
  ['registerAddresses with a text', [['registerAddresses', 'addrA1']], ['malformed']],
  ['registerAddresses with no addresses', [['registerAddresses', { addresses: [] }]], ['malformed']],
  ['registerAddresses with an address that is none', [['registerAddresses', { addresses: [7] }]], ['malformed']],
  [
    'registerAddresses with an endless address',
    [['registerAddresses', { addresses: ['x'.repeat(257)] }]],
    ['malformed'],
  ],
  ['10,000 addresses', [['registerAddresses', { addresses: many(10_000) }]], ['tooMany']],
  ['proposeChannel without data', [['proposeChannel']], ['malformed']],
  ['proposeChannel with nothing in it', [['proposeChannel', {}]], ['malformed']],
  ['an id that is an object', [propose({ id: {} })], ['malformed']],
  ['an id that is true', [propose({ id: true })], ['malformed']],
  ['an id that is null', [propose({ id: null })], ['malformed']],
  ['an empty id', [propose({ id: '' })], ['malformed']],
  ['a negative amount', [propose({ marginBalance: '-1' })], ['malformed']],
  ['NaN', [propose({ quotePrice: 'NaN' })], ['malformed']],
  ['1e400', [propose({ quotePrice: '1e400' })], ['malformed']],
  ['an amount that is a number', [propose({ quotePrice: 2.5 })], ['malformed']],
  ['an amount that is text', [propose({ unpublishedTradeSize: 'a lot' })], ['malformed']],
  ['an amount with an exponent', [propose({ quotePrice: '1e3' })], ['malformed']],
  ['an endless amount', [propose({ quotePrice: '9'.repeat(1_000) })], ['malformed']],
  ["a channel of somebody else's address", [propose({ address: 'alice' })], ['foreignAddress']],
  ['the same id twice', [propose({}), propose({ quotePrice: '3' })], ['duplicateId']],
  ["somebody else's id", [propose({ id: 'hers' })], ['duplicateId']],
  ['interest without data', [['indicateInterest']], ['malformed']],
  ['interest in nothing', [['indicateInterest', {}]], ['malformed']],
  ['interest in an unknown channel', [interest({ ...proposed, id: 'nobody' })], ['unknownChannel']],
  [
    'interest in an unknown address',
    [['indicateInterest', { targetAddress: 'nobody', fromAddress: 'mallory' }]],
    ['unknownChannel'],
  ],
  ["interest in one's own channel", [propose({}), interest(proposed)], ['ownChannel']],
  ["interest in somebody else's name", [interest(own, 'carol')], ['foreignAddress']],
  ['a withdrawal of what is not there', [['withdrawChannel', { id: 'nobody' }]], ['unknownChannel']],
  ["a withdrawal of somebody else's channel", [['withdrawChannel', { id: 'hers' }]], ['foreignAddress']],
  ['a page for one who knows none', [['nextChannels', { cursor: '1' }]], ['unexpected']],
  ['an event that nobody has defined', [['nobody', 1, 2, 3]], ['malformed']],
  ["an object's own event", [['__proto__', {}]], ['malformed']],
  ["a server's event", [['receiveChannels', {}]], ['malformed']],
  [
    'opening terms that are too long',
    [propose({ opening: { protocol: 'x', terms: 'x'.repeat(5_000) } })],
    ['malformed'],
  ],
];

const errorsIn = (heard: readonly Heard[]): unknown[] =>
  heard.filter(([event]) => event === 'boardError').map(([, said]) => Object(said)['error']);

const world = useBoard();
const peers: Readonly<Record<string, (url: string) => Promise<Raw | Wallet>>> = {
  'a plain WebSocket': world.raw,
  'socket.io 2': async (url) => world.wallet(url, generations['socket.io 2']),
};

describe.each(Object.entries(peers))('on %s', (_, open) => {
  it('every line of the table gets its error, the others nothing, and the board goes on', async () => {
    const { url, board } = await world.serve({ limits: { violations: 1_000, messagesPerSecond: 0 } });
    const alice = await world.join(url, { addresses: ['alice'] });
    await alice.propose(own);
    await world.join(url, { addresses: ['carol'] });
    const disturbed: unknown[] = [];
    for (const type of ['interest', 'refused', 'violated', 'displaced', 'disconnected'] as const)
      alice.on(type, (notice) => disturbed.push(notice));

    for (const [name, said, errors] of lines) {
      const mallory = await open(url);
      const say = (...heard: Heard) => ('say' in mallory ? mallory.say(...heard) : mallory.socket.emit(...heard));
      say('registerAddresses', { addresses: ['mallory'] });
      const heard: Heard[] = [];
      for (const each of said) {
        say(...each);
        heard.push(...(await mallory.settled()));
      }
      expect({ name, errors: errorsIn(heard) }).toEqual({ name, errors });
      if ('say' in mallory) mallory.socket.terminate();
      else mallory.socket.disconnect();
      for (const { id } of board.proposals.filter(({ address }) => address === 'mallory')) {
        const cleaner = await world.join(url, { addresses: ['mallory'] });
        await cleaner.withdraw({ id });
        await cleaner.close();
      }
    }
    expect(disturbed).toEqual([]);
    expect([...alice.proposals]).toEqual([own]);
  }, 30_000);
});

it('an id of __proto__ is an id as any other', async () => {
  const { url, board } = await world.serve();
  const old = world.wallet(url, generations['socket.io 2']);
  const ours = await world.join(url, { addresses: ['addrB'] });
  old.registerAddresses(['__proto__']);
  const proposal = { ...proposed, id: '__proto__', address: '__proto__' };
  old.proposeChannel(proposal);
  const [, list] = await old.until('receiveChannels').then(() => old.until('receiveChannels'));
  expect(Object.entries(Object(list))).toEqual([['__proto__', proposal]]);
  expect(await ours.indicateInterest(proposal)).toBe('done');
  const late = await world.join(url);
  expect([...late.proposals]).toEqual([proposal]);
  expect(board.proposals).toEqual([proposal]);
  expect(Object.keys(Object.prototype)).toEqual([]);
});

it('too many invalid messages end the connection, and no other', async () => {
  const { url } = await world.serve({ limits: { violations: 5 } });
  const [mallory, bystander] = [await world.raw(url), await world.raw(url)];
  for (let n = 0; n < 5; n += 1) mallory.say('nobody');
  expect(await mallory.until('disconnect')).toEqual(['disconnect', 1008]);
  expect(errorsIn(await bystander.settled())).toEqual([]);
});

it('a flood is told so once, and read more slowly; nobody else waits', async () => {
  const { url } = await world.serve({ limits: { messagesPerSecond: 20 } });
  const [mallory, bystander] = [await world.raw(url), await world.raw(url)];
  for (let n = 0; n < 45; n += 1) mallory.say('pinger', { msg: 'ping' });
  expect(errorsIn(await bystander.settled())).toEqual([]);
  const heard: Heard[] = [];
  while (heard.filter(([event]) => event === 'ponger').length < 45) heard.push(await mallory.next());
  expect(new Set(errorsIn(heard))).toEqual(new Set(['tooFast']));
});

it('frames that are no packets, or too large, harm nobody', async () => {
  const { url } = await world.serve();
  const [mallory, bystander] = [await world.raw(url), await world.raw(url)];
  for (const frame of ['', '{', '[]', '[1]', 'null', '{"answer":1,"args":[]}', `[${'['.repeat(5_000)}`])
    mallory.socket.send(frame);
  mallory.socket.send(new Uint8Array([1, 2, 3]));
  expect(new Set(errorsIn(await mallory.settled()))).toEqual(new Set(['malformed']));
  mallory.socket.send('x'.repeat(1_100_000));
  expect(await mallory.until('disconnect')).toEqual(['disconnect', 1009]);
  expect(errorsIn(await bystander.settled())).toEqual([]);
});
