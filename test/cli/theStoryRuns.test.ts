/** `npm start`: a server and two clients, processes all three, a message each way, and a clean end. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

it('tells how a message travels between two strangers, and back', async () => {
  const story = fileURLToPath(new URL('../../dist/src/cli/story.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [story], { timeout: 60_000 });
  expect(stdout).toContain('Alice -> Bob: {"hello":"Bob","from":"a stranger"}   (Alice knows: delivered)');
  expect(stdout).toContain('Bob -> Alice: {"hello":"Alice"');
  expect(stdout).toContain('All three have ended cleanly (exit codes 0, 0, 0).');
});
