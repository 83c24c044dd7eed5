/** A peer whose line stays open but that answers no ping is cut after two intervals, and its address leads nowhere; who answers stays. */
import { once } from 'node:events';
import { NOT_FOUND, route } from '../transcripts/peer.ts';
import { initRaw, until, useServer } from './attack.ts';

const relay = useServer({ liveness: 2_000 });

it('cuts who answers no ping, and nobody who does', async () => {
  const bystanders = await relay.bystanders();
  const silent = await relay.raw();
  const address = await initRaw(silent);
  const ended = once(silent.socket, 'close');
  expect((await silent.frame()).opcode).toBe(9);
  await bystanders.talk();
  await until(() => relay.stats().connections === 2);
  expect(relay.stats().addresses).toBe(2);
  expect(await bystanders.left.answers(route(address, '1'))).toEqual([NOT_FOUND]);
  await bystanders.talk();
  silent.socket.destroy();
  await ended;
});

it('keeps who answers each ping, even with a pong too many', async () => {
  const peer = await relay.raw();
  await initRaw(peer);
  for (let n = 0; n < 4; n += 1) {
    const { opcode, payload } = await peer.frame();
    expect(opcode).toBe(9);
    peer.write(10, payload);
    peer.write(10, 'unasked');
  }
  expect(relay.stats().connections).toBe(1);
});

it('tells the sender of a route that a half-open receiver never acknowledged', async () => {
  const sender = await relay.acknowledging();
  const silent = await relay.raw();
  silent.text('{"type":"INIT","ack":true}');
  const [address] = /[0-9a-f]{32}/.exec(`${(await silent.frame()).payload}`) ?? [];
  sender.send(`{"type":"ROUTE","EpheWssAddr":"${address}","id":"a","msg":1}`);
  expect(await sender.frame()).toMatch(/^\{"type":"ERR","errCode":410,.*"id":"a"\}$/);
});
