/** A frame full of digits is refused as any other that is no amount, and costs no more time: a socket could stop the node with a few of them. */
import { nodeEvent, partyEvent } from '../../../src/channel/wire.ts';

const digits = '9'.repeat(60_000);
const updates = ['', '-', ' ', '\n-'].map(
  (before) => `{"action":"update","tag":"new","payload":{"from":"a","to":"b","amount":${before}${digits}}}`,
);

it.each(updates)('an amount', (frame) => {
  const start = performance.now();
  for (let time = 0; time < 50; time += 1)
    expect(nodeEvent(frame)).toMatchObject({ type: 'received.malformed', request: frame });
  expect(performance.now() - start).toBeLessThan(500);
});

it('beside a transaction it is left out', () => {
  const frame = `{"action":"sign","tag":"update","payload":{"tx":"x","updates":[{"from":"a","to":"b","amount":${digits}}]}}`;
  expect(partyEvent(frame)).toMatchObject({ type: 'received.sign.update', message: { payload: { tx: 'x' } } });
});

it('digits in a text are a text', () => {
  const frame = `{"action":"message","payload":{"info":"pi: ${digits}","to":"b"}}`;
  expect(nodeEvent(frame)).toMatchObject({ message: { payload: { info: `pi: ${digits}` } } });
});

it('an amount of 80 digits has them all', () => {
  const amount = '9'.repeat(80);
  const frame = `{"action":"update","tag":"new","payload":{"from":"a","to":"b","amount":${amount}}}`;
  expect(nodeEvent(frame)).toMatchObject({ message: { payload: { amount } } });
});
