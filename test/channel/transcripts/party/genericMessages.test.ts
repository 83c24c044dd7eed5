/** "Generic messages", told to a party of ours, and unknown infos: at every point of a session nothing of it disturbs anything. */
import { info } from '../peer.ts';
import { manners, roles, useScriptedNode } from './script.ts';

const node = useScriptedNode();

const cases = manners.flatMap((manner) => roles.map((role) => ({ ...manner, role })));

test.each(cases)('between any two frames: $role, dialect $dialect, $era keys', async ({ role, ...manner }) => {
  const { script, channel: opening, told } = await node.meet(role, manner);
  let count = 0;
  script.before = ({ peer }) => {
    peer.send(script.message(`hejsan ${count++}`));
    peer.send(info('something_new'));
    peer.send({ action: 'something_new', payload: { a: 1 } });
  };
  await script.opening();
  const channel = await opening;
  const paid = channel.pay(2n);
  await script.ownUpdate(role, 2n);
  expect((await paid).round).toBe(2);
  await script.otherUpdate('initiator', 1n);
  const closed = channel.shutdown();
  const tx = await script.closing(true);
  expect(await closed).toEqual({ tx });
  await channel.ended;
  const messages = told.flatMap((notice) => (notice.type === 'message' ? [notice.message.info] : []));
  // The last comes when the channel is closed already, just before it has died.
  const expected = Array.from({ length: count }, (_, at) => `hejsan ${at}`);
  expect(expected.slice(0, messages.length)).toEqual(messages);
  expect(messages.length).toBeGreaterThanOrEqual(count - 2);
});

test.each(cases)('what it sends is as in the text: $role, dialect $dialect, $era keys', async ({ role, ...manner }) => {
  const { script, channel: opening } = await node.meet(role, manner);
  await script.opening();
  const channel = await opening;
  const to = script.other.text(manner.era);
  await channel.message('hejsan');
  expect(await script.peer.message()).toStrictEqual({ action: 'message', payload: { info: 'hejsan', to } });
  await channel.message({ a: [1] });
  expect(await script.peer.message()).toStrictEqual({ action: 'message', payload: { info: '{"a":[1]}', to } });
});
