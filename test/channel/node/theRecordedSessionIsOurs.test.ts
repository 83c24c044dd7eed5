/** A session of two clients of old with a node in the place of the real one: ours says to each, message for message, what it was told then. */
import { Recording } from './recording.ts';

const recording = new Recording('aeternity-legacy-wire.jsonl', 'epoch');
const said = recording.play({});

test.each(['initiator', 'responder'] as const)('the %s is told what it was told', (party) => {
  expect(said[party]).toEqual(recording.toldTo(party));
});
