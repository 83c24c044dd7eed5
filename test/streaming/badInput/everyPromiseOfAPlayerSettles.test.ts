/** Whatever the payee, the signer or the store does: `open`, `parts`, `settle`, `leave` and `ended` all settle, and no listener of the app is bothered. */
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { connect } from '../../../adapters/ws.ts';
import { ConnectionLost } from '../../../src/errors.ts';
import { packetTransport } from '../../../src/packets.ts';
import type { Signer } from '../../../src/signer.ts';
import { plain } from '../../../src/streaming/plain.ts';
import { Player } from '../../../src/streaming/player.ts';
import { Trust } from '../../../src/streaming/trust.ts';
import type { Transport } from '../../../src/transport.ts';
import { collect, fate, type PlayerChanges, playerAt, signerOf, usePayees } from '../world.ts';

const world = usePayees({ offer: { parts: 3 } });

/** A line that is cut when this many frames have gone over it, both ways together, and cannot be had again. */
function dying(frames: number) {
  let left = frames;
  const open: ConstructorParameters<typeof Player>[1] = async (url, options) => {
    if (left <= 0) throw new ConnectionLost('nobody there', { code: 'connectFailed' });
    const line = packetTransport(await connect(url, options));
    const passes = () => {
      left -= 1;
      if (left <= 0) line.terminate();
      return left >= 0;
    };
    const counted: Transport<Parameters<typeof line.send>[0]> = {
      attach: (events) =>
        line.attach({
          frame: (frame) => {
            if (passes()) events.frame(frame);
          },
          closed: (closure) => events.closed(closure),
        }),
      send: (frame, handedOver) => passes() && line.send(frame, handedOver),
      bufferedAmount: 0,
      pause: () => line.pause(),
      resume: () => line.resume(),
      close: (code, reason) => line.close(code, reason),
      terminate: () => line.terminate(),
    };
    return counted;
  };
  return open;
}

async function playerOn(open: ConstructorParameters<typeof Player>[1]) {
  const reports: unknown[] = [];
  const player = new Player(world.url(), open, {
    signer: await signerOf(1),
    budget: { part: '10', session: '100' },
    deposit: '100',
    store: new MemoryStore(),
    schemes: [plain],
    settlement: new Trust('0'),
    content: () => ({ have: async () => {}, open: async () => new Uint8Array(1) }),
    attempts: 1,
    backoff: { first: 1, most: 1 },
    answerTimeout: 100,
    secretTimeout: 100,
    closeTimeout: 50,
    report: (error) => reports.push(error),
  });
  return { player, reports };
}

describe.each(['settle', 'leave'] as const)('and then the app calls %s', (then) => {
  it.each(Array.from({ length: 24 }, (_, n) => n))('a payee that dies after %s frames', async (frames) => {
    const { player, reports } = await playerOn(dying(frames));
    const opening = fate(player.open());
    const collecting = collect(player);
    await opening;
    await Promise.race([collecting, fate(player.parts().next())]);
    await fate<unknown>(player[then]());
    await fate(player.leave());
    const { parts } = await collecting;
    await player.ended;
    expect(player.spent).toBeGreaterThanOrEqual(BigInt(parts.length) * 0n);
    expect(reports).toEqual([]);
  });
});

describe('while it opens', () => {
  it('leave ends the wait', async () => {
    const { player } = await playerOn(() => new Promise(() => {}));
    const opening = fate(player.open());
    await player.leave();
    await opening;
    await player.ended;
  });

  it('an aborted signal ends the wait', async () => {
    const left = new AbortController();
    const { player } = await playerAt(world.url(), { signal: left.signal });
    const opening = fate(player.open());
    left.abort();
    expect(await opening).toBeInstanceOf(Error);
    await player.ended;
  });
});

describe('a signer', () => {
  const asks = async (sign: Signer['sign'], changes: PlayerChanges = {}) => {
    const { publicKey } = await signerOf(1);
    return playerAt(world.url(), { signer: { publicKey, sign }, secretTimeout: 100, ...changes });
  };

  it.each<[string, Signer['sign']]>([
    ['that refuses', async () => Promise.reject(new Error('Not today.'))],
    ['that gives what is no signature', async () => new Uint8Array(3)],
    ["that gives another key's signature", async (bytes, signal) => (await signerOf(3)).sign(bytes, signal)],
    [
      'that throws at once',
      () => {
        throw new Error('No device.');
      },
    ],
  ])('%s', async (_, sign) => {
    const { player } = await asks(sign);
    await fate(player.open());
    const collecting = collect(player);
    await Promise.race([fate(player.settle()), player.ended]);
    await player.leave();
    expect((await collecting).parts).toEqual([]);
    expect(world.payees().stats).toMatchObject({ payments: 0, released: 0 });
  });

  it('that never answers is told when the app leaves', async () => {
    let asked: AbortSignal | undefined;
    let wake = () => {};
    const isAsked = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const { player } = await asks((_, signal) => {
      asked = signal;
      wake();
      return new Promise(() => {});
    });
    await fate(player.open());
    const collecting = collect(player);
    await isAsked;
    await player.leave();
    expect((await collecting).parts).toEqual([]);
    expect(asked?.aborted).toBe(true);
  });

  it('that never answers keeps nobody from settling alone', async () => {
    const { player } = await asks(() => new Promise(() => {}));
    await fate(player.open());
    await fate(player.settle());
    await player.leave();
  });
});

describe('a store', () => {
  /** Fails from the n-th write on. */
  class Failing extends MemoryStore {
    #left: number;
    constructor(writes: number) {
      super();
      this.#left = writes;
    }
    override async write(changes: Parameters<MemoryStore['write']>[0] = []): Promise<void> {
      this.#left -= 1;
      if (this.#left < 0) throw new Error('The disk is full.');
      return super.write(changes);
    }
  }

  it.each([0, 1, 2, 3, 4, 5, 6, 8, 10])('that fails after %s writes', async (writes) => {
    const { player } = await playerAt(world.url(), { store: new Failing(writes) });
    const opening = fate(player.open());
    const collecting = collect(player);
    const opened = await opening;
    const { error } = await collecting;
    expect(opened instanceof Error || error !== undefined).toBe(true);
    await fate(player.settle());
    await player.leave();
    await player.ended;
  });
});

describe('a place of settlement', () => {
  it('that refuses the money is asked once, and its reason is what open rejects with', async () => {
    let asked = 0;
    class Poor extends Trust {
      override async fund(): Promise<void> {
        asked += 1;
        throw new Error('Not enough in the wallet.');
      }
    }
    const { player } = await playerAt(world.url(), { settlement: new Poor('0'), attempts: 0 });
    const opened = await fate(player.open());
    expect(opened).toBeInstanceOf(Error);
    expect(String(opened)).toContain('Not enough in the wallet.');
    expect(asked).toBe(1);
    await player.leave();
  });

  it('that does not close leaves settle with an error', async () => {
    class Shut extends Trust {
      override async closeAlone(): Promise<void> {
        throw new Error('No chain today.');
      }
    }
    const { player } = await playerAt(world.url(), { settlement: new Shut('0') });
    await player.open();
    await player.parts().next();
    await world.payees().close();
    await expect(player.settle()).rejects.toMatchObject({ code: 'notSettled' });
    await player.leave();
  });
});
