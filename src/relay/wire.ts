/**
 * Relay messages as WebSocket text frames, one JSON object each.
 *
 * The only file outside of `machines/relay/` that knows the names of the messages. `msg` is cut out of the frame, and put into one, as the text
 * that it is. Fields that the schema does not know are dropped.
 */
import type { ClientEvent } from '../../machines/relay/client.ts';
import { type ErrorName, type Message, messages, nameOf, type Received } from '../../machines/relay/messages.ts';
import type { ServerEvent } from '../../machines/relay/server.ts';
import { memberText } from '../json.ts';
import { secretFields } from '../secrets.ts';
import type { Decoded, Wire } from '../transport.ts';

/** What is wrong with a frame, as the end of the sentence "Not a valid message: …". */
export type RelayFault = string;

const bad = (fault: RelayFault): Decoded<Message, RelayFault> => ({ ok: false, fault });

function encode(message: Message): string {
  switch (message.type) {
    case 'DELIVER':
      return message.id === undefined
        ? `{"type":"DELIVER","msg":${message.msg}}`
        : `{"type":"DELIVER","id":${JSON.stringify(message.id)},"msg":${message.msg}}`;
    case 'ROUTE': {
      const id = message.id === undefined ? '' : `,"id":${JSON.stringify(message.id)}`;
      return `{"type":"ROUTE","EpheWssAddr":${JSON.stringify(message.EpheWssAddr)}${id},"msg":${message.msg}}`;
    }
    default:
      return JSON.stringify(message);
  }
}

function decode(frame: string | Uint8Array): Decoded<Message, RelayFault> {
  if (typeof frame !== 'string') return bad('a binary frame');
  let fields: unknown;
  try {
    fields = JSON.parse(frame);
  } catch {
    return bad('not JSON');
  }
  if (fields === null || typeof fields !== 'object' || Array.isArray(fields)) return bad('not an object');
  if (!('type' in fields) || typeof fields.type !== 'string') return bad('no type');
  const { type } = fields;
  if (!isKnown(type)) return bad('unknown type');
  // What was parsed of `msg` gives way to the text that it was parsed from.
  const parsed = messages[type].safeParse(
    'msg' in fields ? Object.assign(fields, { msg: memberText(frame, 'msg') }) : fields,
  );
  if (parsed.success) return { ok: true, message: parsed.data };
  const [issue] = parsed.error.issues;
  return bad(`${type} with a wrong or missing ${issue?.path.join('.') ?? 'field'}`);
}

const isKnown = (type: string): type is keyof typeof messages => Object.hasOwn(messages, type);

/** What an observer or a log must not see of a relay: the contents of messages. */
export const relaySecrets = secretFields(Object.values(messages));

/** One JSON object a frame, as the text has it. */
export const relayWire = {
  encode,
  decode,
  /** The name of the error that a message reports, if it reports one of ours. */
  errorOf: (message: Message): ErrorName | undefined => {
    if (message.type !== 'ERR') return undefined;
    const name = nameOf(message.errCode);
    return name === 'refused' ? undefined : name;
  },
  isDelivery: (message: Message): boolean => message.type === 'DELIVER',
} satisfies Wire<Message, Message, string | Uint8Array, RelayFault> & Record<string, unknown>;

/** A frame as an event of the client's machine. */
export function clientEvent(frame: string | Uint8Array): ClientEvent {
  const decoded = decode(frame);
  if (!decoded.ok) return { type: 'received.malformed', reason: decoded.fault };
  return received(decoded.message);
}

/** A frame as an event of the server's machine. `freshAddress` makes the random address that a client asks for. */
export function serverEvent(frame: string | Uint8Array, freshAddress: () => string): ServerEvent {
  const decoded = decode(frame);
  if (!decoded.ok) return { type: 'received.malformed', reason: decoded.fault };
  const { message } = decoded;
  return message.type === 'INIT' ? { type: 'received.INIT', message, fresh: freshAddress() } : received(message);
}

function received<M extends Message>(message: M): Received<M>;
function received(message: Message) {
  return { type: `received.${message.type}`, message };
}
