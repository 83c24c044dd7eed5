/** Our own messages do not exist in the dialect; and what the origin may not say is a fault of its, told in half a sentence. */
import fc from 'fast-check';
import type { State, ToPayee } from '../../../machines/streaming/messages.ts';
import type { Packet } from '../../../src/packet.ts';
import { tontube } from '../../../src/streaming/tontube.ts';

const publicKey = '07'.repeat(32);
const signature = '09'.repeat(64);
const signed = { sequence: 1, sent: '10000000' };
const state: State = {
  channel_id: '00'.repeat(16),
  channel_address: 'address',
  client_wallet_address: 'wallet',
  client_public_key: publicKey,
  client_balance: '50000000',
  server_balance: '0',
  client_sequence_number: 0,
  client_signature: null,
};

it('of ours', () => {
  const ours: ToPayee[] = [
    { event: 'refund', state },
    { event: 'topUp', publicKey, deposit: '1' },
    { event: 'pause', publicKey },
    { event: 'close', publicKey, signature, signed },
    { event: 'receipt', publicKey },
  ];
  for (const message of ours) expect(tontube.encode(message, { channel: state })).toBeUndefined();
  const hello = { extensions: true, stream: 'news' } as const;
  const packet = { type: 'event', event: 'publicKey', args: [] };
  expect(tontube.encode({ event: 'publicKey', hello }, { channel: null })).toEqual(packet);
});

it('and no payment before its channel is known', () => {
  expect(() => tontube.encode({ event: 'pay', signature, signed }, { channel: null })).toThrow('not known yet');
  expect(() => tontube.encode({ event: 'pay', signature }, { channel: state })).toThrow('not known yet');
});

const heard = (event: string, ...args: readonly unknown[]) => tontube.decode({ type: 'event', event, args });

it('what it says otherwise is a fault', () => {
  const fault = (event: string) => ({ ok: false, fault: `${event} with wrong or missing arguments` });
  expect(heard('publicKey', new Uint8Array(31), 'wallet')).toEqual(fault('publicKey'));
  expect(heard('publicKey', new Uint8Array(32))).toEqual(fault('publicKey'));
  expect(heard('latestState', 'END')).toEqual(fault('latestState'));
  expect(heard('latestState')).toEqual(fault('latestState'));
  expect(heard('secret', 0.5)).toEqual(fault('secret'));
  expect(heard('secret', '0'.repeat(129))).toEqual(fault('secret'));
  for (const event of ['closed', 'constructor', '__proto__']) {
    expect(heard(event)).toEqual({ ok: false, fault: 'an unknown event' });
  }
  expect(tontube.decode({ type: 'answer', id: 1, args: [] })).toEqual({ ok: false, fault: 'an answer to nothing' });
  expect(tontube.decode({ type: 'bad', reason: 'it is not JSON' })).toEqual({ ok: false, fault: 'it is not JSON' });
  expect(heard('latestState', 'end')).toEqual({ ok: true, message: { event: 'latestState', state: null } });
  expect(heard('pay', 'and', 'more')).toEqual({ ok: true, message: { event: 'pay' } });
});

it('and nothing that it can say is thrown', () => {
  const events = fc.constantFrom('publicKey', 'latestState', 'pay', 'secret', 'newChannel');
  const args = fc.array(fc.anything({ withTypedArray: true, withNullPrototype: true, withBigInt: true }));
  fc.assert(
    fc.property(events, args, (event, given) => {
      const packet: Packet = { type: 'event', event, args: given };
      expect(typeof tontube.decode(packet).ok).toBe('boolean');
    }),
  );
});
