/** What socket.io answers by itself waits for its reader, and no limit of ours counts it: a client that asks without end and does not read is cut. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { connectSocketIo } from '../../adapters/socketioClient.ts';
import { event, ToldPackets, useSocketIo } from './socketioLine.ts';

const lines = useSocketIo();
const many = 2_000;

it.each([
  ['pings', 'EIO=3', (peer: WebSocket) => peer.send('2')],
  ['the opening of namespaces that there are not', 'EIO=3', (peer: WebSocket) => peer.send('40/elsewhere')],
  ['the same, before its own is open', 'EIO=4', (peer: WebSocket) => peer.send('40/elsewhere')],
  ['pings of the WebSocket', 'EIO=4', (peer: WebSocket) => peer.ping(Buffer.alloc(125))],
])('%s', async (_, version, ask) => {
  const server = await lines.listen();
  const { peer, closed } = await lines.bare(server.ws, `${version}&transport=websocket`);
  peer.pause();
  for (let n = 0; n < many; n += 1) ask(peer);
  peer.resume();
  await closed;
});

it('pings of who polls, and does not poll', async () => {
  const { http, accept } = await lines.listen();
  const path = `${http}/socket.io/?EIO=3&transport=polling`;
  const [, sid = ''] = /"sid":"([^"]+)"/.exec(await (await fetch(path)).text()) ?? [];
  const { transport } = await accept();
  const told = new ToldPackets(transport);
  await fetch(`${path}&sid=${sid}`, { method: 'POST', body: '1:2'.repeat(many) }).catch(() => {});
  expect(await told.closed).toMatchObject({ code: 1006 });
});

it('probes of a WebSocket that never takes the place of long polling', async () => {
  const { http, ws, accept } = await lines.listen();
  const path = '/socket.io/?EIO=4&transport=';
  const [, sid = ''] = /"sid":"([^"]+)"/.exec(await (await fetch(`${http}${path}polling`)).text()) ?? [];
  await fetch(`${http}${path}polling&sid=${sid}`, { method: 'POST', body: '40' });
  const told = new ToldPackets((await accept()).transport);
  const probing = new WebSocket(`${ws}${path}websocket&sid=${sid}`);
  probing.on('error', () => {});
  const closed = once(probing, 'close');
  await once(probing, 'open');
  for (let n = 0; n < 20; n += 1) probing.send('2probe');
  await closed;
  expect(await told.closed).toMatchObject({ code: 1006 });
});

it('who reads what it has asked for stays, however often it asks', async () => {
  const server = await lines.listen();
  const { peer, awaits } = await lines.bare(server.ws, 'EIO=3&transport=websocket');
  const { transport } = await server.accept();
  const told = new ToldPackets(transport);
  await awaits('40');
  for (let n = 0; n < 1_000; n += 1) {
    peer.send('2');
    await once(peer, 'message');
  }
  peer.send('42["still here"]');
  expect(await told.count(1)).toEqual([event('still here')]);
  // Nobody else has noticed any of it.
  const other = await connectSocketIo(server.http);
  lines.later(() => other.terminate());
});
