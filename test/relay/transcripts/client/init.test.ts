/** "INIT - Requests from a client for a new ephemeral address"; "INITRESP - Response from the server containing that address". */
import { ALICE, BOB, deliver, pythonInitresp, useScriptedRelay } from '../peer.ts';

const relay = useScriptedRelay();

it('asks for an address with exactly the INIT of the text', async () => {
  void relay.open().catch(() => {});
  const peer = await relay.accept();
  expect(await peer.frame()).toBe('{"type":"INIT"}');
});

it('asks for acknowledgements, unless told otherwise, with a field that the original ignores', async () => {
  void relay.open({ ack: true }).catch(() => {});
  const peer = await relay.accept();
  expect(await peer.frame()).toBe('{"type":"INIT","ack":true}');
});

describe('takes the address from the INITRESP', () => {
  it.each([
    ['of the text', `{"type":"INITRESP","EpheWssAddr":"${ALICE}"}`],
    ['as the original writes it', '{"type": "INITRESP", "EpheWssAddr": "927ec270029f4fb3976cec0a2bd67e16"}'],
    ['with line breaks', `{\n    "type":"INITRESP",\n    "EpheWssAddr":"${ALICE}"\n}\n`],
    ['in another order', `{"EpheWssAddr":"${ALICE}","type":"INITRESP"}`],
    ['with escapes', `{"type":"\\u0049NITRESP","EpheWssAddr":"\\u0039${ALICE.slice(1)}"}`],
    [
      'with fields that it does not know',
      `{"type":"INITRESP","EpheWssAddr":"${ALICE}","motd":"hi","ack":"yes","ttl":5}`,
    ],
  ])('%s', async (_, initresp) => {
    const { client } = await relay.meet({}, initresp);
    expect(client.address).toBe(ALICE);
  });
});

it('takes an address that is no hex: it is whatever the server says', async () => {
  const { client } = await relay.meet({}, '{"type":"INITRESP","EpheWssAddr":"an address/ñ"}');
  expect(client.address).toBe('an address/ñ');
});

it('asks for acknowledgements in vain of a server that only knows the text, and works without', async () => {
  const { client, peer } = await relay.meet({ ack: true });
  expect(client.address).toBe(ALICE);
  expect(await client.route(BOB, { hello: 'stranger' })).toEqual({ outcome: 'sent' });
  expect(await peer.frame()).toBe(`{"type":"ROUTE","EpheWssAddr":"${BOB}","msg":{"hello":"stranger"}}`);
});

it('says nothing after its INIT until it is told to', async () => {
  const { client, peer } = await relay.meet();
  await client.close();
  await peer.closed;
  expect(peer.unread()).toEqual([]);
});

describe('survives, before its INITRESP,', () => {
  it.each([
    ['a DELIVER', '{"type": "DELIVER", "msg": {"early": true}}'],
    ['an ERR without errMsg', '{"type":"ERR","errCode":404}'],
    ['a type that it does not know', '{"type":"WELCOME","motd":"hi"}'],
    ['a message of acknowledgement', '{"type":"ACK","id":"1"}'],
    ['a message of a client', '{"type":"INIT"}'],
    ['garbage', 'garbage'],
    ['nothing', ''],
    ['an INITRESP without an address', '{"type":"INITRESP"}'],
    ['an INITRESP with an empty address', '{"type":"INITRESP","EpheWssAddr":""}'],
    ['an INITRESP with a number for an address', '{"type":"INITRESP","EpheWssAddr":5}'],
    ['an INITRESP with a prototype for an address', `{"type":"INITRESP","__proto__":{"EpheWssAddr":"${BOB}"}}`],
  ])('%s', async (_, early) => {
    const opening = relay.open();
    const peer = await relay.accept();
    await peer.frame();
    peer.send(early);
    peer.send(pythonInitresp(ALICE));
    const client = await opening;
    expect(client.address).toBe(ALICE);
    const deliveries = client.deliveries();
    peer.send(deliver('"late"'));
    const received: unknown[] = [];
    for await (const { msg } of deliveries) {
      received.push(msg);
      if (msg === 'late') break;
    }
    expect(received.at(-1)).toBe('late');
  });
});

it.each(['{"type": "ERR", "errCode": 429, "errMsg": "Too many"}', '{"type":"ERROR","errCode":0,"errMsg":""}'])(
  'gives up on a server that answers its INIT with an error, and says so: %s',
  async (err) => {
    const opening = relay.open();
    const refused = expect(opening).rejects.toMatchObject({ code: 'notOpened' });
    (await relay.accept()).send(err);
    await refused;
  },
);

it('gives up on a server that says nothing, and says so', async () => {
  await expect(relay.open({ attempts: 0, timeout: 30 })).rejects.toMatchObject({ code: 'notOpened' });
});

it('gives up on a server that only says garbage, and says so', async () => {
  const opening = relay.open({ attempts: 0, timeout: 30 });
  const refused = expect(opening).rejects.toMatchObject({ code: 'notOpened' });
  (await relay.accept()).send('garbage');
  await refused;
});

it('gives up where nobody listens, and says so', async () => {
  await relay.stop();
  await expect(relay.open({ attempts: 2 })).rejects.toMatchObject({ code: 'notOpened' });
});

it('stops opening when told to', async () => {
  const stop = new AbortController();
  const opening = relay.open({ signal: stop.signal });
  const refused = expect(opening).rejects.toThrow('enough');
  const peer = await relay.accept();
  await peer.frame();
  stop.abort(new Error('enough'));
  await refused;
  await peer.closed;
});
