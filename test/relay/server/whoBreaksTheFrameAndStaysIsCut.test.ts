/** A peer that is hung up on for what it did to a frame, and does not hang up itself, is cut off after the time for closing: it keeps neither place nor address. */
import { initRaw, until, useServer } from './attack.ts';

const relay = useServer({ limits: { closeTimeout: 100 } });

it.each([
  ['a frame of no known kind', 3, '{}'],
  ['invalid UTF-8', 1, Uint8Array.of(0xff)],
])(
  '%s',
  async (_, opcode, payload) => {
    const bystanders = await relay.bystanders();
    const offender = await relay.raw();
    await initRaw(offender);
    offender.write(opcode, payload);
    expect((await offender.frame()).opcode).toBe(8);
    await until(() => relay.stats().connections === 2 && relay.stats().addresses === 2);
    await bystanders.talk();
  },
  10_000,
);
