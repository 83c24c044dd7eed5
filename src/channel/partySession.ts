/** The session of either party's machine, as one thing. */
import { initiator } from '../../machines/channel/initiator.ts';
import type {
  PartyContext,
  PartyEmitted,
  PartyEvent,
  PartyInput,
  PartyOutput,
} from '../../machines/channel/party/types.ts';
import { responder } from '../../machines/channel/responder.ts';
import type { Host } from '../host.ts';
import { Kernel } from '../kernel.ts';
import type { NoticesOf, OrdersOf, RequestsOf, SendsOf } from '../role.ts';
import { Session } from '../session.ts';
import type { Store } from '../store.ts';

export interface PartySession {
  tell(event: PartyEvent): boolean;
  start(): unknown;
  restore(): Promise<boolean>;
  stop(): void;
  readonly snapshot: { readonly value: unknown; readonly context: PartyContext };
}

/** Who carries out what either machine tells. */
export interface PartyOutside {
  send(effect: SendsOf<PartyEmitted>): void;
  request(request: RequestsOf<PartyEmitted>): void;
  order(order: OrdersOf<PartyEmitted>): void;
  notify(notice: NoticesOf<PartyEmitted>): void;
  ended(output: PartyOutput): void;
  failed(error: Error): void;
}

const kernels = { initiator: new Kernel(initiator), responder: new Kernel(responder) };

/** By which a node knows a party again: nobody else is to see it. */
const secrets: ReadonlySet<string> = new Set(['fsmId']);

/** @param id under which it lies in the store */
export function partySession(
  id: string,
  input: PartyInput,
  outside: PartyOutside,
  { clock, report, inspect }: Host,
  store: Store,
): PartySession {
  const options = { id, outside, clock, report, store, ...(inspect === undefined ? {} : { inspect, secrets }) };
  return input.role === 'initiator'
    ? new Session({ ...options, kernel: kernels.initiator }, input)
    : new Session({ ...options, kernel: kernels.responder }, input);
}
