/** The channel that lies in a directory, taken up, and told what was typed. */
import { InvalidArgumentError } from 'commander';
import { type Channel, type ChannelNotice, openChannel } from '../channel/index.ts';
import { badAmount } from '../channel/options.ts';
import { LocalMisuse } from '../errors.ts';
import { isAmount, whatAnAmountIs } from '../money.ts';
import { addressIn, type Terms } from './channelKept.ts';
import { signerIn, storeIn } from './keep.ts';
import { say } from './terminal.ts';

/** An amount of a command. @throws InvalidArgumentError */
export function money(text: string): bigint {
  if (!isAmount(text)) throw new InvalidArgumentError(`Not an amount: ${whatAnAmountIs}.`);
  return BigInt(text);
}

/** The channel of a directory: opened, or gone on with. Its store is closed once it is `over`: when the node has ended it, unless somebody knows better. */
export async function take(
  data: string,
  terms: Terms,
  signal: AbortSignal,
  notify: (notice: ChannelNotice) => void = () => {},
  over: (channel: Channel) => Promise<unknown> = ({ ended }) => ended,
): Promise<Channel> {
  const { role, other, url, lockPeriod, networkId, ttl, minimumDepth, dialect, keepRunning } = terms;
  const own = await addressIn(data, other.startsWith('ak$') ? 'legacy' : 'modern');
  const store = await storeIn(data);
  try {
    const channel = await openChannel({
      url,
      role,
      initiator: role === 'initiator' ? own : other,
      responder: role === 'initiator' ? other : own,
      initiatorAmount: BigInt(terms.initiatorAmount),
      responderAmount: BigInt(terms.responderAmount),
      pushAmount: BigInt(terms.pushAmount),
      channelReserve: BigInt(terms.channelReserve),
      lockPeriod,
      networkId,
      signer: await signerIn(data),
      store,
      signal,
      notify,
      ...(ttl === undefined ? {} : { ttl }),
      ...(minimumDepth === undefined ? {} : { minimumDepth }),
      ...(dialect === undefined ? {} : { dialect }),
      ...(keepRunning === undefined ? {} : { keepRunning }),
    });
    void over(channel)
      .then(() => channel.disconnect())
      .then(() => store.close());
    return channel;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** An amount of a line that was typed. @throws LocalMisuse `badAmount` */
function typed(text: string): bigint {
  if (!isAmount(text)) throw badAmount(text.slice(0, 100));
  return BigInt(text);
}

const lines = 'pay <amount>, request <amount>, deposit <amount>, withdraw <amount>, message <text>, leave, close';

/** Carries out a line that was typed. */
export async function obey(channel: Channel, line: string, isJson: boolean): Promise<void> {
  const [, verb = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line.trim()) ?? [];
  switch (verb) {
    case 'pay':
      await channel.pay(typed(rest));
      break;
    case 'request':
      await channel.request(typed(rest));
      break;
    case 'deposit':
      await channel.deposit(typed(rest));
      break;
    case 'withdraw':
      await channel.withdraw(typed(rest));
      break;
    case 'message':
      await channel.message(rest);
      break;
    case 'leave':
      await channel.leave();
      break;
    case 'close': {
      const { tx } = await channel.shutdown();
      say(isJson, { closing: tx }, `closed by ${tx}`);
      break;
    }
    default:
      throw new LocalMisuse(`"${verb}" is none of: ${lines}.`, { code: 'badLine' });
  }
}
