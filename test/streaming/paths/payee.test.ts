/** A payee, its payers' frames over a real WebSocket, along every path of its machine. */
import { payeeScenarios } from '../../../machines/streaming/cases.ts';
import { Line } from '../../harness/binding.ts';
import { followsEveryPath } from '../../harness/everyPath.ts';
import { payeeBinding } from './bindings.ts';

let line: Line;

beforeAll(async () => {
  line = await Line.open();
});
afterAll(() => line.stop());

describe('a payee of one channel', () => {
  followsEveryPath(payeeBinding, payeeScenarios, () => line.accepting());
});
