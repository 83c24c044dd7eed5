/**
 * One channel of a node: its session, the sockets of its two parties, and what the chain is asked for it.
 *
 * What it must never do: give a party's place to somebody while the party is there.
 */
import type { EmittedFrom } from 'xstate';
import type { Party, Reason } from '../../machines/channel/messages.ts';
import { toldChannel } from '../../machines/channel/node/rules/parties.ts';
import type { Deed } from '../../machines/channel/node/types.ts';
import { type NodeEvent, type NodeInput, node } from '../../machines/channel/node.ts';
import { fromHex } from '../bytes.ts';
import type { MachineFailed, StoreFailed } from '../errors.ts';
import { Kernel } from '../kernel.ts';
import type { OrdersOf, RequestsOf, SendsOf } from '../role.ts';
import { type Outside, Session } from '../session.ts';
import type { ChannelDeed } from './chainPosting.ts';
import type { ChannelEvent } from './chainRecords.ts';
import { decode, encode } from './encoding.ts';
import type { NodeNotice } from './nodeOptions.ts';
import type { NodeSocket } from './nodeSocket.ts';
import type { Nodes } from './nodes.ts';
import type { Asked, Existing } from './query.ts';
import { see } from './seen.ts';
import { ownSignature } from './signing.ts';

type NodeEmitted = EmittedFrom<typeof node>;

const kernel = new Kernel(node);

/** What a transaction does with a channel that is open; a snapshot leaves it as it is. */
const deeds: Readonly<Partial<Record<ChannelDeed, Deed>>> = {
  deposit: 'change',
  withdraw: 'change',
  closeSolo: 'dispute',
  slash: 'dispute',
  closeMutual: 'end',
  settle: 'end',
};

/** One channel. */
export class NodeChannel implements Outside<typeof node> {
  readonly session: Session<typeof node>;
  readonly #nodes: Nodes;
  readonly #sockets: Partial<Record<Party, NodeSocket>> = {};
  readonly #watches = new Set<() => void>();
  /** The channel's id as text, once it is open: frames of today name it. */
  #name: string | null = null;

  constructor(nodes: Nodes, id: string, input: NodeInput) {
    this.#nodes = nodes;
    const { host, options } = nodes;
    this.session = new Session(
      {
        id,
        kernel,
        outside: this,
        clock: host.clock,
        report: host.report,
        store: options.store,
        ...(options.grace === undefined ? {} : { grace: options.grace }),
        ...(host.inspect === undefined ? {} : { inspect: host.inspect }),
      },
      input,
    );
  }

  get terms(): Asked['terms'] {
    return this.session.snapshot.context.terms;
  }

  /** Whether a party is still wanted here: not one that has heard the last words. */
  expects(role: Party): boolean {
    const { ended, unheard } = this.session.snapshot.context;
    return !this.session.ended && (ended === '' || unheard[role]);
  }

  /** Whether somebody who does not name it can mean it: today's clients say so when they come back, and who has left a channel has to. */
  isFoundBy({ role, dialect, takesMore }: Asked): boolean {
    if (this.isWaitingFor(role)) return true;
    return !this.session.snapshot.context.parties[role].hasLeft && (dialect !== 'rpc' || takesMore);
  }

  /** Why somebody who comes back to this channel does not get its place. */
  refusalOf(
    role: Party,
    { fsmId, state }: Existing,
  ): { readonly message: string; readonly reason: Reason } | undefined {
    const { agreed, fsmIds } = this.session.snapshot.context;
    if (fsmId !== undefined && fsmId !== fsmIds[role])
      return { message: 'existing_fsm_id is another one', reason: 'invalid_fsm_id' };
    if (state !== undefined) {
      if (agreed === null) return { message: 'the channel is not open yet', reason: 'not_ready' };
      const seen = see(state);
      const isState = seen.kind !== 'unreadable' && seen.kind !== 'close';
      if (!isState) return { message: 'offchain_tx is no state', reason: 'not_offchain' };
      if (seen.id !== agreed.id) return { message: 'offchain_tx is not the last state', reason: 'rejected' };
      if (state !== agreed.tx) return { message: 'not both have signed offchain_tx', reason: 'bad_signature' };
    }
    const isTaken = fsmId === undefined && this.isTaken(role);
    return isTaken ? { message: `the ${role} of this channel is here already`, reason: 'not_allowed_now' } : undefined;
  }

  /** A socket that was told to close has no place any more, even where its end is still on its way. */
  isTaken(role: Party): boolean {
    return this.#sockets[role]?.isClosing === false;
  }

  /** Whether this party has never come. */
  isWaitingFor(role: Party): boolean {
    return !this.isTaken(role) && this.session.snapshot.matches({ opening: 'awaitingParties' });
  }

  join(socket: NodeSocket, asked: Asked): void {
    const { role, dialect, minimumDepth, timeouts, takesMore, keepsRunning, existing } = asked;
    this.#sockets[role]?.replaced();
    this.#sockets[role] = socket;
    socket.sit(this, role);
    const isReestablishing = existing?.isReestablishing ?? false;
    const terms = { dialect, takesMore, keepsRunning, minimumDepth, timeouts };
    this.tell({ type: 'joined', from: role, ...terms, isReestablishing });
  }

  /** Is told from now on of what becomes of the channel on the chain, and at once of what has. */
  watchChain(): void {
    const { channelId, agreed } = this.session.snapshot.context;
    if (agreed === null) return;
    const { chain } = this.#nodes.options;
    this.#watches.add(chain.watchChannel(channelId, (event) => this.#included(event)));
    const last = chain.lastOf(channelId);
    if (last !== undefined) this.#included(last);
  }

  #included({ hash, kind, round }: ChannelEvent): void {
    const deed = deeds[kind];
    const found = this.#nodes.options.chain.transaction(encode('th', 'modern', fromHex(hash)));
    if (deed === undefined || found === undefined) return;
    const tx = encode('tx', this.terms.era, decode(found.tx, 'tx').bytes);
    this.tell({ type: 'included', deed, seen: see(tx), tx, round: Number(round) });
  }

  leave(socket: NodeSocket, role: Party, code: number): void {
    if (this.#sockets[role] !== socket) return;
    delete this.#sockets[role];
    this.tell({ type: 'left', from: role, code });
  }

  tell(event: NodeEvent): void {
    this.session.tell(event);
  }

  send({ to, message }: SendsOf<NodeEmitted>): void {
    const { context } = this.session.snapshot;
    if (context.agreed !== null) this.#name ??= toldChannel(context);
    this.#sockets[to]?.send(message, this.#name ?? toldChannel(context));
  }

  request(request: RequestsOf<NodeEmitted>): void {
    const { id } = request;
    const { chain } = this.#nodes.options;
    switch (request.type) {
      case 'consultSignatures': {
        const { about, from } = request;
        void ownSignature(request, this.#nodes.networkId).then((signature) =>
          this.tell({ type: 'verified', id, about, from, signature: signature ?? null }),
        );
        break;
      }
      case 'requestNonce':
        this.#ask(
          chain.reserve(request.account, `${this.session.id}/${id}`).then((nonce) => {
            const balance = chain.balance(encode('ak', 'modern', fromHex(request.account)));
            this.tell({ type: 'reserved', id, nonce: `${nonce}`, balance: `${balance}` });
          }),
        );
        break;
      case 'requestPosting':
        this.#ask(
          chain.post(request.tx).then((refusal) => {
            this.tell(refusal === undefined ? { type: 'posted', id } : { type: 'rejected', id, reason: refusal });
          }),
        );
        break;
      case 'requestDepth': {
        const forget = chain.watch(
          request.tx,
          request.depth,
          () => this.tell({ type: 'reached', id }),
          (reason) => this.tell({ type: 'rejected', id, reason }),
        );
        this.#watches.add(forget);
        break;
      }
    }
  }

  order(order: OrdersOf<NodeEmitted>): void {
    switch (order.type) {
      case 'orderClose':
        this.#sockets[order.to]?.close(order.code, order.reason);
        break;
      case 'orderRelease':
        this.#ask(this.#nodes.options.chain.release(`${this.session.id}/`));
        break;
    }
  }

  notify(notice: NodeNotice): void {
    const { stats, options } = this.#nodes;
    if (notice.type === 'updated') stats.updates += 1;
    if (notice.type === 'opened') this.watchChain();
    if (notice.type === 'conflicted') stats.conflicts += 1;
    if (notice.type === 'violated') {
      stats.violations += 1;
      this.#sockets[notice.from]?.violated();
    }
    options.notify?.(notice);
  }

  ended(): void {
    this.#forget();
  }

  failed(error: MachineFailed | StoreFailed): void {
    this.#nodes.host.report(error);
    for (const socket of Object.values(this.#sockets)) socket.close(1011, 'Internal error');
    this.#forget();
  }

  #forget(): void {
    for (const forget of this.#watches) forget();
    this.#nodes.ended(this);
  }

  /** The chain's store has failed: the channel stands still, and can be restored with it. */
  #ask(answer: Promise<void>): void {
    answer.catch((error: unknown) => {
      this.#nodes.host.report(error);
      this.session.stop();
      for (const socket of Object.values(this.#sockets)) socket.close(1011, 'Internal error');
      this.#forget();
    });
  }
}
