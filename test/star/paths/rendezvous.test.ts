/** The rendezvous server's side of a socket, over a real WebSocket and in both forms of packets, along every path of its machine. */
import { rendezvousScenarios } from '../../../machines/star/rendezvousCases.ts';
import { forms } from '../../board/paths/bindings.ts';
import { Line } from '../../harness/binding.ts';
import { followsEveryPath } from '../../harness/everyPath.ts';
import { rendezvousBinding } from './rendezvousBinding.ts';

let line: Line;

beforeAll(async () => {
  line = await Line.open();
});
afterAll(() => line.stop());

describe('the rendezvous, on one socket', () => {
  const [first, ...others] = Object.values(forms).map(rendezvousBinding);
  if (first === undefined) throw new Error('The star has no wire.');
  followsEveryPath(first, rendezvousScenarios, () => line.accepting(), ...others);
});
