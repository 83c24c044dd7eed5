/**
 * Nobody has to listen for errors (aepp-sdk-js#1669): what the node reports, and what a listener throws, ends no process; what concerns a command is the
 * end of its promise, and every such end is in the README.
 */
import { readFile } from 'node:fs/promises';
import type { Failure } from '../../../machines/channel/party/types.ts';
import { failureError, overError } from '../../../src/channel/channelErrors.ts';
import { dealtWith, fate, useNode } from '../party/world.ts';

const { opened } = useNode();

it('of the node, whatever their shape', async () => {
  const { channel, node, peer, hears } = await opened();
  peer.say({ action: 'error', payload: { message: 'chain_hash_mismatch' } });
  peer.say({ action: 'error', payload: { reason: 'unknown_request', request: { action: 'dance' } } });
  peer.say({ action: 'error', payload: 'nothing' });
  peer.raw('hello');
  await dealtWith(peer, hears);
  const paying = channel.pay(1n);
  await node.finishes(await node.takesUpdate('initiator', 1n));
  expect(await paying).toMatchObject({ round: 2 });
});

it('of a listener: it is reported, and the channel goes on', async () => {
  const reports: unknown[] = [];
  const { channel, node, peer, hears } = await opened({ report: (error) => reports.push(error) });
  const thrown = new Error('The listener is broken.');
  channel.on('error', () => {
    throw thrown;
  });
  peer.say({ action: 'error', payload: { message: 'something' } });
  await dealtWith(peer, hears);
  expect(reports).toEqual([thrown]);
  const paying = channel.pay(1n);
  await node.finishes(await node.takesUpdate('initiator', 1n));
  expect(await paying).toMatchObject({ round: 2 });
});

it('of a channel that ends while nothing is awaited', async () => {
  const { channel, peer } = await opened();
  peer.info('died');
  await channel.ended;
  expect(await fate(channel.pay(1n))).toMatchObject({ name: 'ConnectionLost', code: 'died' });
});

const failures: Readonly<Record<Failure, true>> = {
  refused: true,
  wrong: true,
  conflict: true,
  aborted: true,
  rejected: true,
  timeout: true,
  lost: true,
  turnedAway: true,
  died: true,
  disputed: true,
  left: true,
};
const isFailure = (name: string): name is Failure => Object.hasOwn(failures, name);

it('of a command are in the README, each with its class and its code', async () => {
  const readme = await readFile(new URL('../../../machines/channel/README.md', import.meta.url), 'utf8');
  const ends = [
    ...Object.keys(failures)
      .filter(isFailure)
      .map((failure) => failureError(failure, 'insufficient_balance')),
    ...(['closed', 'died', 'failed'] as const).map((ended) => overError(ended, 'Over.')),
  ];
  const missing = ends.map(({ name, code }) => `\`${name}\` \`${code}\``).filter((end) => !readme.includes(end));
  expect(missing).toEqual([]);
});
