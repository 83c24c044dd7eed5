/** The board's side of a connection, over a real WebSocket and in both forms of packets, along every path of its machine. */
import { serverScenarios } from '../../../machines/board/cases.ts';
import { Line } from '../../harness/binding.ts';
import { followsEveryPath } from '../../harness/everyPath.ts';
import { forms, serverBinding } from './bindings.ts';

let line: Line;

beforeAll(async () => {
  line = await Line.open();
});
afterAll(() => line.stop());

describe('the board, on one connection', () => {
  const [first, ...others] = Object.values(forms).map(serverBinding);
  if (first === undefined) throw new Error('The board has no wire.');
  followsEveryPath(first, serverScenarios, () => line.accepting(), ...others);
});
