/** "INIT - Requests from a client for a new ephemeral address"; "INITRESP - Response from the server containing that address". */
import { addressIn, deliver, route, useRelay } from '../peer.ts';

const relay = useRelay();

it('answers INIT with INITRESP and a hex encoded random address', async () => {
  const peer = await relay.connect();
  peer.send('{"type":"INIT"}');
  expect(await peer.frame()).toMatch(/^\{"type":"INITRESP","EpheWssAddr":"[0-9a-f]{32}"\}$/);
});

it("takes the text's example of INIT with its line breaks", async () => {
  const peer = await relay.connect();
  await peer.init('{\n    "type":"INIT"\n}\n');
  expect(await peer.answers()).toEqual([]);
});

it.each([
  '{"type":"INIT","extra":{"type":"ROUTE"}}',
  '{"EpheWssAddr":"0123456789abcdef0123456789abcdef","msg":1,"type":"INIT"}',
  '{"type":"INIT","__proto__":{"type":"ROUTE"}}',
  '{"type":"INIT","constructor":1,"toString":2}',
  '{"type":"ROUTE","type":"INIT"}',
  '{"ty\\u0070e":"IN\\u0049T"}',
])('ignores what stands in an INIT beside its type: %s', async (frame) => {
  const peer = await relay.connect();
  await peer.init(frame);
  expect(await peer.answers()).toEqual([]);
});

it.each(['false', 'null', '0', '1', '"true"', '{}', '[true]'])(
  'gives an INIT with "ack":%s, which asks for no acknowledgements, the INITRESP of the text',
  async (ack) => {
    const peer = await relay.connect();
    await peer.init(`{"type":"INIT","ack":${ack}}`);
    expect(await peer.answers()).toEqual([]);
  },
);

it('answers a second INIT on a connection with a second address, and both are live', async () => {
  const [friend, peer] = [await relay.settled(), await relay.connect()];
  const first = await peer.init();
  const second = await peer.init();
  expect(second).not.toBe(first);
  expect(await friend.answers(route(first, '1'), route(second, '2'))).toEqual([]);
  expect(await peer.frames(2)).toEqual([deliver('1'), deliver('2')]);
});

it('never gives an address twice, on one connection or on several', async () => {
  const addresses = new Set<string>();
  for (let connection = 0; connection < 4; connection += 1) {
    const peer = await relay.connect();
    for (let init = 0; init < 16; init += 1) addresses.add(await peer.init());
  }
  expect(addresses.size).toBe(64);
});

it('answers the INIT for a 17th address on one connection with ERR, and the 16 stay live', async () => {
  const peer = await relay.connect();
  const first = await peer.init();
  for (let init = 1; init < 16; init += 1) await peer.init();
  expect(await peer.answers('{"type":"INIT"}')).toEqual([
    '{"type":"ERR","errCode":429,"errMsg":"Too many addresses on this connection"}',
  ]);
  expect(await peer.answers(route(first, '1'))).toEqual([deliver('1')]);
});

it('answers as many INITs sent at once, each with its own address', async () => {
  const peer = await relay.connect();
  for (let init = 0; init < 3; init += 1) peer.send('{"type":"INIT"}');
  expect(new Set((await peer.frames(3)).map(addressIn)).size).toBe(3);
});
