/** The other side of the fifth hole: the payer itself, back on another connection, gets the key that was lost on the way, and pays for it once. */
import { collect, type Open, openPackets, playerAt, usePayees } from '../world.ts';

const world = usePayees({ offer: { parts: 3 } });

it.each([1, 2, 3])('when the line breaks under key number %s', async (broken) => {
  let keys = 0;
  const open: Open = async (url, options) => {
    const line = await openPackets(url, options);
    return {
      attach: (events) =>
        line.attach({
          frame: (frame) => {
            if (frame.type === 'event' && frame.event === 'secret') keys += 1;
            if (frame.type === 'event' && frame.event === 'secret' && keys === broken) line.terminate();
            else events.frame(frame);
          },
          closed: (closure) => events.closed(closure),
        }),
      send: (frame, handedOver) => line.send(frame, handedOver),
      bufferedAmount: 0,
      pause: () => line.pause(),
      resume: () => line.resume(),
      close: (code, reason) => line.close(code, reason),
      terminate: () => line.terminate(),
    };
  };
  const { player, key } = await playerAt(world.url(), { deposit: '50' }, open);
  await player.open();
  const { parts, error } = await collect(player);
  expect(error).toBeUndefined();
  expect(parts.map(({ number }) => number)).toEqual([0, 1, 2]);
  expect(player.spent).toBe(30n);
  expect(world.payees().balance(key)).toEqual({ sent: '30', deposit: '50' });
  await player.leave();
});
