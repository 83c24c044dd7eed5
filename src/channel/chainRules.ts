/**
 * What each transaction needs and does: the rules of the chain, one deed after the other. They are those of today's real chain, for transactions of
 * either era, but that a mutual closing must pay out all there is.
 *
 * What must never be: that a unit is made, or moves without the signature of whom it belongs to.
 */
import { fromHex, toHex } from '../bytes.ts';
import { type ChannelObject, Refusal, type Sheet } from './chainBooks.ts';
import type { OffchainState, OnChain, Posting } from './chainPosting.ts';
import type { Proof } from './poi.ts';
import { type SigningForm, signedBy } from './signing.ts';
import type {
  ChannelCloseMutual,
  ChannelCloseSolo,
  ChannelCreate,
  ChannelCreateOld,
  ChannelDeposit,
  ChannelSettle,
  ChannelSlash,
  ChannelSnapshotSolo,
  ChannelWithdraw,
  Signed,
} from './transactions.ts';

type Create = Exclude<ChannelCreate, ChannelCreateOld>;

function create(sheet: Sheet, id: string, tx: Create): void {
  const [initiator, responder] = [toHex(tx.initiator), toHex(tx.responder)];
  if (initiator === responder) throw new Refusal('The initiator and the responder are the same.');
  if (tx.initiatorAmount < tx.channelReserve || tx.responderAmount < tx.channelReserve)
    throw new Refusal('The amounts are less than the reserve of the channel.');
  sheet.useNonce(initiator, tx.nonce, 'initiator');
  sheet.spend(initiator, tx.initiatorAmount + tx.fee, 'initiator');
  sheet.spend(responder, tx.responderAmount, 'responder');
  sheet.takeFee(tx.fee);
  sheet.putChannel(id, {
    initiator,
    responder,
    amount: tx.initiatorAmount + tx.responderAmount,
    channelReserve: tx.channelReserve,
    lockPeriod: tx.lockPeriod,
    round: 1n,
    soloRound: 0n,
    stateHash: toHex(tx.stateHash),
    initiatorAmount: tx.initiatorAmount,
    responderAmount: tx.responderAmount,
    lockedUntil: 0n,
  });
}

/** Who posts it: one of the two, by its role. @throws Refusal */
function poster({ initiator, responder }: ChannelObject, account: Uint8Array) {
  const key = toHex(account);
  if (key === initiator) return { key, role: 'initiator' };
  if (key === responder) return { key, role: 'responder' };
  throw new Refusal('The account is no party of the channel.');
}

interface Paid {
  readonly nonce: bigint;
  readonly fee: bigint;
}

/** Takes nonce and fee from whoever posts it. @throws Refusal */
function pay(sheet: Sheet, channel: ChannelObject, account: Uint8Array, { nonce, fee }: Paid, also = 0n): string {
  const { key, role } = poster(channel, account);
  sheet.useNonce(key, nonce, role);
  sheet.spend(key, fee + also, role);
  sheet.takeFee(fee);
  return key;
}

function checkOpen({ lockedUntil }: ChannelObject): void {
  if (lockedUntil !== 0n) throw new Refusal('The channel is being closed by one party.');
}

function checkClosing({ lockedUntil }: ChannelObject, deed: string): void {
  if (lockedUntil === 0n) throw new Refusal(`Nobody has closed the channel alone: there is nothing to ${deed}.`);
}

function checkRound(channel: ChannelObject, round: bigint): void {
  if (round > channel.round) return;
  const known = round === channel.round ? 'already knows it' : 'knows a later one';
  throw new Refusal(`The state of round ${round} is too old: the chain ${known}.`);
}

function deposit(sheet: Sheet, id: string, channel: ChannelObject, tx: ChannelDeposit): void {
  checkOpen(channel);
  checkRound(channel, tx.round);
  pay(sheet, channel, tx.from, tx, tx.amount);
  sheet.putChannel(id, {
    ...channel,
    amount: channel.amount + tx.amount,
    round: tx.round,
    soloRound: 0n,
    stateHash: toHex(tx.stateHash),
  });
}

function withdraw(sheet: Sheet, id: string, channel: ChannelObject, tx: ChannelWithdraw): void {
  checkOpen(channel);
  checkRound(channel, tx.round);
  if (channel.amount < 2n * channel.channelReserve + tx.amount)
    throw new Refusal('Less than the reserve of both would stay in the channel.');
  sheet.earn(pay(sheet, channel, tx.to, tx), tx.amount);
  sheet.putChannel(id, {
    ...channel,
    amount: channel.amount - tx.amount,
    round: tx.round,
    soloRound: 0n,
    stateHash: toHex(tx.stateHash),
  });
}

function closeMutual(sheet: Sheet, id: string, channel: ChannelObject, tx: ChannelCloseMutual): void {
  if (tx.initiatorAmount + tx.responderAmount + tx.fee !== channel.amount)
    throw new Refusal('The amounts are not what lies in the channel.');
  if (tx.era === '2018') sheet.useNonce(channel.initiator, tx.nonce, 'initiator');
  else {
    const { key, role } = poster(channel, tx.from);
    sheet.useNonce(key, tx.nonce, role);
  }
  sheet.takeFee(tx.fee);
  payOut(sheet, id, channel, tx);
}

interface Shares {
  readonly initiatorAmount: bigint;
  readonly responderAmount: bigint;
}

function payOut(sheet: Sheet, id: string, channel: ChannelObject, shares: Shares): void {
  sheet.earn(channel.initiator, shares.initiatorAmount);
  sheet.earn(channel.responder, shares.responderAmount);
  sheet.putChannel(id, undefined);
}

/** What both have, as the proof says. @throws Refusal */
function shares(channel: ChannelObject, proof: Proof | undefined): Shares {
  const initiatorAmount = proof?.balance(fromHex(channel.initiator));
  const responderAmount = proof?.balance(fromHex(channel.responder));
  if (initiatorAmount === undefined || responderAmount === undefined)
    throw new Refusal('The proof of inclusion does not show what both have.');
  if (initiatorAmount + responderAmount > channel.amount)
    throw new Refusal('The proof of inclusion shows more than lies in the channel.');
  return { initiatorAmount, responderAmount };
}

interface Shown {
  readonly round: bigint;
  readonly stateHash: string;
}

/** @throws Refusal */
function shown(id: string, channel: ChannelObject, state: OffchainState): Shown {
  const { channelId, round, stateHash } = state.transaction;
  if (toHex(channelId) !== id) throw new Refusal('The state is one of another channel.');
  checkRound(channel, round);
  return { round, stateHash: toHex(stateHash) };
}

/** Closes with a state, from when on the lock period runs. @throws Refusal */
function lock(
  sheet: Sheet,
  { channel: id, proof }: Posting,
  channel: ChannelObject,
  last: Shown,
  height: number,
): void {
  if (proof?.isOf(fromHex(last.stateHash)) !== true)
    throw new Refusal('The proof of inclusion is not one of that state.');
  const lockedUntil = BigInt(height) + channel.lockPeriod;
  sheet.putChannel(id, { ...channel, ...last, ...shares(channel, proof), lockedUntil });
}

function settle(sheet: Sheet, id: string, channel: ChannelObject, tx: ChannelSettle, height: number): void {
  checkClosing(channel, 'settle');
  if (BigInt(height) < channel.lockedUntil)
    throw new Refusal(`It is too early: the channel is locked until block ${channel.lockedUntil}.`);
  if (tx.initiatorAmount !== channel.initiatorAmount || tx.responderAmount !== channel.responderAmount)
    throw new Refusal('The amounts are not those with which the channel was closed.');
  pay(sheet, channel, tx.from, tx);
  sheet.burn(channel.amount - tx.initiatorAmount - tx.responderAmount);
  payOut(sheet, id, channel, tx);
}

function act(sheet: Sheet, posting: Posting, tx: Exclude<OnChain, Create>, height: number): void {
  const { channel: id, state } = posting;
  const channel = sheet.channel(id);
  if (channel === undefined) throw new Refusal('There is no such channel.');
  switch (tx.type) {
    case 'channelDeposit':
      deposit(sheet, id, channel, tx);
      break;
    case 'channelWithdraw':
      withdraw(sheet, id, channel, tx);
      break;
    case 'channelCloseMutual':
      closeMutual(sheet, id, channel, tx);
      break;
    case 'channelCloseSolo':
      checkOpen(channel);
      pay(sheet, channel, tx.from, tx);
      lock(sheet, posting, channel, state === undefined ? channel : shown(id, channel, state), height);
      break;
    case 'channelSlash':
      if (state === undefined) throw new Refusal('A slash needs a state to answer with.');
      checkClosing(channel, 'slash');
      pay(sheet, channel, tx.from, tx);
      lock(sheet, posting, channel, shown(id, channel, state), height);
      break;
    case 'channelSettle':
      settle(sheet, id, channel, tx, height);
      break;
    case 'channelSnapshotSolo':
      if (state === undefined) throw new Refusal('A snapshot needs a state.');
      checkOpen(channel);
      pay(sheet, channel, tx.from, tx);
      sheet.putChannel(id, { ...channel, ...shown(id, channel, state) });
      break;
  }
}

/**
 * Does what a transaction says in the block of that height, on a sheet that is thrown away when it is refused.
 * @throws Refusal
 */
export function carryOut(sheet: Sheet, posting: Posting, height: number): void {
  const { transaction } = posting.signed;
  if (transaction.ttl !== 0n && transaction.ttl < BigInt(height))
    throw new Refusal('The transaction is too late: its ttl is over.');
  if (transaction.type === 'channelCreate') create(sheet, posting.channel, transaction);
  else act(sheet, posting, transaction, height);
}

/** Whose account gives the nonce, and its number: hexadecimal. Of a closing of 2018 the channel tells. */
export function nonceOf(transaction: OnChain, channel: ChannelObject | undefined): { owner: string; nonce: bigint } {
  const { nonce } = transaction;
  if (transaction.type === 'channelCreate') return { owner: toHex(transaction.initiator), nonce };
  if (transaction.type === 'channelWithdraw') return { owner: toHex(transaction.to), nonce };
  if ('from' in transaction) return { owner: toHex(transaction.from), nonce };
  return { owner: channel?.initiator ?? '', nonce };
}

const postedForms = { legacy: ['raw'], modern: ['network', 'networkHash'] } as const;
const stateForms = { '2018': ['raw'], today: ['network', 'networkHash'] } as const;

async function isSignedBy(
  signed: Signed,
  keys: readonly string[],
  forms: readonly SigningForm[],
  networkId: string,
): Promise<boolean> {
  if (signed.signatures.length !== keys.length) return false;
  for (const key of keys) {
    const form = await signedBy(signed, fromHex(key), networkId);
    if (form === undefined || !forms.includes(form)) return false;
  }
  return true;
}

type Alone = ChannelCloseSolo | ChannelSlash | ChannelSettle | ChannelSnapshotSolo;

const alone: ReadonlySet<OnChain['type']> = new Set<Alone['type']>([
  'channelCloseSolo',
  'channelSlash',
  'channelSettle',
  'channelSnapshotSolo',
]);

/** Whether one party may do it without the other. */
const isAlone = (transaction: OnChain): transaction is Alone => alone.has(transaction.type);

/** The parties of a channel: those who create it, or those of the channel that there is. */
function partiesOf({ channel, signed }: Posting, sheet: Sheet): readonly [string, string] {
  const { transaction } = signed;
  if (transaction.type === 'channelCreate') return [toHex(transaction.initiator), toHex(transaction.responder)];
  const known = sheet.channel(channel);
  if (known === undefined) throw new Refusal('There is no such channel.');
  return [known.initiator, known.responder];
}

/**
 * Looks at every signature: of both for what both must want, of one for what a party may do alone, and of both on the state that it shows. They
 * do not depend on anything that later blocks change: once is enough.
 *
 * @param sheet from before the transaction was carried out
 * @throws Refusal
 */
export async function checkSignatures(posting: Posting, sheet: Sheet, networkId: string): Promise<void> {
  const { signed, era, state } = posting;
  const { transaction } = signed;
  const both = partiesOf(posting, sheet);
  const signers = isAlone(transaction) ? [toHex(transaction.from)] : both;
  if (signed.signatures.length !== signers.length)
    throw new Refusal(`The transaction has not ${signers.length === 1 ? 'one signature' : 'two signatures'}.`);
  if (!(await isSignedBy(signed, signers, postedForms[era], networkId)))
    throw new Refusal(
      signers.length === 1 ? 'The poster has not signed the transaction.' : 'Not both have signed the transaction.',
    );
  if (state !== undefined && !(await isSignedBy(state, both, stateForms[state.transaction.era], networkId)))
    throw new Refusal('Not both have signed the state.');
}
