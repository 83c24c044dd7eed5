/** The node, its parties' frames over a real WebSocket, along every path of its machine. */
import { nodeScenarios } from '../../../machines/channel/node/cases.ts';
import { Line } from '../../harness/binding.ts';
import { followsEveryPath } from '../../harness/everyPath.ts';
import { nodeBinding } from './nodeBinding.ts';

let line: Line;

beforeAll(async () => {
  line = await Line.open();
});
afterAll(() => line.stop());

describe('the node of one channel', () => {
  followsEveryPath(nodeBinding, nodeScenarios, () => line.accepting());
});
