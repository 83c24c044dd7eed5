/** `npm start`: a message each way over a relay; a file through a rendezvous server; a channel that is opened, paid in, disagreed about for a moment, added to and closed; one with a cheat; all in processes of their own. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

it('tells how a message travels between two strangers and back, how a file finds its way, and what becomes of a channel', async () => {
  const story = fileURLToPath(new URL('../../dist/src/cli/story.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [story], { timeout: 110_000 });
  expect(stdout).toContain('Alice -> Bob: {"hello":"Bob","from":"a stranger"}   (Alice knows: delivered)');
  expect(stdout).toContain('Bob -> Alice: {"hello":"Alice"');
  expect(stdout).toContain('All three have ended cleanly (exit codes 0, 0, 0).');
  expect(stdout).toContain('She dials him: 3000000 bytes sent, 3000000 received, the same.');
  expect(stdout).toContain('Alice is interested, and Bob knows that it is ak_');
  expect(stdout).toContain('Alice pays Bob 3. Round 2: Alice has 7, Bob 13.');
  expect(stdout).toContain('Bob pays Alice 1. Round 3: Alice has 8, Bob 12.');
  expect(stdout).toMatch(/Both pay at once: a conflict\. Both updates are void, and round \d+ stands\./);
  expect(stdout).toMatch(/Alice puts 5 more in; it takes five blocks again\. Round \d+: Alice has 1\d, Bob \d+\./);
  expect(stdout).toMatch(/Alice gets \d+, its share less its part of the fee\./);
  expect(stdout).toMatch(/Bob gets \d+, its share less its part of the fee\./);
  expect(stdout).toContain('Alice pays Bob 4: Alice 6.00, Bob 14.00. Bob copies what he has of round 2.');
  expect(stdout).toContain("The chain is shown round 2. Alice's terminal answers with round 3, by itself.");
  expect(stdout).toContain('When the lock period is over the chain pays out: Alice 14.00, Bob 6.00.');
  expect(stdout).toMatch(/Alice's account has 3\.\d\d more than before the channel\./);
  expect(stdout).toMatch(/Bob's account has 4\.\d\d less than before the channel\./);
});
