/** A session of two clients of today with a node in the place of the real one: ours says to each, message for message, what it was told then. */
import { nodeInput } from '../../../machines/channel/node/examples.ts';
import { Recording } from './recording.ts';

const recording = new Recording('aeternity-jsonrpc-wire.jsonl', 'rpc');
const { initiatorAmount, responderAmount, channelReserve, lockPeriod, ttl } = recording.create;
const said = recording.play({
  terms: { ...nodeInput.terms, initiatorAmount, responderAmount, channelReserve, lockPeriod, ttl, pushAmount: '1' },
  createFee: '',
  closeFee: '',
  changeFee: '',
  fsmIds: {
    initiator: 'ba_mXLSqY8KLcfzGWMhTcx7HAkdIA7rbqPOPgvsvP2IxIA=',
    responder: 'ba_M/midqFSbHtu5rW582MgSwII5gIeGwGTQNNFOMrcTu0=',
  },
});

test('the acknowledger is told first that an update is finished, and the starter then', () => {
  expect(recording.toldOfStates).toHaveLength(8);
  expect(said.ofStates).toEqual(recording.toldOfStates);
});

test.each(['initiator', 'responder'] as const)('the %s is told what it was told', (party) => {
  expect(said[party]).toEqual(recording.toldTo(party));
});
