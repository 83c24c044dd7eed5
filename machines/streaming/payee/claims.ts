/**
 * The states of a channel as the payee reckons with them: what was accepted, what a payer claims, and what a signature is of.
 *
 * What these functions must never do: take a figure from a message where the channel's own figures give it.
 */
import { minus } from '../../../src/money.ts';
import type { Send } from '../../../src/role.ts';
import type { Standing, Statement } from '../../../src/streaming/scheme.ts';
import type { Proof } from '../../../src/streaming/settlement.ts';
import type { Fault, State, ToPayer } from '../messages.ts';
import { askedOf, requiredFor } from './plays.ts';
import type { Accepted, Claim, PayeeContext, PayeeEvent, PayeeInput } from './types.ts';

export const none: readonly never[] = [];

export const first: Accepted = { sequence: 0, sent: '0', signature: '' };

/** What a payee begins with: nothing was accepted, and nobody plays. */
export const contextOf = (input: PayeeInput): PayeeContext => ({
  ...input,
  accepted: first,
  owed: '0',
  released: {},
  next: {},
  plays: none,
  proven: '',
  asker: '',
  wanted: '',
  isTogether: false,
  signature: '',
  reason: '',
});

/** Whether the payer has proven its key on this channel: one that has not must not keep the key from another channel. */
export const isProven = ({ accepted }: Pick<PayeeContext, 'accepted'>): boolean => accepted.sequence > 0;

export const payerOf = (event: PayeeEvent): string =>
  'from' in event ? (event.from ?? '') : 'claim' in event ? event.claim.from : '';

export function stateOf({ channel, address, deposit, accepted }: PayeeContext): State {
  return {
    channel_id: channel.id,
    channel_address: address,
    client_wallet_address: channel.payer.wallet,
    client_public_key: channel.payer.publicKey,
    client_balance: minus(deposit, accepted.sent),
    server_balance: accepted.sent,
    client_sequence_number: accepted.sequence,
    client_signature: accepted.signature === '' ? null : accepted.signature,
  };
}

/** What a payment says, as worked out here. A payer that knows only the text sends a signature and nothing else: it can only be of the next state. */
export function claimIn(context: PayeeContext, event: PayeeEvent): Claim | undefined {
  if (event.type !== 'received.pay' && event.type !== 'received.close') return undefined;
  const { from, message } = event;
  const { accepted, deposit } = context;
  const isClosing = event.type === 'received.close';
  const asked = askedOf(context, from);
  const next = { sequence: accepted.sequence + 1, sent: asked === undefined ? '0' : requiredFor(context, asked) };
  const { sequence, sent } = message.signed ?? next;
  const statement = isClosing || sent === deposit ? 'close' : 'state';
  return { from, statement, sequence, sent, deposit, signature: message.signature, isClosing };
}

/** Whether a claim that was found well signed still says what it did: nothing was accepted meanwhile, and an end is of the channel as it is. */
export const isStillRight = ({ accepted, deposit }: PayeeContext, claim: Claim): boolean =>
  (claim.isClosing ? claim.sequence > accepted.sequence : claim.sequence === accepted.sequence + 1) &&
  (claim.statement === 'state' || claim.deposit === deposit);

/** A claim is judged once, however often it is made. */
export const aboutClaim = ({ from, sequence, signature }: Claim) => `claim/${from}/${sequence}/${signature}`;

export const aboutSignature = (statement: Statement, { channel, accepted }: PayeeContext) =>
  `${statement}/${channel.id}/${accepted.sequence}/${accepted.sent}`;

export const standingOf = (
  { deposit }: PayeeContext,
  { sequence, sent }: Pick<Claim, 'sequence' | 'sent'>,
): Standing => ({
  deposit,
  sent,
  sequence,
});

/** What settles the channel as it stands: the payer's last signature, and our own of the end. */
export const proofOf = (context: PayeeContext): Proof => ({
  standing: standingOf(context, context.accepted),
  payerSignature: context.accepted.signature,
  payeeSignature: context.signature,
});

/** The signature under which a channel ends: both sides', or what only we can show. */
export const endStatement = ({ isTogether }: PayeeContext): Statement => (isTogether ? 'close' : 'refund');

export function refusal(event: PayeeEvent, fault: Fault): Send<ToPayer> & { readonly to: string } {
  const about =
    event.type === 'verified' ? (event.claim.isClosing ? 'close' : 'pay') : event.type.slice('received.'.length);
  return { type: 'send', to: payerOf(event), message: { event: 'refused', about, fault } };
}
