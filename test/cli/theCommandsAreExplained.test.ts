/** `--help` explains every command, with examples that start with the command itself, and ends with 0. */
import { readFileSync } from 'node:fs';
import { outcomeOf, PATIENCE } from './command.ts';

it.each([
  [[], ['serve', 'relay', '$ statewire serve relay', '$ statewire relay listen', '$ statewire relay send']],
  [['serve'], ['relay']],
  [
    ['serve', 'relay'],
    [
      '--host',
      '--port',
      '--json',
      '--max-frame',
      '--connections',
      '--connections-per-ip',
      '--addresses',
      '--messages-per-second',
      '--queue',
      '--window',
      '--violations',
      '--ack-timeout',
      '--liveness',
      '--origin',
      '--tls-cert',
      '--tls-key',
      '1048576',
      '127.0.0.1',
      '/healthz',
      '/metrics',
      '$ statewire serve relay',
    ],
  ],
  [['relay'], ['listen', 'send']],
  [
    ['relay', 'listen'],
    ['--url', '--json', '--sealed', '--no-ack', '$ statewire relay listen'],
  ],
  [
    ['relay', 'send'],
    ['--url', '--json', '--sealed', '--no-ack', 'Exit codes: 0', '$ statewire relay send'],
  ],
  [
    ['serve', 'channel'],
    ['--dialect', '--network-id', '--block-ms', '--accounts', '--data', '3014', '$ statewire serve channel'],
  ],
  [['channel'], ['address', 'open', 'show', 'watch', 'pay', 'request', 'deposit', 'withdraw', 'message', 'leave']],
  [
    ['channel', 'open'],
    [
      '--as',
      '--with',
      '--initiator-amount',
      '--push',
      '--reserve',
      '--lock-period',
      '--minimum-depth',
      '--dialect',
      '--keep-running',
      'deposit 5',
      'Exit codes: 0',
      '$ statewire channel open',
    ],
  ],
  [
    ['channel', 'watch'],
    ['--data', '--every', 'Exit codes: 0', '$ statewire channel watch'],
  ],
  [
    ['channel', 'close'],
    ['--alone', '--data'],
  ],
  [
    ['serve', 'board'],
    ['--data', '--require-proof', '$ statewire serve board'],
  ],
  [['board'], ['propose', 'watch', 'interest']],
  [
    ['board', 'propose'],
    ['--url', '--address', '--json', '$ statewire board propose'],
  ],
  [['serve', 'star'], ['$ statewire serve star']],
  [['star'], ['listen', 'dial', 'peers']],
  [
    ['star', 'dial'],
    ['--url', '--input', '--output', '$ statewire star dial'],
  ],
])(
  'statewire %j --help',
  async (command, says) => {
    const { code, stdout, stderr } = await outcomeOf(...command, '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const word of says) expect(stdout).toContain(word);
  },
  PATIENCE,
);

it(
  'statewire --version',
  async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await outcomeOf('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  },
  PATIENCE,
);
