/** `statewire/channel`: open a channel with somebody, pay and be paid in it, and close it. */
export { initiator } from '../../machines/channel/initiator.ts';
export { type FromNode, fromNode, type ToNode, toNode } from '../../machines/channel/messages.ts';
export type { PartyEmitted, PartyEvent, PartyInput } from '../../machines/channel/party/types.ts';
export { responder } from '../../machines/channel/responder.ts';
export { type ChainAccess, type ChannelView, chainAt } from './chainAccess.ts';
export { Channel, type UpdateOptions } from './channel.ts';
export { NotAgreed } from './channelErrors.ts';
export { type OpenChannelOptions, openChannel } from './connect.ts';
export { decode, encode } from './encoding.ts';
export type { ChannelNotice, ChannelOptions, State } from './options.ts';
export { type Aborts, careful, type Policy, type Question, trusting } from './policy.ts';
export { type Seen, see } from './seen.ts';
export { type PaidOut, Watch, type WatchNotice, type WatchTerms } from './watch.ts';
export { type WatchChannelOptions, watchChannel } from './watchChannel.ts';
export { encodeChannel, partyEvent } from './wire.ts';
