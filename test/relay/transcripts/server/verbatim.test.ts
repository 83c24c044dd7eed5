/** "msg: JSON Object containing arbitrary message": what one client wrote is what the other reads, letter by letter. */
import { deliver, route, useRelay } from '../peer.ts';

const relay = useRelay();

describe('delivers the msg exactly as it was written:', () => {
  it.each([
    '{}',
    '{"b":1,"a":{"c":[]}}',
    '"a string"',
    '""',
    '0',
    'true',
    'null',
    '[]',
    '[1,"two",null]',
    '1.0',
    '1.10',
    '12345678901234567890',
    '123456789012345678901234567890.123456789012345678901234567890',
    '-0',
    '-0.0',
    '1E5',
    '1e-7',
    '1e400',
    '{"a":1,"a":2}',
    '{"2":"two","1":"one"}',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u0000"',
    '"x\\/y"',
    '"\\u00e9"',
    '"é"',
    '"😀 \u2028\u2029\u007f"',
    '"\\ud83d\\ude00"',
    '{"a": 1, "b": [1, 2]}',
    '{ "a"\n:\t1 }',
    '{"__proto__":{"polluted":true},"constructor":1}',
    '{"type":"ERR","errCode":404,"errMsg":"Socket address not found"}',
    '{"type":"ROUTE","EpheWssAddr":"0123456789abcdef0123456789abcdef","msg":"inner"}',
    '"}"',
    '"\\\\"',
    '"\\",\\"msg\\":\\"no"',
    '{"msg":{"msg":{"msg":"]}"}}}',
  ])('%s', async (msg) => {
    const [alice, bob] = [await relay.settled(), await relay.settled()];
    expect(await alice.answers(route(bob.address, msg))).toEqual([]);
    expect(await bob.answers()).toEqual([deliver(msg)]);
  });

  it.each([
    ['[', ']'],
    ['{"a":[', ']}'],
  ])('nested a hundred thousand deep: %s', async (open, close) => {
    const msg = `${open.repeat(100_000)}${close.repeat(100_000)}`;
    const [alice, bob] = [await relay.settled(), await relay.settled()];
    expect(await alice.answers(route(bob.address, msg))).toEqual([]);
    const frame = await bob.frame();
    expect(frame === deliver(msg)).toBe(true);
  });

  it('400,000 times «é», which the original makes three times as large', async () => {
    const msg = `"${'é'.repeat(400_000)}"`;
    const [alice, bob] = [await relay.settled(), await relay.settled()];
    expect(await alice.answers(route(bob.address, msg))).toEqual([]);
    expect(await bob.answers()).toEqual([deliver(msg)]);
  });
});

it('leaves the space around the msg behind', async () => {
  const alice = await relay.settled();
  expect(await alice.answers(route(alice.address, ' \n{"a": 1}\t '))).toEqual([deliver('{"a": 1}')]);
});
