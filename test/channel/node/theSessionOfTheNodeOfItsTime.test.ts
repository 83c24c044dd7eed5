/** The same session in dialect `epoch`: the tags of the node of that time, the state after `open` and after each update, `close_mutual` before `died`. */
import { alice, bob, fields, shown, World, type Wscat } from './world.ts';

const info = (event: string) => ({ action: 'info', payload: { event } });
const asks = (tag: string, kind: string) => ({ action: 'sign', tag, payload: { tx: `${kind} with 0 signatures` } });
const state = (kind: string) => ({ action: 'update', payload: { state: `${kind} with 2 signatures` } });
const onChain = (kind: string) => ({ action: 'on_chain_tx', payload: { tx: `${kind} with 2 signatures` } });

describe.each(['legacy', 'modern'] as const)('with %s encodings', (era) => {
  let world: World;
  let initiator: Wscat;
  let responder: Wscat;

  beforeAll(async () => {
    world = await World.open();
    initiator = await world.connect('initiator', { era, dialect: 'epoch' });
    responder = await world.connect('responder', { era, dialect: 'epoch' });
  });
  afterAll(() => world.close());

  const wish = (from: Wscat, to: Wscat, amount: number) => ({
    action: 'update',
    tag: 'new',
    payload: { from: from.person[era], to: to.person[era], amount },
  });

  it('opens', async () => {
    expect(await responder.next()).toEqual(info('channel_open'));
    expect(await initiator.next()).toEqual(info('channel_accept'));
    expect(shown(await initiator.signs())).toEqual(asks('initiator_sign', 'create'));
    expect(await responder.next()).toEqual(info('funding_created'));
    expect(shown(await responder.signs())).toEqual(asks('responder_sign', 'create'));
    expect(await initiator.shows(2)).toEqual([info('funding_signed'), onChain('create')]);
    expect(await responder.shows(1)).toEqual([onChain('create')]);
    await world.server.chain.mine(5);
    for (const party of [initiator, responder]) {
      expect(await party.shows(4)).toEqual([
        info('own_funding_locked'),
        info('funding_locked'),
        info('open'),
        state('create'),
      ]);
    }
  });

  it('updates, and tells both the state itself', async () => {
    initiator.type(wish(initiator, responder, 1));
    const asked = await initiator.signs();
    expect(fields(shown(asked)['payload'])['tx']).toBe('offchain with 0 signatures');
    expect(await responder.next()).toEqual(info('update'));
    expect(shown(await responder.signs())).toMatchObject(asks('update_ack', 'offchain'));
    const [mine, yours] = [await initiator.next(), await responder.next()];
    expect(shown(mine)).toEqual(state('offchain'));
    expect(yours).toEqual(mine);
  });

  it('says beside a transaction of today what has changed, since that does not', async () => {
    responder.type(wish(initiator, responder, 2));
    const { tx: _, ...beside } = fields((await responder.signs())['payload']);
    const updates = [{ from: alice[era], to: bob[era], amount: 2 }];
    expect(beside).toEqual(era === 'legacy' ? {} : { updates });
    await initiator.next();
    await initiator.signs();
    expect(await initiator.shows(1)).toEqual([state('offchain')]);
    expect(await responder.shows(1)).toEqual([state('offchain')]);
  });

  it('applies the push as the era has it', async () => {
    // 10, 3 of it pushed today, 3 paid; 2 have to stay.
    const rest = era === 'legacy' ? 5 : 2;
    initiator.type(wish(initiator, responder, rest + 1));
    expect(await initiator.next()).toMatchObject({ payload: { reason: 'insufficient_balance' } });
    initiator.type(wish(initiator, responder, rest));
    await initiator.signs();
    await responder.next();
    await responder.signs();
    expect(await initiator.shows(1)).toEqual([state('offchain')]);
    expect(await responder.shows(1)).toEqual([state('offchain')]);
  });

  it('closes', async () => {
    initiator.type({ action: 'shutdown', payload: {} });
    expect(shown(await initiator.signs())).toEqual(asks('shutdown_sign', 'close'));
    expect(shown(await responder.signs())).toEqual(asks('shutdown_sign_ack', 'close'));
    for (const party of [initiator, responder]) {
      expect(await party.shows(3)).toEqual([onChain('close'), info('close_mutual'), info('died')]);
      expect(await party.closed).toEqual([1000, '']);
    }
    await world.server.chain.mine();
    const { chain } = world.server;
    const gift = 10n ** 24n;
    expect(chain.balance(alice[era])).toBe(gift - 10n - 1n + 1n);
    expect(chain.balance(bob[era])).toBe(gift + 10n - 2n);
    expect(chain.fees).toBe(2n);
  });
});
