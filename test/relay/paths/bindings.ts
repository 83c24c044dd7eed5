/** The relay's two roles, bound for the path tests. */
import { client } from '../../../machines/relay/client.ts';
import type { Message } from '../../../machines/relay/messages.ts';
import { server } from '../../../machines/relay/server.ts';
import { clientEvent, relayWire, serverEvent } from '../../../src/relay/wire.ts';
import type { Binding } from '../../harness/binding.ts';

const notJson = 'this is not JSON';

/** The frame of a received message: what the peer must send so that the role is told it. */
function frameOf(event: { readonly type: string; readonly message?: Message }): string | undefined {
  if (event.type === 'received.malformed') return notJson;
  return 'message' in event ? relayWire.encode(event.message) : undefined;
}

export const clientBinding: Binding<typeof client> = {
  machine: client,
  encode: (effect) => (effect.type === 'send' ? relayWire.encode(effect.message) : ''),
  frameOf,
  eventOf: (frame) => clientEvent(frame),
};

export const serverBinding: Binding<typeof server> = {
  machine: server,
  encode: (effect) => (effect.type === 'send' ? relayWire.encode(effect.message) : ''),
  frameOf,
  eventOf: (frame, expected) =>
    serverEvent(frame, () => (expected.type === 'received.INIT' && 'fresh' in expected ? expected.fresh : '')),
};
