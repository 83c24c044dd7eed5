/** "The structure is having a `reason` and `request` holding the request being sent": as it was sent, whatever its numbers. */
import { alice, bob, mallory, World, type Wscat } from './world.ts';

const large = 10n ** 18n + 1n;
let world: World;
let initiator: Wscat;
let responder: Wscat;

beforeAll(async () => {
  world = await World.open();
  const more = { initiator_amount: `${large + 2n}`, responder_amount: '10', push_amount: '0' };
  [initiator, responder] = await world.opened({ more });
});
afterAll(() => world.close());

const request = (amount: string, from = alice.legacy, to = bob.legacy) =>
  `{ "action":"update",\n "tag":"new", "payload":{"amount": ${amount}, "from":"${from}","to":"${to}", "more":[1,{}]}}`;
const refusal = (reason: string, asked: string) =>
  `{"action":"error","payload":{"reason":"${reason}","request":${asked}}}`;

describe('a refused update', () => {
  it.each([
    ['insufficient_balance', request(`${large + 1n}`)],
    ['insufficient_balance', request(`${2n ** 64n}`)],
    ['insufficient_balance', request(`${2n ** 80n}`)],
    ['insufficient_balance', request('9', bob.legacy, alice.legacy)],
    ['negative_amount', request('-1')],
    ['negative_amount', request(`-${large}`)],
    ['invalid_pubkeys', request('1', mallory.legacy)],
    ['invalid_pubkeys', request('1', alice.legacy, mallory.legacy)],
    ['invalid_pubkeys', request('1', alice.legacy, alice.legacy)],
    ['invalid_pubkeys', request('1', 'nobody')],
    ['broken_encoding', request('1.5')],
    ['broken_encoding', request('1e400')],
    ['broken_encoding', request('"1"')],
    ['broken_encoding', request('null')],
    ['broken_encoding', '{"action":"update","tag":"new"}'],
    ['broken_encoding', '{"action":"update_ack","payload":{}}'],
    ['broken_encoding', '{"action":"update","payload":{"tx":7}}'],
    ['unknown_request', '{"action":"depart"}'],
    ['unknown_request', '{"action":"__proto__"}'],
  ])('%s: %s', async (reason, asked) => {
    initiator.type(asked);
    expect(await initiator.text()).toBe(refusal(reason, asked));
  });

  it.each(['', 'hello', '[]', '"text"', '7', '{"action":'])('broken_encoding, with no request: %p', async (asked) => {
    initiator.type(asked);
    expect(await initiator.text()).toBe(refusal('broken_encoding', 'null'));
  });

  it('leaves the channel as it was: the whole rest can be paid, to the unit', async () => {
    await world.updated(initiator, responder, large);
    initiator.type(request('1'));
    expect(await initiator.text()).toBe(refusal('insufficient_balance', request('1')));
    await world.updated(initiator, responder, large, responder);
    await world.updated(responder, initiator, 0);
    expect(responder.unread).toEqual([]);
  });
});
