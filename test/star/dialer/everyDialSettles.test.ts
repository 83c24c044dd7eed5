/** A dial has an outcome, whatever the other peer, the server or the line does. */
import { all, connected, over, say, usePeers, wires } from '../peers.ts';
import { addressOf, generations } from '../world.ts';

const { serve, peer, script, old } = usePeers();
const nobody = '12D3KooWSiU8kURPUAKd4SgMPFwp7KWELQXnSVgJUGVb9bNDsG7x';

describe.each(wires)('over %s://', (wire) => {
  it('is refused where nobody has the address', async () => {
    const { url } = await serve();
    const node = await peer(over(wire, url));
    await expect(node.dial(addressOf(nobody))).rejects.toMatchObject({ name: 'StarRefused', code: 'peerNotFound' });
  });

  it('is refused by a listener, with its reason', async () => {
    const { url } = await serve({ challenge: false });
    const node = await peer(over(wire, url));
    const friend = await old(url);
    friend.answer = (answer) => answer('not today');
    await friend.join(addressOf(nobody));
    await expect(node.dial(addressOf(nobody))).rejects.toMatchObject({
      code: 'refused',
      message: 'The dial was refused: not today',
    });
  });

  it('ends where the listener never answers', async () => {
    const { url } = await serve({ challenge: false });
    const node = await peer(over(wire, url));
    const friend = await old(url);
    friend.answer = () => {};
    await friend.join(addressOf(nobody));
    await expect(node.dial(addressOf(nobody), { timeout: 50 })).rejects.toMatchObject({
      name: 'DeadlinePassed',
      code: 'unanswered',
    });
    expect(node.servers).toMatchObject([{ streams: 0 }]);
  });

  it('ends when it is told to', async () => {
    const { url } = await serve({ challenge: false });
    const node = await peer(over(wire, url));
    const friend = await old(url);
    friend.answer = () => {};
    await friend.join(addressOf(nobody));
    const stop = new AbortController();
    const dialling = node.dial(addressOf(nobody), { signal: stop.signal });
    await friend.until('ss-incomming');
    stop.abort(new Error('enough'));
    await expect(dialling).rejects.toThrow('enough');
    await expect(node.dial(addressOf(nobody), { signal: stop.signal })).rejects.toThrow('enough');
  });

  it('ends both ways of an open dial when the other peer goes', async () => {
    const { url } = await serve();
    const [alice, bob] = [await peer(over(wire, url)), await peer(over(wire, url))];
    const [dialled] = await connected(alice, bob);
    const reading = all(dialled.readable);
    await bob.close();
    await expect(reading).rejects.toMatchObject({ name: 'StreamCut' });
    dialled.abort();
    await dialled.closed;
  });

  it('talks with the clients of old, both ways', async () => {
    const { url } = await serve({ challenge: false });
    const node = await peer(over(wire, url));
    const friend = await old(url, generations['socket.io 2']);
    await friend.join(addressOf(nobody));
    const connection = await node.dial(addressOf(nobody));
    const id = connection.id;
    await friend.until('accept', `${id}.listener`);
    void say(connection.writable, 'hello');
    const [, , chunk] = await friend.until('queue', `${id}.dialer`);
    expect(String(chunk)).toBe('hello');
    await friend.until('error', `${id}.dialer`, true);
    friend.queue(`${id}.listener`, Buffer.from('hello yourself'));
    friend.end(`${id}.listener`);
    expect(await all(connection.readable)).toBe('hello yourself');
    await connection.closed;

    const incoming = node.incoming();
    const answered = friend.dial(addressOf(nobody), node.address, 'theirs');
    const { value } = await incoming.next();
    expect(await answered).toEqual([]);
    friend.accept('theirs.listener');
    await friend.until('accept', 'theirs.dialer');
    friend.queue('theirs.dialer', Buffer.from('from of old'));
    friend.end('theirs.dialer', 'the disk is full');
    expect(value.observed).toEqual([addressOf(nobody)]);
    await expect(all(value.readable)).rejects.toMatchObject({ name: 'StreamCut', message: 'the disk is full' });
  });
});

it('ends when the server goes in the middle of it', async () => {
  const { url, lines } = await script();
  const joining = peer(url);
  const line = await lines.take();
  await line.admit();
  const node = await joining;
  const dialling = node.dial(addressOf(nobody));
  await line.until('ss-dial');
  line.cut();
  await expect(dialling).rejects.toMatchObject({ name: 'ConnectionLost', code: 'lost' });
  await expect(node.dial(addressOf(nobody))).rejects.toMatchObject({ name: 'ConnectionLost', code: 'notJoined' });
});

it('ends a stream that is never accepted', async () => {
  const { url, lines } = await script();
  const joining = peer(url, { limits: { acceptTimeout: 50 } });
  const line = await lines.take();
  await line.admit();
  const node = await joining;
  const dialling = node.dial(addressOf(nobody));
  const { callback } = await line.until('ss-dial');
  line.say({ event: 'ss-dial.reply', replyTo: callback });
  const { writable } = await dialling;
  await expect(say(writable, 'anybody?')).rejects.toMatchObject({ name: 'DeadlinePassed', code: 'notAccepted' });
});

it('refuses what waits beyond the backlog, and takes again what was looked at', async () => {
  const { url } = await serve();
  const [alice, bob] = [await peer(url), await peer(url, { backlog: 2 })];
  const first = await alice.dial(bob.address);
  await alice.dial(bob.address);
  await expect(alice.dial(bob.address)).rejects.toMatchObject({ name: 'StarRefused', code: 'refused' });
  const incoming = bob.incoming();
  const { value } = await incoming.next();
  expect(value.id).toBe(first.id);
  await alice.dial(bob.address);
});
