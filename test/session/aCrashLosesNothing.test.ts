/** Crashes, enumerated: before and after every write, send, question, order and notice of a story. */
import { payerOf } from './payer.ts';
import { lossOf, messages, tellStory } from './story.ts';

const variants = [false, true].flatMap((isOnline) =>
  [false, true].map(
    (isPrompt) =>
      [
        isOnline ? 'a role that knows its connection' : 'a role without a connection of its own',
        isPrompt ? 'answers from within' : 'answers later',
        { machine: payerOf({ isOnline }), isPrompt },
      ] as const,
  ),
);

describe.each(variants)('%s, %s', (_role, _answers, plot) => {
  it('tells its story without a crash', async () => {
    const { world, crashes } = await tellStory({ ...plot, kills: [] });
    expect(crashes).toBe(0);
    expect(world.lines('sends')).toEqual(messages.map((message) => `sends ${message}`));
    expect(world.lines('notifies').filter((line) => !line.includes('connected'))).toEqual([
      'notifies paid p1',
      'notifies paid p2',
      'notifies closed ann',
    ]);
    expect(world.clock.waiting).toBe(0);
  });

  it('loses no message and no order in a crash at any point, and keeps their order', async () => {
    const { points } = await tellStory({ ...plot, kills: [] });
    const losses = new Set<string>();
    for (let point = 0; point < points; point += 1) {
      const loss = lossOf(await tellStory({ ...plot, kills: [point] }));
      if (loss !== undefined) losses.add(loss);
    }
    expect([...losses]).toEqual([]);
  });

  it('loses nothing in a second crash, at any point of the recovery', async () => {
    const { points } = await tellStory({ ...plot, kills: [] });
    const losses = new Set<string>();
    for (let first = 0; first < points; first += 1) {
      // A recovery passes its first writes and what it sends again within these many points.
      for (let second = 0; second < 10; second += 1) {
        const loss = lossOf(await tellStory({ ...plot, kills: [first, second] }));
        if (loss !== undefined) losses.add(loss);
      }
    }
    expect([...losses]).toEqual([]);
  });

  it('notifies nothing twice: a notice is told at most once', async () => {
    const { points } = await tellStory({ ...plot, kills: [] });
    for (let point = 0; point < points; point += 1) {
      const { world } = await tellStory({ ...plot, kills: [point] });
      const paid = world.lines('notifies').filter((line) => line.includes(' paid '));
      expect(new Set(paid).size).toBe(paid.length);
    }
  });
});
