/** The watch asks a stranger how its channel lies: whatever that answers, it goes on watching, and what is no answer of a node is none. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type ChainAccess, chainAt } from '../../../src/channel/chainAccess.ts';
import { confirmationsAt } from '../../../src/channel/confirmations.ts';
import { closeSoloTx, included, proofOf, state, text } from '../chain/dispute.ts';
import { alice } from '../node/world.ts';
import { accessTo, World } from './world.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function at(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return `ws://127.0.0.1:${address.port}`;
}

const answering = (status: number, text: string) => at((_, response) => response.writeHead(status).end(text));
const view = (fields: object) =>
  JSON.stringify({ initiator_amount: 1, responder_amount: 1, round: 3, locked_until: 0, ...fields });

it('a channel that a node does not know is none', async () => {
  const chain = chainAt(await answering(404, '{"reason":"Channel not found"}'));
  expect(await chain.channel('ch_1')).toBeUndefined();
});

it.each([
  ['a proxy that does not find the node', 404, '<html>404</html>'],
  ['a node that has failed', 500, '{"reason":"Internal error"}'],
  ['no JSON', 200, 'all is well'],
  ['a round that is no number', 200, view({ round: 'three' })],
  [
    'a round beyond all numbers',
    200,
    `{"initiator_amount":1,"responder_amount":1,"round":1${'0'.repeat(400)},"locked_until":0}`,
  ],
  ['a negative round', 200, view({ round: -1 })],
  [
    'more than there can be',
    200,
    `{"initiator_amount":1${'0'.repeat(80)},"responder_amount":1,"round":1,"locked_until":0}`,
  ],
])('%s is no answer', async (_, status, text) => {
  await expect(chainAt(await answering(status, text)).channel('ch_1')).rejects.toThrow();
});

it('a node that has not come as far as before does not know yet: nothing is settled by it', async () => {
  const world = await World.open();
  const honest = accessTo(world.chain);
  let isBehind = false;
  const chain: ChainAccess = {
    ...honest,
    height: async () => (isBehind ? 0 : honest.height()),
    channel: async (id) => (isBehind ? undefined : honest.channel(id)),
  };
  await world.restart({ chain });
  await world.knows(5, [3n, 17n]);
  await world.until('watching.resting');
  isBehind = true;
  await world.look('watching.resting');
  expect(world.told).toEqual([{ type: 'hindered', reason: expect.stringContaining('does not know the channel') }]);
  isBehind = false;
  const close = closeSoloTx(await state('modern', 2n, [9n, 11n]), proofOf([9n, 11n]), { nonce: 2n });
  await included(world.chain, await text(close, 'modern', alice));
  await world.look('disputing.resting');
  await world.watch.stop();
});

it('a height beyond all numbers is no answer', async () => {
  await expect(chainAt(await answering(200, `{"height":1${'0'.repeat(400)}}`)).height()).rejects.toThrow(
    /not as a node/,
  );
});

it.each(['the watch', 'the count of confirmations'])('what has no end is not read to its end by %s', async (who) => {
  let sent = 0;
  const endless = await at((_, response) => {
    response.on('error', () => {});
    const more = () => {
      while (response.write('x'.repeat(65_536))) sent += 65_536;
    };
    response.on('drain', more);
    more();
  });
  const asked = who === 'the watch' ? chainAt(endless).height() : confirmationsAt(endless)('th_1');
  await expect(asked).rejects.toMatchObject({ code: 'tooLarge' });
  expect(sent).toBeLessThan(64 * 1_048_576);
});
