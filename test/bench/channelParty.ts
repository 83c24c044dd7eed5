/** One side of the channels of the channel bench: the initiators pay, one update after the other in each channel, and the responders acknowledge. */
import { type Channel, encode, openChannel } from '../../src/channel/index.ts';
import { signerFromSeed } from '../../src/keys/index.ts';
import { partyJobSchema, reserve, seedOf, stake } from './channelJob.ts';
import { answerLines, Faults, say } from './streamingProcess.ts';

const sliceSeconds = 2;
const job = partyJobSchema.parse(JSON.parse(process.argv[2] ?? ''));
const faults = new Faults();

async function accountOf(role: 'initiator' | 'responder', channel: number): Promise<string> {
  return encode('ak', 'modern', (await signerFromSeed(seedOf(role, channel))).publicKey);
}

async function open(channel: number): Promise<Channel> {
  return openChannel({
    url: job.url,
    role: job.role,
    initiator: await accountOf('initiator', channel),
    responder: await accountOf('responder', channel),
    initiatorAmount: stake,
    responderAmount: stake,
    pushAmount: 0n,
    channelReserve: reserve,
    lockPeriod: 10,
    host: 'localhost',
    port: 3_014,
    minimumDepth: 0,
    dialect: job.dialect,
    signer: await signerFromSeed(seedOf(job.role, channel)),
    report: faults.add,
  });
}

const opening = Array.from({ length: job.channels }, (_, channel) => open(channel));
say({ ready: true });
const channels = await Promise.all(opening);

/** Pays in every channel until the time is over. */
async function slice() {
  const start = performance.now();
  let updates = 0;
  const pay = async (channel: Channel) => {
    while (performance.now() - start < sliceSeconds * 1_000) {
      await channel.pay(1n);
      updates += 1;
    }
  };
  await Promise.all(channels.map((channel) => pay(channel).catch(faults.add)));
  return { updates, seconds: (performance.now() - start) / 1_000 };
}

const usage = () => {
  const { user, system } = process.cpuUsage();
  return { cpuMicros: user + system };
};

const books = () => ({
  states: channels.map(({ state }) => `${state?.round} ${state?.initiatorAmount} ${state?.responderAmount}`),
  ...faults.told,
});

await answerLines({ opened: () => ({ ready: true }), usage, slice, books });
