/**
 * The origin's side of a line, as its server was seen to talk: bare frames of engine.io and socket.io, texts and attachments, letter by letter. It knows
 * nothing of our wire and verifies with the origin's own library.
 */
import { once } from 'node:events';
import { Cell } from '@ton/core';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { MemoryStore } from '../../../adapters/memoryStore.ts';
import { connectSocketIo } from '../../../adapters/socketioClient.ts';
import { toHex } from '../../../src/bytes.ts';
import { signerFromSeed } from '../../../src/keys/index.ts';
import { Player, type PlayerNotice, type PlayerOptions } from '../../../src/streaming/player.ts';
import { type UnsafeTontubeOptions, unsafeTontube } from '../../../src/streaming/tontube.ts';
import { Trust } from '../../../src/streaming/trust.ts';
import { installTimeout } from '../../interop/install.ts';
import { type Tonweb, tonweb } from '../../interop/streaming/tonweb.ts';

export { installTimeout };

/** The payer's and the payee's seeds, and where they are paid. */
export const seeds = { payer: new Uint8Array(32).fill(1), payee: new Uint8Array(32).fill(2) } as const;
export const wallets = {
  payer: `0:${'11'.repeat(32)}`,
  payee: 'EQAiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIp3C',
} as const;

export const bytesOf = (digits: string) => Uint8Array.from(Buffer.from(digits, 'hex'));

/** One connection, frame by frame. */
class OriginSocket {
  readonly #socket: WebSocket;
  readonly #frames: (string | Uint8Array)[] = [];
  #wake = () => {};

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: RawData, isBinary) => {
      const bytes = Buffer.isBuffer(data) ? data : Buffer.alloc(0);
      this.#frames.push(isBinary ? Uint8Array.from(bytes) : bytes.toString());
      this.#wake();
    });
  }

  /** The next frame. */
  async hears(): Promise<string | Uint8Array> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The next frames, each as the test has it. */
  async expects(...frames: readonly (string | Uint8Array)[]): Promise<void> {
    for (const frame of frames) expect(await this.hears()).toEqual(frame);
  }

  /** A text, and what is attached to it. */
  says(...frames: readonly (string | Uint8Array)[]): void {
    for (const frame of frames) this.#socket.send(frame);
  }

  /** Opens engine.io and socket.io's namespace. */
  async opens(): Promise<void> {
    this.says('0{"sid":"engine","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}');
    await this.expects('40');
    this.says('40{"sid":"socket"}');
  }
}

export interface Stage {
  readonly origin: OriginSocket;
  readonly player: Player;
  readonly notices: readonly PlayerNotice[];
  /** What `open` comes to. */
  readonly opened: Promise<Player | Error>;
}

/** An origin that says what the test says, and players of ours that talk to it. */
export function useOrigin() {
  let server: WebSocketServer;
  let url: string;
  let players: Player[];
  let library: Tonweb;
  beforeAll(async () => {
    library = await tonweb();
  }, installTimeout);
  beforeEach(async () => {
    players = [];
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const at = server.address();
    if (at === null || typeof at === 'string') throw new Error('not listening');
    url = `http://127.0.0.1:${at.port}/`;
  });
  afterEach(async () => {
    await Promise.all(players.map((player) => player.leave()));
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  });
  const code = () => Cell.fromHex(library.PaymentChannel.codeHex);
  return {
    library: () => library,
    code,
    /** The channel as the origin's library has it, from the payee's side; `deposit` in nanotons. */
    channel: (id: bigint, deposit: string) => {
      const { Address, BN, PaymentChannel, keyPairFromSeed } = library;
      return new PaymentChannel(null, {
        isA: false,
        channelId: new BN(`${id}`, 10),
        myKeyPair: keyPairFromSeed(seeds.payee),
        hisPublicKey: keyPairFromSeed(seeds.payer).publicKey,
        initBalanceA: new BN(deposit, 10),
        initBalanceB: new BN('0', 10),
        addressA: new Address(wallets.payer),
        addressB: new Address(wallets.payee),
        // What it has where nothing is said.
        closingConfig: { quarantineDuration: 0, misbehaviorFine: new BN('0', 10), conditionalCloseDuration: 0 },
        excessFee: new BN('0', 10),
      });
    },
    /** What the origin expects after a payment; amounts in nanotons. */
    expected: (left: string, sent: string, sequence: number) => ({
      balanceA: new library.BN(left, 10),
      balanceB: new library.BN(sent, 10),
      seqnoA: new library.BN(`${sequence}`, 10),
      seqnoB: new library.BN('0', 10),
    }),
    /** A player whose next channel has the id 258870532663742950364208952715578537202. */
    async plays(
      options: Pick<UnsafeTontubeOptions, 'fetch'> & Partial<UnsafeTontubeOptions>,
      changes: Partial<PlayerOptions> = {},
    ): Promise<Stage> {
      const arrived = once(server, 'connection');
      const { line, ...origin } = unsafeTontube({ code: code(), videos: 'http://videos.example/', ...options });
      const player = new Player(url, line(connectSocketIo), {
        ...origin,
        signer: await signerFromSeed(seeds.payer),
        wallet: wallets.payer,
        store: new MemoryStore(),
        settlement: new Trust('0'),
        budget: { part: '10000000', session: '1000000000' },
        deposit: '50000000',
        random: { bytes: (length) => bytesOf('c2c0a6abb6f373e1d5873083e8d974f2').slice(0, length) },
        ...changes,
      });
      players.push(player);
      const notices: PlayerNotice[] = [];
      for (const type of ['paid', 'unlocked', 'violated', 'partLost', 'streamEnded', 'emptied', 'stopped'] as const) {
        player.on(type, (notice) => notices.push(notice));
      }
      const opened = player.open().catch((error: Error) => error);
      const [socket] = await arrived;
      const stage = { origin: new OriginSocket(socket), player, notices, opened };
      await stage.origin.opens();
      return stage;
    },
  };
}

/** The seeds' public keys. */
export async function keysOf() {
  const [payer, payee] = await Promise.all([signerFromSeed(seeds.payer), signerFromSeed(seeds.payee)]);
  return { payer: payer.publicKey, payee: payee.publicKey, payerHex: toHex(payer.publicKey) };
}
