/** The two parties of a channel, bound for the path tests: their frames as they are on a WebSocket. */
import { initiator } from '../../../../machines/channel/initiator.ts';
import type { PartyEmitted, PartyEvent } from '../../../../machines/channel/partyRules.ts';
import { responder } from '../../../../machines/channel/responder.ts';
import { encodeChannel, isReport, partyEvent } from '../../../../src/channel/wire.ts';
import type { Binding } from '../../../harness/binding.ts';

const info = (event: string) => encodeChannel({ action: 'info', payload: { event } });

function frameOf(event: PartyEvent): string | undefined {
  switch (event.type) {
    case 'received.malformed':
      return 'hello';
    case 'received.info.other':
      return 'event' in event ? info(event.event) : undefined;
    case 'received.on_chain_tx':
      return event.seen.kind === 'unreadable'
        ? undefined
        : encodeChannel({ action: 'on_chain_tx', payload: { tx: event.seen.tx } });
    case 'received.update':
      return event.seen.kind === 'unreadable'
        ? undefined
        : encodeChannel({ action: 'update', payload: { state: event.seen.tx } });
    case 'received.message':
      return 'message' in event ? encodeChannel({ action: 'message', payload: { message: event.message } }) : undefined;
    default:
      if ('message' in event) return encodeChannel(event.message);
      return event.type.startsWith('received.info.') ? info(event.type.slice('received.info.'.length)) : undefined;
  }
}

function eventOf(frame: string | Uint8Array, expected: PartyEvent): PartyEvent {
  const event = partyEvent(frame);
  // Whether both have signed is what the host looks at, beside the wire.
  if (!isReport(event)) return event;
  return { ...event, isCoSigned: 'isCoSigned' in expected && expected.isCoSigned };
}

const encode = (effect: PartyEmitted) => (effect.type === 'send' ? encodeChannel(effect.message) : '');

export const initiatorBinding: Binding<typeof initiator> = { machine: initiator, encode, frameOf, eventOf };
export const responderBinding: Binding<typeof responder> = { machine: responder, encode, frameOf, eventOf };
