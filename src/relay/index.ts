/** `statewire/relay`: messages between strangers, by ephemeral addresses. */
export {
  type ClientEmitted,
  type ClientEvent,
  type ClientInput,
  client,
  type Outcome,
  type RouteFailure,
} from '../../machines/relay/client.ts';
export { errors, type Message, messages, nameOf } from '../../machines/relay/messages.ts';
export { type ServerEmitted, type ServerEvent, type ServerInput, server } from '../../machines/relay/server.ts';
export { RelayClient } from './client.ts';
export { relayClient } from './connect.ts';
export {
  clientDefaults,
  type Delivery,
  type Rejected,
  type RelayClientOptions,
  type RelayNotice,
  type RouteOptions,
} from './options.ts';
export { type Contact, contactText, parseContact, toBase64Url } from './sealed.ts';
export { clientEvent, relayWire, serverEvent } from './wire.ts';
