/** The two parties of a channel, bound for the path tests: their frames as they are on a WebSocket. */
import { initiator } from '../../../../machines/channel/initiator.ts';
import type { FromNode } from '../../../../machines/channel/messages.ts';
import type { PartyEmitted, PartyEvent } from '../../../../machines/channel/party/types.ts';
import { responder } from '../../../../machines/channel/responder.ts';
import { encodeChannel, isShowing, partyEvent } from '../../../../src/channel/wire.ts';
import { type Binding, remembering } from '../../../harness/binding.ts';

const info = (payload: Extract<FromNode, { readonly action: 'info' }>['payload']) =>
  encodeChannel({ action: 'info', payload });

/** What an `info` says beside its name. */
function extrasOf(event: PartyEvent) {
  const seen = 'seen' in event ? event.seen : undefined;
  const state = seen === undefined || seen.kind === 'unreadable' ? undefined : seen.tx;
  const fsmId = 'fsmId' in event ? event.fsmId : undefined;
  return { ...(fsmId === undefined ? {} : { fsm_id: fsmId }), ...(state === undefined ? {} : { state }) };
}

function frameOf(event: PartyEvent): string | undefined {
  switch (event.type) {
    case 'received.malformed':
      return 'hello';
    case 'received.info.other':
      return 'event' in event ? info({ event: event.event }) : undefined;
    case 'received.on_chain_tx':
      return event.seen.kind === 'unreadable'
        ? undefined
        : encodeChannel({
            action: 'on_chain_tx',
            payload: { tx: event.seen.tx, ...(event.info === undefined ? {} : { info: event.info }) },
          });
    case 'received.update':
      return event.seen.kind === 'unreadable'
        ? undefined
        : encodeChannel({ action: 'update', payload: { state: event.seen.tx } });
    case 'received.leave':
      return 'seen' in event && event.seen?.kind !== 'unreadable' && 'channelId' in event
        ? encodeChannel({ action: 'leave', channel_id: event.channelId, payload: { state: event.seen.tx } })
        : undefined;
    case 'received.pong':
      return encodeChannel({ action: 'system', tag: 'pong' });
    case 'received.message':
      return 'message' in event ? encodeChannel({ action: 'message', payload: { message: event.message } }) : undefined;
    default:
      if ('message' in event) return encodeChannel(event.message);
      return event.type.startsWith('received.info.')
        ? info({ event: event.type.slice('received.info.'.length), ...extrasOf(event) })
        : undefined;
  }
}

const read = remembering((frame) => partyEvent(frame));

function eventOf(frame: string | Uint8Array, expected: PartyEvent): PartyEvent {
  const event = read(frame);
  // Whether both have signed is what the host looks at, beside the wire.
  return isShowing(event) ? { ...event, isCoSigned: 'isCoSigned' in expected && expected.isCoSigned === true } : event;
}

const encode = (effect: PartyEmitted) => (effect.type === 'send' ? encodeChannel(effect.message) : '');

export const initiatorBinding: Binding<typeof initiator> = { machine: initiator, encode, frameOf, eventOf };
export const responderBinding: Binding<typeof responder> = { machine: responder, encode, frameOf, eventOf };
