/** A number of more digits than any amount has is refused and not read: to read all of them takes the time of a hundred frames. */
import { nodeEvent, partyEvent } from '../../../src/channel/wire.ts';

const digits = '9'.repeat(60_000);
const updates = ['', '-', ' ', '\n-'].map(
  (before) => `{"action":"update","tag":"new","payload":{"from":"a","to":"b","amount":${before}${digits}}}`,
);

it.each(updates)('an amount', (frame) => {
  expect(nodeEvent(frame)).toMatchObject({ type: 'received.malformed', request: frame });
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
