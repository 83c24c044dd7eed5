/** The race in closing, over real WebSockets: whoever closes first, every route is delivered or has failed for a reason, and the receivers know the same. */
import { relayClient } from '../../../src/relay/connect.ts';
import { relayServer } from '../../../src/relay/serve.ts';
import { collect } from './world.ts';

const parties = ['sender', 'receiver', 'relay'] as const;

it.each(parties.flatMap((who) => [0, 1, 2, 3, 4, 5, 6, 7].map((turns) => [who, turns] as const)))(
  'when the %s closes after %i turns of the event loop',
  async (who, turns) => {
    const server = await relayServer({ limits: { messagesPerSecond: 0 } });
    const [sender, receiver] = [
      await relayClient(server.url, { attempts: 0 }),
      await relayClient(server.url, { attempts: 0 }),
    ];
    const { texts, done } = collect(receiver);
    const violations: unknown[] = [];
    for (const client of [sender, receiver]) client.on('violated', (notice) => void violations.push(notice));
    const routed = [];
    for (let turn = 0; turn < 10; turn += 1) {
      for (let n = 0; n < 20; n += 1) routed.push(sender.route(receiver.address, turn * 20 + n));
      if (turn === turns) void { sender, receiver, relay: server }[who].close();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const outcomes = await Promise.all(routed);
    await Promise.all([sender.close(), receiver.close(), server.close()]);
    await done;
    const delivered = outcomes.flatMap(({ outcome }, n) => (outcome === 'delivered' ? [`${n}`] : []));
    expect(texts).toEqual(delivered);
    for (const told of outcomes) {
      if (told.outcome === 'delivered') continue;
      expect(told).toEqual({
        outcome: 'failed',
        reason: expect.stringMatching(/^(closing|notOpen|unknownAddress)$/),
      });
    }
    expect(violations).toEqual([]);
    expect(server.relay.stats).toMatchObject({ connections: 0, addresses: 0, violations: 0 });
  },
);
