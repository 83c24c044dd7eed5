/** What the chain shows over HTTP, in the words of the real nodes: theirs of 2018 under `/v2`, those of today under `/v3`. */
import { fromHex, toHex } from '../bytes.ts';
import type { ChainChannel } from './chainState.ts';
import { type Era, encode } from './encoding.ts';
import type { Unsigned } from './transactions.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What today's nodes call a transaction. */
const names: Readonly<Record<Unsigned['type'], string>> = {
  channelCreate: 'ChannelCreateTx',
  channelOffchain: 'ChannelOffchainTx',
  channelDeposit: 'ChannelDepositTx',
  channelWithdraw: 'ChannelWithdrawTx',
  channelCloseMutual: 'ChannelCloseMutualTx',
  channelCloseSolo: 'ChannelCloseSoloTx',
  channelSlash: 'ChannelSlashTx',
  channelSettle: 'ChannelSettleTx',
  channelSnapshotSolo: 'ChannelSnapshotSoloTx',
};

/** How each field is called and written. */
const shown: Readonly<Record<string, readonly [name: string, kind?: 'ak' | 'ch' | 'st' | 'tx' | 'pi']>> = {
  initiator: ['initiator_id', 'ak'],
  responder: ['responder_id', 'ak'],
  from: ['from_id', 'ak'],
  to: ['to_id', 'ak'],
  channelId: ['channel_id', 'ch'],
  stateHash: ['state_hash', 'st'],
  payload: ['payload', 'tx'],
  poi: ['poi', 'pi'],
  amount: ['amount'],
  channelReserve: ['channel_reserve'],
  lockPeriod: ['lock_period'],
  round: ['round'],
  ttl: ['ttl'],
  fee: ['fee'],
  nonce: ['nonce'],
};

const isFinal = ({ type }: Unsigned) => type === 'channelCloseMutual' || type === 'channelSettle';

const accounts = (keys: readonly Uint8Array[], era: Era) => keys.map((key) => encode('ak', era, key));

/** A transaction as JSON: `{type, version, channel_id, …}`. */
export function transactionView(transaction: Unsigned, era: Era): Fields {
  const final = isFinal(transaction) ? '_final' : '';
  const fields: Record<string, unknown> = {
    type: names[transaction.type],
    version: transaction.type === 'channelCreate' && transaction.era === 'today' ? 2 : 1,
  };
  for (const [field, value] of Object.entries<unknown>({ ...transaction })) {
    const [name, kind] = shown[field] ?? [];
    if (name !== undefined)
      fields[name] = value instanceof Uint8Array && kind !== undefined ? encode(kind, era, value) : value;
  }
  if ('initiatorAmount' in transaction) {
    fields[`initiator_amount${final}`] = transaction.initiatorAmount;
    fields[`responder_amount${final}`] = transaction.responderAmount;
  }
  if ('initiatorDelegates' in transaction) {
    fields['delegate_ids'] = {
      initiator: accounts(transaction.initiatorDelegates, era),
      responder: accounts(transaction.responderDelegates, era),
    };
  }
  return fields;
}

/** A channel as JSON, as today's nodes show it. */
export const channelView = (channel: ChainChannel, era: Era): Fields => ({
  id: encode('ch', era, fromHex(channel.id)),
  initiator_id: encode('ak', era, fromHex(channel.initiator)),
  responder_id: encode('ak', era, fromHex(channel.responder)),
  channel_amount: channel.amount,
  initiator_amount: channel.initiatorAmount,
  responder_amount: channel.responderAmount,
  channel_reserve: channel.channelReserve,
  delegate_ids: { initiator: [], responder: [] },
  state_hash: encode('st', era, fromHex(channel.stateHash)),
  round: channel.round,
  solo_round: channel.soloRound,
  lock_period: channel.lockPeriod,
  locked_until: channel.lockedUntil,
});

/** The network's name as an id that looks like a hash: nothing hangs on it. */
export const hashOfName = (name: string): string => toHex(new TextEncoder().encode(name)).padEnd(64, '0').slice(0, 64);
