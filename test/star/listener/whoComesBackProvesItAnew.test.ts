/** "Re-execute the crypto challenge on the `reconnect` event": each join has a challenge of its own, and one server of several is enough. */
import { createIdentity } from '../../../src/star/index.ts';
import { over, usePeers, wires } from '../peers.ts';
import { eventually } from '../world.ts';

const { serve, peer, script } = usePeers();

describe.each(wires)('over %s://', (wire) => {
  it('joins again, with a fresh signature, when the server is there again', async () => {
    const first = await serve();
    const identity = await createIdentity();
    const signed: string[] = [];
    const node = await peer(over(wire, first.url), {
      identity: {
        ...identity,
        sign: (bytes, signal) => {
          signed.push(Buffer.from(bytes).toString());
          return identity.sign(bytes, signal);
        },
      },
    });
    const lost = new Promise((resolve) => node.on('disconnected', resolve));
    const joined = new Promise((resolve) => node.on('joined', resolve));
    await first.close();
    await lost;
    expect(node.addresses).toEqual([]);
    const again = await serve({ port: Number(new URL(first.url).port) });
    await joined;
    expect(again.star.peers).toBe(1);
    expect(new Set(signed).size).toBe(2);
  });

  it('starts while one of several servers is there, and joins the other when that comes', async () => {
    const gone = await serve();
    await gone.close();
    const { url } = await serve();
    const node = await peer([over(wire, gone.url), over(wire, url)]);
    expect(node.addresses).toHaveLength(1);
    expect(node.servers.map((server) => server.url)).toEqual([over(wire, gone.url), over(wire, url)]);
    await serve({ port: Number(new URL(gone.url).port) });
    await eventually(() => node.addresses.length === 2);
    await node.close();
  });
});

it('says why, when no server is there', async () => {
  const gone = await serve();
  await gone.close();
  await expect(peer([gone.url, `${gone.url}/star`])).rejects.toMatchObject({
    name: 'ConnectionLost',
    code: 'notOpened',
  });
  await expect(peer(gone.url)).rejects.toMatchObject({ name: 'ConnectionLost', code: 'notOpened' });
  await expect(peer('ftp://127.0.0.1')).rejects.toMatchObject({ name: 'LocalMisuse', code: 'badUrl' });
  await expect(peer([])).rejects.toMatchObject({ name: 'LocalMisuse', code: 'badUrl' });
});

it('takes an empty object for the error that it was', async () => {
  const { url, lines } = await script();
  const joining = peer(url);
  const line = await lines.take();
  await line.until('ss-join');
  line.raw('{"answer":0,"args":[{}]}');
  await expect(joining).rejects.toMatchObject({ name: 'StarRefused', code: 'refused' });
});

it('signs no more than a nonce, and only one for a join', async () => {
  const { url, lines } = await script();
  const challenged = async (nonce: string) => {
    const joining = peer(url);
    const line = await lines.take();
    const { callback } = await line.until('ss-join');
    line.say({ event: 'ss-join.reply', replyTo: callback, nonce });
    return { joining, line };
  };
  const { joining } = await challenged('noise-libp2p-static-key:0123456789');
  await expect(joining).rejects.toMatchObject({ name: 'StarRefused', code: 'notSigned' });
  const { joining: again, line } = await challenged('0123-4567');
  const { callback } = await line.until('ss-join');
  line.say({ event: 'ss-join.reply', replyTo: callback, nonce: '89ab-cdef' });
  await expect(again).rejects.toMatchObject({ name: 'StarRefused', code: 'refused' });
});

it('does not wait for ever: for a server that does not answer, and for a key that does not sign', async () => {
  const { url, lines } = await script();
  await expect(peer(url, { timeout: 50 })).rejects.toMatchObject({ name: 'DeadlinePassed', code: 'unanswered' });
  const identity = await createIdentity();
  const joining = peer(url, { timeout: 500, identity: { ...identity, sign: () => new Promise(() => {}) } });
  await lines.take();
  const line = await lines.take();
  const { callback } = await line.until('ss-join');
  line.say({ event: 'ss-join.reply', replyTo: callback, nonce: '0123-4567' });
  await expect(joining).rejects.toMatchObject({ name: 'StarRefused', code: 'notSigned' });
});

it('gives up when it is told to', async () => {
  const { url, lines } = await script();
  const stop = new AbortController();
  const joining = peer(url, { signal: stop.signal });
  await (await lines.take()).until('ss-join');
  stop.abort(new Error('enough'));
  await expect(joining).rejects.toThrow('enough');
  await expect(peer(url, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
});
