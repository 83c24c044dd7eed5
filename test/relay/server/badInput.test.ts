/** Each line of the table of bad input gets the protocol's ERR or the documented close code; only the offender's own connection is affected, and nothing of it stays. */
import { until, useServer } from './attack.ts';
import { badInput } from './badInput.ts';

const relay = useServer({ limits: { messagesPerSecond: 0 }, liveness: 10_000 });

it.each(badInput)(
  '%s: %s',
  async (_, comesOfIt, run) => {
    const bystanders = await relay.bystanders();
    expect(await run({ url: relay.url(), bystanders })).toBe(comesOfIt);
    await bystanders.talk();
    await until(() => relay.stats().connections === 2 && relay.stats().addresses === 2);
    await bystanders.talk();
  },
  30_000,
);
