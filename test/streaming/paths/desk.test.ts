/** The payee's desk, over a real WebSocket, along every path of its machine. */
import { deskScenarios } from '../../../machines/streaming/cases.ts';
import { Line } from '../../harness/binding.ts';
import { followsEveryPath } from '../../harness/everyPath.ts';
import { deskBinding } from './bindings.ts';

let line: Line;

beforeAll(async () => {
  line = await Line.open();
});
afterAll(() => line.stop());

describe("a payee's desk, on one socket", () => {
  followsEveryPath(deskBinding, deskScenarios, () => line.accepting());
});
