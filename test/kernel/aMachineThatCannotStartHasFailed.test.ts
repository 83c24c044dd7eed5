/** Whatever throws while a machine starts is told as one error, with the cause in it. */
import { MachineFailed } from '../../src/errors.ts';
import { Kernel } from '../../src/kernel.ts';
import { startsWith } from './machines.ts';

function thrownBy(start: () => unknown): unknown {
  try {
    start();
  } catch (error) {
    return error;
  }
  return 'nothing was thrown';
}

describe('a machine that throws while it starts', () => {
  it.each(['context', 'entry'] as const)('in its %s fails with MachineFailed, which holds the cause', (where) => {
    const error = thrownBy(() => new Kernel(startsWith(where)).start({ text: 'fine' }));
    expect(error).toBeInstanceOf(MachineFailed);
    expect(error).toMatchObject({ code: 'machineFailed', cause: { message: where } });
  });

  it('because there is no input fails with MachineFailed', () => {
    const kernel = new Kernel(startsWith('fine'));
    // @ts-expect-error an input is required
    expect(thrownBy(() => kernel.start(undefined))).toBeInstanceOf(MachineFailed);
  });

  it('leaves the kernel as good as it was', () => {
    const kernel = new Kernel(startsWith('fine'));
    // @ts-expect-error an input is required
    thrownBy(() => kernel.start(undefined));
    expect(kernel.start({ text: 'fine' }).snapshot.context).toEqual({ text: 'fine' });
  });
});
