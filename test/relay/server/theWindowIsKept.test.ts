/** So many routes of a connection, and deliveries to one, may wait for their acknowledgement: one route more is refused with ERR 430, one delivery more with 507. */
import { ack, namedDelivery, namedError, namedRoute, useServer } from './attack.ts';

const relay = useServer({ limits: { window: 4 } });

it('refuses the fifth route with its id, lets it be repeated, and takes it once there is room', async () => {
  const [sender, last] = [await relay.acknowledging(), await relay.acknowledging()];
  const silent = [];
  for (let n = 0; n < 4; n += 1) silent.push(await relay.acknowledging());
  for (const [n, { address }] of silent.entries()) sender.send(namedRoute(`r${n}`, address, `${n}`));
  sender.send(namedRoute('r4', last.address, '4'));
  expect(await sender.frame()).toEqual(namedError(430, 'r4'));

  const [first] = silent;
  first?.send(ack(namedDelivery(await first.frame()).id));
  expect(await sender.frame()).toBe(ack('r0'));
  sender.send(namedRoute('r4', last.address, '4'));
  const { id, msg } = namedDelivery(await last.frame());
  expect(msg).toBe('4');
  last.send(ack(id));
  expect(await sender.frame()).toBe(ack('r4'));
});

it('refuses what would be too many deliveries for one receiver, whoever sends them', async () => {
  const receiver = await relay.acknowledging();
  const answers: string[] = [];
  for (let n = 0; n < 5; n += 1) {
    const sender = await relay.acknowledging();
    sender.send(namedRoute('only', receiver.address, `${n}`));
    if (n < 4) namedDelivery(await receiver.frame());
    else answers.push(await sender.frame());
  }
  expect(answers).toEqual([namedError(507, 'only')]);
});

it('does not deliver a route that is sent again under its id', async () => {
  const [sender, receiver] = [await relay.acknowledging(), await relay.acknowledging()];
  for (let n = 0; n < 3; n += 1) sender.send(namedRoute('once', receiver.address, '"once"'));
  receiver.send(ack(namedDelivery(await receiver.frame()).id));
  expect(await sender.frame()).toBe(ack('once'));
  for (let n = 0; n < 3; n += 1) sender.send(namedRoute('once', receiver.address, '"once"'));
  sender.send(namedRoute('then', receiver.address, '"then"'));
  const { id, msg } = namedDelivery(await receiver.frame());
  expect(msg).toBe('"then"');
  receiver.send(ack(id));
  expect(await sender.frame()).toBe(ack('then'));
});
