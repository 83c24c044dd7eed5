/** `statewire/streaming`: pay for each part of a stream, and receive its key. */
export { type DeskEmitted, type DeskEvent, type DeskInput, desk } from '../../machines/streaming/desk.ts';
export {
  type Offer,
  type State,
  type ToPayee,
  type ToPayer,
  toPayee,
  toPayer,
} from '../../machines/streaming/messages.ts';
export { type PayeeEmitted, type PayeeEvent, type PayeeInput, payee } from '../../machines/streaming/payee.ts';
export {
  type Budget,
  type PayerEmitted,
  type PayerEvent,
  type PayerInput,
  payer,
} from '../../machines/streaming/payer.ts';
export { type PlayOptions, play } from './connect.ts';
export { partSource } from './content/fetchParts.ts';
export { plain } from './plain.ts';
export * from './player.ts';
export type { Channel, Party, Scheme, Standing, Statement } from './scheme.ts';
export type { Proof, Settlement, Sight } from './settlement.ts';
export { Trust } from './trust.ts';
export { decodeToPayee, decodeToPayer, deskEvent, encodeToPayee, encodeToPayer, payerEvent } from './wire.ts';
