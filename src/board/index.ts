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
export { BoardClient } from './client.ts';
export { joinBoard } from './connect.ts';
export type { ProposalDraft } from './draft.ts';
export type { Interest, Offer, Opener, Opening } from './opener.ts';
export {
  type BoardClientOptions,
  type BoardNotice,
  boardClientDefaults,
  type InterestOptions,
  type OpenOptions,
  type RequestOptions,
} from './options.ts';
export { addressOf, type Claim, statementOf, type VerifyAddress, verifyKeyAddress } from './proof.ts';
export type { EndReason, Proposals } from './proposals.ts';
export type { AddressSigner } from './prover.ts';
export { BoardRefused } from './refusal.ts';
export { type ExpectedPayer, streamingOffer, streamingOpener } from './streaming.ts';
export { clientEvent, encodeToClient, encodeToServer, serverEvent } from './wire.ts';
