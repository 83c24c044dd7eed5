/** The node, bound for the path tests: both parties’ frames on one plain WebSocket. */
import { node } from '../../../machines/channel/node.ts';
import { encodeChannel, nodeEvent } from '../../../src/channel/wire.ts';
import { type Binding, remembering } from '../../harness/binding.ts';

/** What is no JSON has no request to repeat. */
const noJson = 'nobody knows this';

const read = remembering((frame) => nodeEvent(frame));

export const nodeBinding: Binding<typeof node> = {
  machine: node,
  encode: (effect) => (effect.type === 'send' ? encodeChannel(effect.message) : ''),
  frameOf(event) {
    if (event.type === 'received.ping') return '{"action":"system","tag":"ping"}';
    if ('request' in event) return event.request === '' ? noJson : event.request;
    return undefined;
  },
  eventOf(frame, expected) {
    if (!('from' in expected) || expected.from === undefined) throw new Error('The frame is nobody’s.');
    const event = { ...read(frame), from: expected.from };
    expect(event).toEqual(expected);
    return event;
  },
};
