/** Behind a proxy all clients have one network address, which is exempt: lines that stop half way keep nobody there from coming. */
import { useStar } from '../world.ts';

const world = useStar();

it.each([
  [undefined, 300],
  [[], 256],
] as const)('exempt: %j', async (exempt, taken) => {
  const { url } = await world.serve(exempt === undefined ? {} : { exempt });
  const path = `${url.replace('ws', 'http')}/socket.io/?EIO=4&transport=polling`;
  const statuses = await Promise.all(Array.from({ length: 300 }, async () => (await fetch(path)).status));
  expect(statuses.filter((status) => status === 200)).toHaveLength(taken);
});
