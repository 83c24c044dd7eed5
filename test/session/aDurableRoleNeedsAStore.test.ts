/** A role that must survive a crash does not run without what it survives by. */
import { StoreFailed } from '../../src/errors.ts';
import { Kernel } from '../../src/kernel.ts';
import { Session } from '../../src/session.ts';
import { SimulatedClock } from '../../src/testing/index.ts';
import { payerOf } from './payer.ts';

function begin(isDurable: boolean): Error | string {
  const said: string[] = [];
  const say = ({ type }: { readonly type: string }) => void said.push(type);
  try {
    new Session(
      {
        id: 's1',
        kernel: new Kernel(payerOf({ isDurable })),
        clock: new SimulatedClock(),
        outside: { send: say, request: say, order: say, notify: say, failed: ({ code }) => void said.push(code) },
      },
      { name: 'ann' },
    ).start();
  } catch (error) {
    return error instanceof Error ? error : 'no error';
  }
  return said.join(', ');
}

it('a durable role without a store is refused before it does anything', () => {
  const error = begin(true);
  expect(error).toBeInstanceOf(StoreFailed);
  expect(error).toMatchObject({ code: 'noStore' });
  expect(String(error)).toContain('toy.payer');
});

it('a role that is not durable runs without one', () => {
  expect(begin(false)).toBe('send');
});
