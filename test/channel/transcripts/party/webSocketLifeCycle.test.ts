/** What ends before its time: the node dies, or its socket does, before every single frame of a session. Every promise settles. */
import { info } from '../peer.ts';
import { CutShort, outcome, samples, useScriptedNode } from './script.ts';

const node = useScriptedNode();

test.each(samples)('died at any time: $role, dialect $dialect, $era keys', async ({ role, ...manner }) => {
  for (let at = 0; ; at++) {
    const { script, channel: opening, told } = await node.meet(role, manner);
    let left = at;
    script.before = ({ peer }) => {
      if (left-- > 0) return;
      peer.send(info('died'));
      peer.socket.close();
      throw new CutShort();
    };
    let step = 'opening';
    const outcomes: Promise<string>[] = [outcome(opening)];
    try {
      await script.opening();
      const channel = await opening;
      step = 'paying';
      outcomes.push(outcome(channel.pay(1n)), outcome(channel.request(1n)));
      await script.ownUpdate(role, 1n);
      step = 'being paid';
      await script.ownUpdate(role === 'initiator' ? 'responder' : 'initiator', 1n);
      await script.otherUpdate(role === 'initiator' ? 'responder' : 'initiator', 1n);
      step = 'closing';
      outcomes.push(outcome(channel.shutdown()));
      await script.closing(true);
      step = 'end';
    } catch (error) {
      if (!(error instanceof CutShort)) throw error;
    }
    const all = await Promise.all(outcomes);
    for (const each of all) expect(each).toMatch(/^done$|^ConnectionLost: (died|notOpened)$/);
    // With the info that it is open it is, whatever the node of that time says after it.
    const isOpen = at === 7 && manner.dialect === 'epoch';
    if (step === 'opening') expect(all).toEqual([isOpen ? 'done' : 'ConnectionLost: died']);
    if (step === 'end') {
      expect(all).toEqual(['done', 'done', 'done', 'done']);
      return;
    }
    if (step !== 'opening') {
      await (await opening).ended;
      expect(['died', 'closed']).toContain(told.at(-1)?.type);
    }
  }
});

test.each(Array.from({ length: 14 }, (_, at) => at))(
  'the socket is cut before frame %d, and nobody listens any more',
  async (at) => {
    const { script, channel: opening } = await node.meet('initiator', { dialect: 'epoch', era: 'legacy' });
    let left = at;
    script.before = () => {
      if (left-- > 0) return;
      node.vanish();
      throw new CutShort();
    };
    const outcomes: Promise<string>[] = [outcome(opening)];
    try {
      await script.opening();
      const channel = await opening;
      outcomes.push(
        outcome(channel.pay(1n)),
        outcome(channel.pay(1n)),
        outcome(channel.shutdown()),
        outcome(channel.ended),
      );
      await script.ownUpdate('initiator', 1n);
      await script.ownUpdate('initiator', 1n);
      await script.closing(true);
    } catch (error) {
      if (!(error instanceof CutShort)) throw error;
    }
    const all = await Promise.all(outcomes);
    for (const each of all) expect(each).toMatch(/^done$|^ConnectionLost: /);
  },
);
