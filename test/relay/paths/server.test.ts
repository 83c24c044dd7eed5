/** The relay's side of a connection, over a real WebSocket, along every path of its machine. */
import { serverScenarios } from '../../../machines/relay/cases.ts';
import { Line } from '../../harness/binding.ts';
import { followsEveryPath } from '../../harness/everyPath.ts';
import { serverBinding } from './bindings.ts';

let line: Line;

beforeAll(async () => {
  line = await Line.open();
});
afterAll(() => line.stop());

describe('a connection at the relay', () => {
  followsEveryPath(serverBinding, serverScenarios, () => line.accepting());
});
