/** `statewire/board`: propose a channel, and find who wants it. */
export {
  type ClientEmitted,
  type ClientEvent,
  type ClientInput,
  client,
  type Outcome,
  type RequestFailure,
} from '../../machines/board/client.ts';
export { type Fault, faults, keyOf, Proposal, toClient, toServer } from '../../machines/board/messages.ts';
export { type ServerEmitted, type ServerEvent, type ServerInput, server } from '../../machines/board/server.ts';
export { type ChannelTerms, channelOffer, channelOpener, type OwnOptions } from './channel.ts';
export * from './client.ts';
export { joinBoard } from './connect.ts';
export type { Interest, Offer, Opener, Opening } from './opener.ts';
export { addressOf, type Claim, statementOf, type VerifyAddress, verifyKeyAddress } from './proof.ts';
export type { EndReason, Proposals } from './proposals.ts';
export { type ExpectedPayer, streamingOffer, streamingOpener } from './streaming.ts';
export { clientEvent, encodeToClient, encodeToServer, serverEvent } from './wire.ts';
