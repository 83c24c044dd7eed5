/**
 * "Only messages that validate against a message type will be accepted": the original's Java client drops a message that has one field more than the text, and its
 * Python client dies of a type that it does not know. A client that has not asked for acknowledgements hears the shapes of the text and nothing else.
 */
import { NOBODY, type Peer, route, useRelay } from '../peer.ts';

const relay = useRelay({ limits: { addresses: 2, violations: 1_000 } });

const shapes = [
  /^\{"type":"INITRESP","EpheWssAddr":"[0-9a-f]{32}"\}$/,
  /^\{"type":"DELIVER","msg":.+\}$/,
  /^\{"type":"ERR","errCode":\d+,"errMsg":"[^"]+"\}$/,
];

/** Exactly the fields of the text, each of its type. */
function expectOfTheText(frame: string) {
  expect(shapes.filter((shape) => shape.test(frame))).toHaveLength(1);
  const message: unknown = JSON.parse(frame);
  expect([
    { type: 'INITRESP', EpheWssAddr: expect.any(String) },
    { type: 'DELIVER', msg: expect.anything() },
    { type: 'ERR', errCode: expect.any(Number), errMsg: expect.any(String) },
  ]).toContainEqual(message);
}

const everything = (self: string, other: string) => [
  '{"type":"INIT"}',
  '{"type":"INIT","ack":false}',
  '{"type":"INIT","id":"1"}',
  `{"type":"ROUTE","EpheWssAddr":"${self}","msg":1,"id":"1"}`,
  `{"type":"ROUTE","EpheWssAddr":"${other}","msg":2,"id":"2","ack":true}`,
  `{"type":"ROUTE","EpheWssAddr":"${NOBODY}","msg":3,"id":"3","ack":true}`,
  `{"type":"ROUTE","EpheWssAddr":"${self}","id":"4"}`,
  '{"type":"DELIVER","msg":1,"id":"5"}',
  `{"type":"INITRESP","EpheWssAddr":"${self}","ack":5}`,
  '{"type":"ERR","errCode":404,"errMsg":"","id":"6"}',
  '{"type":"ERROR","errCode":404,"errMsg":"","id":"7"}',
  '{"type":"ACK","id":"8"}',
  '{"type":"LEFT"}',
  '{"type":"PING","id":"9"}',
  'garbage',
  '{"id":"10"}',
];

it('says nothing but INITRESP, DELIVER and ERR, with their fields and no other, to a client that has not asked for more', async () => {
  const [alice, bob] = [await relay.settled(), await relay.settled()];
  const answers = await alice.answers(...everything(alice.address, bob.address));
  expect(answers.length).toBeGreaterThan(12);
  for (const frame of [...answers, ...(await bob.answers())]) expectOfTheText(frame);
});

it('names no route in the ERR 404 of a client that has not asked for acknowledgements', async () => {
  const alice = await relay.settled();
  expect(await alice.answers(`{"type":"ROUTE","EpheWssAddr":"${NOBODY}","msg":{},"id":"7"}`)).toEqual([
    '{"type":"ERR","errCode":404,"errMsg":"Socket address not found"}',
  ]);
});

describe('delivers from a client with acknowledgements to one without', () => {
  const negotiated = async (): Promise<Peer> => {
    const peer = await relay.connect();
    peer.send('{"type":"INIT","ack":true}');
    const [address = ''] = /[0-9a-f]{32}/.exec(await peer.frame()) ?? [];
    peer.address = address;
    return peer;
  };

  it('a DELIVER of the text, without a name for it', async () => {
    const [alice, bob] = [await negotiated(), await relay.settled()];
    alice.send(`{"type":"ROUTE","EpheWssAddr":"${bob.address}","msg":{"a":1},"id":"7"}`);
    expect(await bob.frame()).toBe('{"type":"DELIVER","msg":{"a":1}}');
    expect(await bob.answers()).toEqual([]);
  });

  it('and back, and tells the one without nothing, even when the other leaves', async () => {
    const [alice, bob] = [await negotiated(), await relay.settled()];
    expect(await bob.answers(route(alice.address, '1'))).toEqual([]);
    await alice.frame();
    alice.socket.terminate();
    await alice.closed;
    const carol = await relay.settled();
    await carol.noticesThatNobodyIsAt(alice.address);
    for (const frame of await bob.answers()) expectOfTheText(frame);
  });
});

it('says goodbye by the close alone', async () => {
  const alice = await relay.settled();
  await relay.close();
  expect(await alice.closed).toBe(1001);
  expect(alice.unread()).toEqual([]);
});
