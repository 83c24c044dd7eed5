/** One channel at the payee: its machine, and who carries out what that tells. */
import type { EmittedFrom } from 'xstate';
import { type PayeeEvent, type PayeeInput, payee } from '../../machines/streaming/payee.ts';
import { toHex } from '../bytes.ts';
import type { MachineFailed, StoreFailed } from '../errors.ts';
import { Kernel } from '../kernel.ts';
import type { OrdersOf, RequestsOf, SendsOf } from '../role.ts';
import { type Outside, Session } from '../session.ts';
import { judge } from './judge.ts';
import type { PayeeNotice, Payees } from './payees.ts';
import { streamingSecrets } from './wire.ts';

const payeeKernel = new Kernel(payee);

type PayeeEmitted = EmittedFrom<typeof payee>;

/** One channel. */
export class ChannelPayee implements Outside<typeof payee> {
  readonly publicKey: string;
  readonly channelId: string;
  readonly session: Session<typeof payee>;
  readonly #payees: Payees;
  /** Aborted when the channel is over: nobody waits for a signature then. Made when the first is asked for. */
  #over: AbortController | undefined;
  #endWatch: (() => void) | undefined;

  constructor(payees: Payees, publicKey: string, input: PayeeInput) {
    this.#payees = payees;
    this.publicKey = publicKey;
    this.channelId = input.channel.id;
    const { host } = payees;
    this.session = new Session(
      {
        id: `${publicKey}/${input.channel.id}`,
        kernel: payeeKernel,
        outside: this,
        clock: host.clock,
        report: host.report,
        store: payees.options.store,
        ...(host.inspect === undefined ? {} : { inspect: host.inspect, secrets: streamingSecrets }),
      },
      input,
    );
  }

  tell(event: PayeeEvent): boolean {
    return this.session.tell(event);
  }

  watch(): void {
    const { channel } = this.session.snapshot.context;
    this.#endWatch ??= this.#payees.options.settlement.watch(channel, (sight) =>
      this.tell(sight.type === 'closing' ? { type: 'closingSeen', sent: sight.sent } : { type: 'closedSeen' }),
    );
  }

  stop(): void {
    this.session.stop();
    this.#release();
  }

  send({ to, message }: SendsOf<PayeeEmitted>): void {
    this.#payees.connection(to)?.deliver(message);
  }

  request(request: RequestsOf<PayeeEmitted>): void {
    const { options } = this.#payees;
    const { id } = request;
    switch (request.type) {
      case 'consultClaim': {
        const { claim } = request;
        const verdict = judge(
          options.scheme,
          claim.statement,
          request,
          request.channel.payer.publicKey,
          claim.signature,
        );
        if (typeof verdict === 'boolean') this.tell({ type: 'verified', id, ok: verdict, claim });
        else void verdict.then((ok) => this.tell({ type: 'verified', id, ok, claim }));
        break;
      }
      case 'requestSignature':
        void this.#sign(id, () => options.scheme.bytes(request.statement, request.channel, request.standing));
        break;
      case 'consultDeposit':
        options.settlement.deposit(request.channel).then(
          (deposit) => this.tell({ type: 'deposited', id, deposit }),
          (error: unknown) => {
            this.#payees.host.report(error);
            this.tell({ type: 'deposited', id, deposit: '0' });
          },
        );
        break;
      case 'requestSettlement': {
        const { channel, proof, alone } = request;
        const settling = alone
          ? options.settlement.closeAlone(channel, proof)
          : options.settlement.close(channel, proof);
        settling.then(
          () => this.tell({ type: 'settled', id }),
          (error: unknown) => this.tell({ type: 'unsettled', id, reason: sentence(error) }),
        );
        break;
      }
    }
  }

  order(order: OrdersOf<PayeeEmitted>): void {
    if (order.type !== 'orderChallenge') return;
    this.#payees.options.settlement
      .challenge(order.channel, order.proof)
      .catch((error: unknown) => this.#payees.host.report(error));
  }

  notify(notice: PayeeNotice): void {
    const { stats, options } = this.#payees;
    if (notice.type === 'paid') stats.payments += 1;
    if (notice.type === 'released') stats.released += 1;
    if (notice.type === 'opened') {
      this.watch();
      this.#payees.opened(this);
    }
    if (notice.type === 'paid') this.#payees.proved(this);
    if (notice.type === 'ending') this.#payees.release(this);
    options.notify?.(this.publicKey, notice);
  }

  ended(): void {
    this.#release();
    this.#payees.ended(this);
  }

  failed(error: MachineFailed | StoreFailed): void {
    this.#payees.host.report(error);
    this.#release();
    this.#payees.ended(this);
  }

  #release(): void {
    this.#endWatch?.();
    this.#over?.abort();
  }

  async #sign(id: string, bytes: () => Uint8Array): Promise<void> {
    this.#over ??= new AbortController();
    try {
      const signature = await this.#payees.options.signer.sign(bytes(), this.#over.signal);
      this.tell({ type: 'signed', id, signature: toHex(signature) });
    } catch (error) {
      this.tell({ type: 'refused', id, reason: sentence(error) });
    }
  }
}

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));
