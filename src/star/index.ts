/** `statewire/star`: peers that find and reach each other through a rendezvous server. */
export {
  type DialCause,
  type DialerEmitted,
  type DialerEvent,
  type DialerInput,
  dialer,
} from '../../machines/star/dialer.ts';
export {
  type ListenerEmitted,
  type ListenerEvent,
  type ListenerInput,
  listener,
} from '../../machines/star/listener.ts';
export {
  type StreamEmitted,
  type StreamEvent,
  type StreamInput,
  stream,
} from '../../machines/star/stream.ts';
export { addressAt, type JoinOptions, joinStar } from './connect.ts';
export { StarConnection } from './connection.ts';
export { StarRefused, StreamCut } from './faults.ts';
export { createIdentity, type Identity, identityFromPem, identityOf } from './identity.ts';
export { KnownPeers, type PeerChange } from './known.ts';
export { type DialOptions, StarNode, type StarNodeOptions, type StarNotice } from './node.ts';
export { defaultStreamLimits, type StreamLimits } from './streamLimits.ts';
