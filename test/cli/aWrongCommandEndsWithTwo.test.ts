/** A command that is wrong ends with 2 before anything is done, and standard error says in a sentence what is wrong. */
import { PATIENCE, statewire } from './command.ts';

it.each<[string, string[], RegExp]>([
  ['nothing', [], /Usage: statewire/],
  ['an unknown command', ['fly'], /unknown command 'fly'/],
  ['an unknown protocol', ['serve', 'soup'], /unknown command 'soup'/],
  ['an unknown option', ['serve', 'relay', '--prot', '8001'], /unknown option '--prot'/],
  ['an unknown option of send', ['relay', 'send', '--fast', 'a', '1'], /unknown option '--fast'/],
  ['no message', ['relay', 'send', 'a'], /missing required argument 'json'/],
  ['an argument too many', ['relay', 'send', 'a', '1', '2'], /too many arguments/],
  ['a port that is none', ['serve', 'relay', '--port', '65536'], /Not a port/],
  ['a port that is no number', ['serve', 'relay', '--port', 'http'], /Not a whole number/],
  ['a negative limit', ['serve', 'relay', '--port', '0', '--connections', '-1'], /Not a whole number/],
  ['a limit with a fraction', ['serve', 'relay', '--port', '0', '--queue', '1.5'], /Not a whole number/],
  ['a log level that is none', ['serve', 'relay', '--port', '0', '--log-level', 'loud'], /Allowed choices/],
  ['a certificate without a key', ['serve', 'relay', '--port', '0', '--tls-cert', 'a.pem'], /go together/],
  [
    'a certificate that is not there',
    ['serve', 'relay', '--port', '0', '--tls-cert', '/nothing/cert.pem', '--tls-key', '/nothing/key.pem'],
    /\/nothing\/cert\.pem/,
  ],
  [
    'a certificate that is none',
    ['serve', 'relay', '--port', '0', '--tls-cert', import.meta.filename, '--tls-key', import.meta.filename],
    /certificate|key/i,
  ],
  // A timer of more milliseconds than 2^31 - 1 fires at once: every client would be cut.
  ['a time beyond what a timer can wait', ['serve', 'relay', '--port', '0', '--liveness', '3000000000'], /--liveness/],
  ['no time at all between pings', ['serve', 'relay', '--port', '0', '--liveness', '0'], /--liveness/],
  ['a window of nothing', ['serve', 'relay', '--port', '0', '--window', '0'], /--window/],
  ['an amount beyond any', ['channel', 'pay', '1'.repeat(40)], /39 digits at most/],
  [
    'an initiator that keeps running',
    ['channel', 'open', 'ws://127.0.0.1:1', '--as', 'initiator', '--with', 'ak_', '--keep-running'],
    /Only a responder/,
  ],
  ['frames without a limit', ['serve', 'relay', '--port', '0', '--max-frame', '0'], /--max-frame/],
])(
  '%s',
  async (_, args, sentence) => {
    const command = statewire(...args);
    // One that takes the command says so in its first line.
    await Promise.race([command.ended, command.line().catch(() => '')]);
    expect(command.stdout).toBe('');
    expect(command.stderr).toMatch(sentence);
    expect(command.stderr).not.toMatch(/^ {4}at /m);
    expect(await command.ended).toBe(2);
  },
  PATIENCE,
);
