/** "ROUTE - Client request to route a message to a target"; "DELIVER - Server message to a client containing a message for them". */
import { deliver, NOBODY, NOT_FOUND, route, useRelay } from '../peer.ts';

const relay = useRelay();

it('relays the msg of a ROUTE to its target as a DELIVER with type and msg, not even telling who sent it', async () => {
  const [alice, bob] = [await relay.settled(), await relay.settled()];
  alice.send(`{"type":"ROUTE","EpheWssAddr":"${bob.address}","msg":{"hello":"stranger"}}`);
  expect(await bob.frame()).toBe('{"type":"DELIVER","msg":{"hello":"stranger"}}');
});

it("takes the text's example of ROUTE with its line breaks", async () => {
  const [alice, bob] = [await relay.settled(), await relay.settled()];
  alice.send(`{\n    "type":"ROUTE",\n    "EpheWssAddr":"${bob.address}",\n    "msg":{}\n}`);
  expect(await bob.frame()).toBe('{"type":"DELIVER","msg":{}}');
});

it('lets two strangers that have exchanged their addresses talk both ways', async () => {
  const [alice, bob] = [await relay.settled(), await relay.settled()];
  alice.send(route(bob.address, '{"g_to_y":"04ab","enc_msg":"c0ffee"}'));
  expect(await bob.frame()).toBe(deliver('{"g_to_y":"04ab","enc_msg":"c0ffee"}'));
  bob.send(route(alice.address, '{"enc_msg":"decaf"}'));
  expect(await alice.frame()).toBe(deliver('{"enc_msg":"decaf"}'));
});

it('tells the sender nothing when a ROUTE succeeds', async () => {
  const [alice, bob] = [await relay.settled(), await relay.settled()];
  expect(await alice.answers(route(bob.address, '1'))).toEqual([]);
  expect(await bob.frame()).toBe(deliver('1'));
});

it('delivers to the target alone', async () => {
  const [alice, bob, carol] = [await relay.settled(), await relay.settled(), await relay.settled()];
  alice.send(route(bob.address, '1'));
  expect(await bob.frame()).toBe(deliver('1'));
  expect(await carol.answers()).toEqual([]);
});

it('delivers the messages of one sender in the order in which they were sent', async () => {
  const [alice, bob] = [await relay.settled(), await relay.settled()];
  const numbers = Array.from({ length: 200 }, (_, n) => `${n}`);
  for (const n of numbers) alice.send(route(bob.address, n));
  expect(await bob.frames(200)).toEqual(numbers.map(deliver));
});

it('routes for a client that has asked for no address', async () => {
  const [alice, bob] = [await relay.connect(), await relay.settled()];
  alice.send(route(bob.address, '1'));
  expect(await bob.frame()).toBe(deliver('1'));
});

it('routes to the sender itself', async () => {
  const alice = await relay.settled();
  alice.send(route(alice.address, '{"note":"to self"}'));
  expect(await alice.frame()).toBe(deliver('{"note":"to self"}'));
});

it('answers a ROUTE to an address that it does not know with ERR 404, with an address of its own or without', async () => {
  const [alice, bob] = [await relay.connect(), await relay.settled()];
  alice.send(route(NOBODY, '1'));
  expect(await alice.frame()).toBe('{"type":"ERR","errCode":404,"errMsg":"Socket address not found"}');
  expect(await bob.answers(route(NOBODY, '1'))).toEqual([NOT_FOUND]);
});

describe('compares an address as it is, letter by letter, and answers any other string with ERR 404:', () => {
  it.each<[string, (address: string) => string]>([
    ['upper case', (address) => address.toUpperCase()],
    ['shorter', (address) => address.slice(0, -1)],
    ['longer', (address) => `${address}0`],
    ['with a space', (address) => `${address} `],
    ['with a NUL', (address) => `${address}\\u0000`],
    ['empty', () => ''],
    ['a lone surrogate', () => '\\ud800'],
    ['__proto__', () => '__proto__'],
    ['constructor', () => 'constructor'],
    ['256 letters', () => 'a'.repeat(256)],
  ])('%s', async (_, change) => {
    const peer = await relay.connect();
    let address = await peer.init();
    // An address of digits only has no upper case.
    while (address === address.toUpperCase()) address = await peer.init();
    expect(await peer.answers(route(change(address), '1'))).toEqual([NOT_FOUND]);
  });
});

it.each([257, 100_000])('answers an address of %i letters as one that nobody holds', async (length) => {
  const peer = await relay.settled();
  expect(await peer.answers(route('a'.repeat(length), '1'))).toEqual([NOT_FOUND]);
});

it('takes an address written with escapes for the same address', async () => {
  const alice = await relay.settled();
  const escaped = `\\u00${alice.address.charCodeAt(0).toString(16)}${alice.address.slice(1)}`;
  expect(await alice.answers(route(escaped, '1'))).toEqual([deliver('1')]);
});

describe('takes a ROUTE however its JSON is written:', () => {
  it.each<[string, (address: string) => string]>([
    ["the original client's spacing", (to) => `{"type": "ROUTE", "EpheWssAddr": "${to}", "msg": 1}`],
    ['other order', (to) => `{"msg":1,"EpheWssAddr":"${to}","type":"ROUTE"}`],
    ['tabs and line breaks', (to) => `\r\n\t{ "type"\t:"ROUTE" ,\n"EpheWssAddr" :"${to}" , "msg"\n:\n1\t}\n`],
    ['escaped names', (to) => `{"t\\u0079pe":"\\u0052OUTE","Ephe\\u0057ssAddr":"${to}","m\\u0073g":1}`],
    ['extra fields', (to) => `{"from":"me","type":"ROUTE","ttl":5,"EpheWssAddr":"${to}","id":"7","msg":1,"ack":true}`],
    ['an extra field with a msg in it', (to) => `{"x":{"msg":2},"type":"ROUTE","EpheWssAddr":"${to}","msg":1}`],
    ['an extra field with a msg after it', (to) => `{"type":"ROUTE","EpheWssAddr":"${to}","msg":1,"x":[{"msg":2}]}`],
    ['a text that looks like a msg', (to) => `{"x":"\\"msg\\":2,","type":"ROUTE","EpheWssAddr":"${to}","msg":1}`],
    ['a prototype', (to) => `{"__proto__":{"msg":2},"type":"ROUTE","EpheWssAddr":"${to}","msg":1}`],
    ['type twice, the last counts', (to) => `{"type":"INIT","type":"ROUTE","EpheWssAddr":"${to}","msg":1}`],
    ['address twice', (to) => `{"type":"ROUTE","EpheWssAddr":"${NOBODY}","EpheWssAddr":"${to}","msg":1}`],
    ['msg twice', (to) => `{"type":"ROUTE","EpheWssAddr":"${to}","msg":{"msg":2},"msg":1}`],
    ['msg twice, once escaped', (to) => `{"type":"ROUTE","EpheWssAddr":"${to}","msg":2,"\\u006dsg":1}`],
  ])('%s', async (_, frame) => {
    const [alice, bob] = [await relay.settled(), await relay.settled()];
    expect(await alice.answers(frame(bob.address))).toEqual([]);
    expect(await bob.answers()).toEqual(['{"type":"DELIVER","msg":1}']);
  });
});

it('lets go of all addresses when it stops: they are held only in memory', async () => {
  const alice = await relay.settled();
  await relay.close();
  expect(await alice.closed).toBe(1001);
});
