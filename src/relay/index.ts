/** `statewire/relay`: messages between strangers, by ephemeral addresses. */
export { client, type Outcome, type RouteFailure } from '../../machines/relay/client.ts';
export { errors, nameOf } from '../../machines/relay/messages.ts';
export { server } from '../../machines/relay/server.ts';
export * from './client.ts';
export { relayClient } from './connect.ts';
export { type Contact, contactText, parseContact, toBase64Url } from './sealed.ts';
export { clientEvent, relayWire, serverEvent } from './wire.ts';
