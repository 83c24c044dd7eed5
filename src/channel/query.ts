/**
 * What a party asks for when it connects: the query of `/channel`, with the names of the text and those that the node of its time took later.
 *
 * Everything is checked here, and nothing is dialled: `host` and `port` have to be there, and the pair is found by what both have said.
 */
import { type Dialect, dialects, type Party, parties, type Reason } from '../../machines/channel/messages.ts';
import { type Terms, type TimeoutName, type Timeouts, timeoutNames } from '../../machines/channel/node/types.ts';
import { toHex } from '../bytes.ts';
import { isMore, minus, plus } from '../money.ts';
import { accountKey, decode, type Era } from './encoding.ts';
import { see } from './seen.ts';
import { Undecodable } from './undecodable.ts';

/** What a party has said in its query. */
export interface Asked {
  readonly role: Party;
  readonly dialect: Dialect;
  readonly terms: Terms;
  /** Blocks on top of the one that includes the create transaction; null where it does not say. */
  readonly minimumDepth: number | null;
  readonly timeouts: Timeouts;
  /** Whether it takes what the text does not have (`states=true`). */
  readonly takesMore: boolean;
  /** Whether it stays when the other party leaves (`keep_running`): a responder may. Nodes of today let it, where it does not say. */
  readonly keepsRunning: boolean;
  /** The channel that it comes back to, where it says so. */
  readonly existing: Existing | null;
}

/** By what a party comes back to its channel. */
export interface Existing {
  /** Hexadecimal. */
  readonly channelId: string;
  /** Of the last time: `existing_fsm_id`. */
  readonly fsmId: string | undefined;
  /** The last state that both have signed: `offchain_tx`. */
  readonly state: string | undefined;
  /** Whether it had left it. */
  readonly isReestablishing: boolean;
}

/** Why a query is refused, with a reason where the protocol has a word for it; `dialect` is that of the answer. */
export interface Refused {
  readonly refused: string;
  readonly reason?: Reason;
  readonly dialect: Dialect;
}

export interface QueryOptions {
  /** Whatever the query says. */
  readonly dialect?: Dialect;
}

/** What is wrong with a query, as a sentence that fits into a closing frame. */
class Nonsense extends Error {
  readonly reason: Reason | undefined;

  constructor(message: string, reason?: Reason) {
    super(message);
    this.reason = reason;
  }
}

class Query {
  readonly #params: URLSearchParams;

  constructor(target: string) {
    const at = target.indexOf('?');
    this.#params = new URLSearchParams(at === -1 ? '' : target.slice(at + 1));
  }

  /** The one value under any of these names, or `undefined`. */
  find(...names: readonly string[]): string | undefined {
    const values = new Set(names.flatMap((name) => this.#params.getAll(name)));
    if (values.size > 1) throw new Nonsense(`${names[0]} is given twice, and differs`);
    const [value] = values;
    return value === '' ? undefined : value;
  }

  has(name: string): boolean {
    return this.#params.has(name);
  }

  need(...names: readonly string[]): string {
    const value = this.find(...names);
    if (value === undefined) throw new Nonsense(`${names[0]} is missing`);
    return value;
  }

  oneOf<Value extends string>(name: string, values: readonly Value[]): Value {
    const given = this.need(name);
    const found = values.find((value) => value === given);
    if (found === undefined) throw new Nonsense(`${name} is not ${values.join(' or ')}`);
    return found;
  }

  /** A whole number of any size, in its shortest spelling. */
  amount(name: string): string {
    const given = this.need(name);
    if (!/^\d{1,39}$/.test(given)) throw new Nonsense(`${name} is no whole number`);
    return `${BigInt(given)}`;
  }

  integer(name: string, least: number, most: number): number {
    const value = Number(this.amount(name));
    if (value < least || value > most) throw new Nonsense(`${name} is not between ${least} and ${most}`);
    return value;
  }
}

interface Account {
  readonly key: string;
  readonly name: string;
  readonly era: Era;
}

function accountOf(query: Query, role: Party): Account {
  const name = query.need(role, `${role}_id`);
  try {
    return { key: toHex(accountKey(name)), name, era: decode(name, 'ak').era };
  } catch (error) {
    if (error instanceof Undecodable) throw new Nonsense(`${role} is no account`);
    throw error;
  }
}

function termsOf(query: Query, dialect: Dialect): Terms {
  const initiator = accountOf(query, 'initiator');
  const responder = accountOf(query, 'responder');
  if (initiator.era !== responder.era) throw new Nonsense('the accounts are written in two ways');
  if (initiator.key === responder.key) throw new Nonsense('initiator and responder are the same');
  if (dialect === 'rpc' && initiator.era !== 'modern') throw new Nonsense('in JSON-RPC accounts are written ak_…');
  const terms: Terms = {
    initiator: initiator.key,
    responder: responder.key,
    initiatorName: initiator.name,
    responderName: responder.name,
    era: initiator.era,
    port: query.integer('port', 1, 65_535),
    lockPeriod: query.amount('lock_period'),
    pushAmount: query.amount('push_amount'),
    initiatorAmount: query.amount('initiator_amount'),
    responderAmount: query.amount('responder_amount'),
    channelReserve: dialect === 'rpc' && !query.has('channel_reserve') ? '0' : query.amount('channel_reserve'),
    ttl: query.has('ttl') ? query.amount('ttl') : '0',
  };
  checkAmounts(terms);
  return terms;
}

/** "The minimum amount both peers need to maintain": also after the initiator's push. */
function checkAmounts({ initiatorAmount, responderAmount, channelReserve, pushAmount }: Terms): void {
  if (isMore(channelReserve, initiatorAmount)) throw new Nonsense('initiator_amount is less than channel_reserve');
  if (isMore(channelReserve, responderAmount)) throw new Nonsense('responder_amount is less than channel_reserve');
  if (isMore(pushAmount, minus(initiatorAmount, channelReserve)))
    throw new Nonsense('push_amount leaves the initiator less than channel_reserve');
  if (plus(initiatorAmount, responderAmount).length > 39) throw new Nonsense('the amounts are more than there can be');
}

/** No timer of the platform runs for longer. */
const longest = 2_147_483_647;

function timeoutsOf(query: Query): Timeouts {
  const given = timeoutNames.filter((name) => query.has(`timeout_${name}`));
  return Object.fromEntries(
    given.map((name): [TimeoutName, number] => [name, query.integer(`timeout_${name}`, 1, longest)]),
  );
}

function dialectOf(query: Query, forced: Dialect | undefined): Dialect {
  const protocol = query.find('protocol');
  if (protocol !== undefined && protocol !== 'legacy' && protocol !== 'json-rpc')
    throw new Nonsense('this protocol is not spoken');
  const named = query.has('dialect') ? query.oneOf('dialect', dialects) : undefined;
  if (forced !== undefined) return forced;
  if (named === undefined) return protocol === 'json-rpc' ? 'rpc' : query.has('initiator') ? 'text' : 'epoch';
  if (protocol !== undefined && (protocol === 'json-rpc') !== (named === 'rpc'))
    throw new Nonsense('protocol and dialect say two things');
  return named;
}

const keepsRunningIn = (query: Query, dialect: Dialect): boolean =>
  query.has('keep_running') ? query.oneOf('keep_running', ['true', 'false']) === 'true' : dialect === 'rpc';

function existingOf(query: Query): Existing | null {
  if (!query.has('existing_channel_id')) return null;
  const [fsmId, state] = [query.find('existing_fsm_id'), query.find('offchain_tx')];
  const isReestablishing = query.find('reestablish') === 'true' || fsmId === undefined;
  const channelId = channelIdOf(query.need('existing_channel_id'));
  if (fsmId === undefined && state === undefined) throw new Nonsense('existing_fsm_id is missing', 'missing_fsm_id');
  if (state !== undefined && see(state).kind === 'unreadable')
    throw new Nonsense('offchain_tx is no transaction', 'broken_encoding');
  return { channelId, fsmId, state, isReestablishing };
}

function channelIdOf(text: string): string {
  try {
    return toHex(decode(text, 'ch').bytes);
  } catch (error) {
    if (error instanceof Undecodable) throw new Nonsense('existing_channel_id is no channel', 'invalid_params');
    throw error;
  }
}

/**
 * Reads the target of a request for `/channel`.
 *
 * @returns what is asked for, or the reason why it makes no sense
 */
export function readQuery(target: string, options: QueryOptions = {}): Asked | Refused {
  const query = new Query(target);
  let dialect: Dialect = options.dialect ?? 'text';
  try {
    dialect = dialectOf(query, options.dialect);
    const role = query.oneOf('role', parties);
    const terms = termsOf(query, dialect);
    if (role === 'initiator' && !/^[\w.:[\]-]{1,253}$/.test(query.need('host'))) throw new Nonsense('host is no host');
    return {
      role,
      dialect,
      terms,
      minimumDepth: query.has('minimum_depth') ? query.integer('minimum_depth', 0, 1_000_000) : null,
      timeouts: timeoutsOf(query),
      takesMore: query.find('states') === 'true',
      keepsRunning: role === 'responder' && keepsRunningIn(query, dialect),
      existing: existingOf(query),
    };
  } catch (error) {
    if (!(error instanceof Nonsense)) throw error;
    const { message, reason } = error;
    return { refused: message, dialect, ...(reason === undefined ? {} : { reason }) };
  }
}

/** The terms on which both must agree, and what the text calls them. */
const named: readonly (readonly [term: keyof Terms, name: string])[] = [
  ['lockPeriod', 'lock_period'],
  ['pushAmount', 'push_amount'],
  ['initiatorAmount', 'initiator_amount'],
  ['responderAmount', 'responder_amount'],
  ['channelReserve', 'channel_reserve'],
  ['ttl', 'ttl'],
];

/** Whether both speak of channels between the same two, at the same place, in the same spelling. */
export const isSamePair = (one: Terms, other: Terms): boolean =>
  one.initiator === other.initiator &&
  one.responder === other.responder &&
  one.era === other.era &&
  one.port === other.port;

/** The first of the terms, as the text calls it, on which two do not agree; `undefined` where they agree on all. */
export const disagreement = (one: Terms, other: Terms): string | undefined =>
  named.find(([term]) => one[term] !== other[term])?.[1];
