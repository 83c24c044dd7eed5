/**
 * A session that was recorded between two clients of today, which somebody else wrote, and a node that spoke JSON-RPC with them: every frame is read,
 * and what was read is written again as the very same frame.
 */
import { readFileSync } from 'node:fs';
import { encodeFromNode, encodeToNode, partyEvent, readFromNode, readToNode } from '../../../src/channel/wire.ts';
import { memberText } from '../../../src/json.ts';
import { fields } from './world.ts';

const lines = readFileSync(new URL('../vectors/aeternity-jsonrpc-wire.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line, index) => {
    const [way]: [string] = JSON.parse(line);
    return { way, frame: line.slice(line.indexOf(',') + 1, -1), name: `frame ${index + 1}, ${way}` };
  });

/** The channel that a frame of the node names. */
function channelIn(frame: string): string | null {
  const { channel_id, params } = fields(JSON.parse(frame));
  const id = channel_id ?? fields(params)['channel_id'];
  return typeof id === 'string' ? id : null;
}

/** What the frame says, written again. */
function again({ way, frame }: { readonly way: string; readonly frame: string }): string {
  if (way.startsWith('node')) {
    const read = readFromNode(frame, 'rpc');
    return 'type' in read ? read.reason : encodeFromNode(read, 'rpc', channelIn(frame));
  }
  const read = readToNode(frame, 'rpc');
  return 'type' in read ? read.reason : encodeToNode(read, 'rpc');
}

test.each(lines)('$name', (line) => {
  expect(again(line)).toBe(line.frame);
});

test('all kinds of frames are there', () => {
  const events = lines.filter(({ way }) => way.startsWith('node')).map(({ frame }) => partyEvent(frame, 'rpc').type);
  expect([...new Set(events)].sort()).toMatchInlineSnapshot(`
[
  "received.conflict",
  "received.error",
  "received.get",
  "received.info.aborted_update",
  "received.info.channel_accept",
  "received.info.channel_open",
  "received.info.closed_confirmed",
  "received.info.closing",
  "received.info.died",
  "received.info.fsm_up",
  "received.info.funding_created",
  "received.info.funding_locked",
  "received.info.funding_signed",
  "received.info.open",
  "received.info.own_funding_locked",
  "received.info.update",
  "received.message",
  "received.on_chain_tx",
  "received.sign.create",
  "received.sign.shutdown_sign",
  "received.sign.shutdown_sign_ack",
  "received.sign.update",
  "received.sign.update_ack",
  "received.update",
]
`);
});

test('an error keeps the request as it was written', () => {
  const errors = lines.flatMap(({ frame }) => {
    const event = partyEvent(frame, 'rpc');
    return event.type === 'received.error'
      ? [[event.message.payload, memberText(memberText(frame, 'error') ?? '{}', 'request')]]
      : [];
  });
  expect(errors).toHaveLength(3);
  for (const [payload, request] of errors) expect(payload).toMatchObject({ request });
});
