/**
 * The payee's process of the streaming bench, or a bare `ws` server in its place. Content costs nothing: a key is a constant.
 *
 * Its books are read twice: from the sessions that run, and, where they are kept on the disk, from what a payee restored there says.
 */
import { WebSocketServer } from 'ws';
import { listenWs } from '../../adapters/ws.ts';
import { freshSigner } from '../../src/keys/index.ts';
import { packetTransport } from '../../src/packets.ts';
import { type PayeeNotice, Payees } from '../../src/streaming/payees.ts';
import { plain } from '../../src/streaming/plain.ts';
import { Trust } from '../../src/streaming/trust.ts';
import { type Books, deposit, payeeJobSchema, price, stream } from './streamingJob.ts';
import { answerLines, type CountedStore, Faults, memoryNow, openStore, say, usageOf } from './streamingProcess.ts';

const show = {
  offer: { stream, price, unit: 'nano', partMs: 0, parts: null, commitment: '', content: '/', credit: 0 },
  key: () => '00'.repeat(16),
};
const minutes = 60_000;

async function servePayee(counted: CountedStore, isDurable: boolean): Promise<void> {
  const faults = new Faults();
  const paid = new Map<string, bigint>();
  let payments = 0;
  const notify = (payer: string, notice: PayeeNotice) => {
    if (notice.type === 'paid') {
      payments += 1;
      paid.set(payer, (paid.get(payer) ?? 0n) + BigInt(notice.amount));
    } else if (notice.type === 'violated' || notice.type === 'misused') faults.add(`the payee told ${notice.type}`);
  };
  const options = {
    signer: await freshSigner(),
    wallet: 'payee',
    shows: [show],
    store: counted.store,
    scheme: plain,
    settlement: new Trust(deposit),
    // Between slices nobody pays.
    limits: { connectionsPerIp: 0, payTimeout: 60 * minutes },
    report: faults.add,
  };
  const payees = new Payees({ ...options, notify });
  const listener = await listenWs({
    maxFrame: payees.limits.maxFrame,
    liveness: 10 * minutes,
    admit: (info) => payees.admit(info),
    connection: (transport, info) => payees.accept(packetTransport(transport), info),
  });

  const check = (books: Payees, where: string) => {
    for (const [payer, amount] of paid) {
      const said = books.balance(payer)?.sent;
      if (said !== `${amount}`) faults.add(`${where} ${payer} has paid ${said}; ${amount} was told`);
    }
  };
  const books = async (): Promise<Books> => {
    check(payees, 'in the sessions');
    if (payees.stats.payments !== payments) faults.add(`${payees.stats.payments} payments counted, ${payments} told`);
    if (payees.stats.refused > 0) faults.add(`${payees.stats.refused} messages were refused`);
    await payees.close();
    if (isDurable) {
      const restored = new Payees(options);
      await restored.restore();
      check(restored, 'on the disk');
      await restored.close();
    }
    const sent = Object.fromEntries([...paid].map(([payer, amount]) => [payer, `${amount}`]));
    return { sent, payments, ...faults.told };
  };
  say({ ready: true, url: listener.url });
  await answerLines({ usage: () => usageOf(counted), memory: memoryNow, books });
}

/** A server that does what every WebSocket server must, with the options of ours. */
async function serveBare(): Promise<void> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false, maxPayload: 65_536 });
  server.on('connection', (ws) => {
    ws.on('message', () => ws.send('{}'));
    ws.on('error', () => {});
  });
  server.on('listening', () => {
    const bound = server.address();
    if (bound !== null && typeof bound === 'object') say({ ready: true, url: `ws://127.0.0.1:${bound.port}` });
  });
  await answerLines({ memory: memoryNow });
}

const job = payeeJobSchema.parse(JSON.parse(process.argv[2] ?? ''));
if (job.kind === 'bare') await serveBare();
else await servePayee(await openStore(job.folder), job.folder !== null);
