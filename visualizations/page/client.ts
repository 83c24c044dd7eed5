/**
 * The page's own side: the payer, as an app embeds it, and hls.js, which is given parts and keys by it.
 *
 * The picture leads: a part is paid when hls.js asks for its key, about a second before it is needed. What is paid is limited three times: by the
 * price of a part, by the budget of the session, and by a deposit that is only put in when the person at the page has allowed it.
 */
import Hls from 'hls.js';
import { MemoryStore } from '../../adapters/memoryStore.ts';
import { fromHex } from '../../src/bytes.ts';
import { PeerMisbehaved } from '../../src/errors.ts';
import { type StepRecord, stateName } from '../../src/inspect.ts';
import { freshSigner } from '../../src/keys/index.ts';
import type { Signer } from '../../src/signer.ts';
import type { PartSource } from '../../src/streaming/content/fetchParts.ts';
import { playerAddress, playerLoader } from '../../src/streaming/content/player.ts';
import { type Offer, type Player, partSource, payer, play, Trust, toPayee } from '../../src/streaming/index.ts';
import { Keyring } from './keyring.ts';
import { announce, drawStates, payButton, type Row, show, topUpButton, video } from './view.ts';
import { Wallet } from './wallet.ts';

/** What nobody can make this page exceed, in the smallest unit. */
const budget = { part: 2n, session: 16n };
/** What goes into the channel at once: four parts. */
const deposit = 8n;
/** Seconds that hls.js has ready, and so the seconds that are paid in advance. */
const ahead = 0.9;

const store = new MemoryStore();
const keys = new Keyring();
const wallet = new Wallet(new Trust('0'), render);
const light = drawStates(payer.root);

type Phase = 'new' | 'starting' | 'paying' | 'stopped' | 'paid' | 'broken';

let phase: Phase = 'new';
let machineState = 'idle';
let signer: Signer | undefined;
let player: Player | undefined;
let offer: Offer | undefined;
let source: Promise<PartSource> | undefined;
let hls: Hls | undefined;
let rows: Row[] = [];
/** The sequence number that was signed last. */
let sequence = 0;
let isToppingUp = false;
/** Whether all that was paid has been shown. */
let isDry = true;
let trouble = '';

/** Connects, and pays from the first part on that has no key yet. */
async function begin(): Promise<void> {
  phase = 'starting';
  trouble = '';
  render();
  try {
    signer ??= await freshSigner();
    await player?.leave();
    const next = Math.max(
      0,
      rows.findIndex(({ key }) => key === undefined),
    );
    player = await play(new URL('/', location.href).href.replace(/^http/, 'ws'), {
      signer,
      budget,
      deposit,
      session: 'the evening',
      from: next,
      store,
      settlement: wallet,
      attempts: 3,
      content: (wanted) => ({
        have: async (part) => {
          await keys.wanted(part);
          await (await sourceOf(wanted)).part(part);
        },
        open: async (part, key) => {
          const bytes = await (await sourceOf(wanted)).open(part, fromHex(key));
          change(part, { key });
          keys.give(part, fromHex(key));
          return bytes;
        },
      }),
      inspect,
    });
    phase = 'paying';
    listen(player);
    offer = player.offer;
    rows = Array.from({ length: offer.parts ?? 0 }, (_, n) => rows[n] ?? {});
    await attach(offer);
    render();
  } catch (error) {
    fail(error);
  }
}

/** The encrypted parts. Who could not fetch the manifest tries again. */
async function sourceOf({ content, commitment }: Offer): Promise<PartSource> {
  source ??= partSource(new URL(content, location.href).href, { commitment });
  try {
    return await source;
  } catch (error) {
    source = undefined;
    throw error;
  }
}

/** Lets hls.js play: once, whatever happens to the payer. */
async function attach(wanted: Offer): Promise<void> {
  if (hls !== undefined) return;
  const parts = await sourceOf(wanted);
  hls = new Hls({
    loader: playerLoader({
      source: parts,
      keyFor: (n, signal) => keys.keyFor(n, signal),
      // What is only a matter of the line hls.js tries again.
      failed: (error) => {
        if (error instanceof PeerMisbehaved) fail(error);
      },
    }),
    enableWorker: false,
    maxBufferLength: ahead,
    maxMaxBufferLength: ahead,
  });
  const { ERROR: failed } = Hls.Events;
  hls.on(failed, (_, { fatal, details }) => {
    if (fatal) fail(new Error(`The picture cannot be played (${details}).`));
  });
  hls.loadSource(playerAddress(parts));
  hls.attachMedia(video);
  await video.play().catch(() => {});
}

function listen(now: Player): void {
  now.on('playing', () => {
    // A line that broke while nothing was to be paid comes back: nothing is to be paid still.
    if (phase === 'stopped') now.pause();
  });
  now.on('paid', ({ part, amount, left }) => {
    change(part, { price: BigInt(amount), sequence });
    announce(`Part ${part} is paid: ${money(BigInt(amount))}, ${money(BigInt(left))} left.`);
  });
  now.on('toppedUp', ({ deposit: sum }) => {
    isToppingUp = false;
    announce(`The channel holds ${money(BigInt(sum))} now.`);
  });
  now.on('declined', ({ reason }) => {
    isToppingUp = false;
    announce(reason);
  });
  now.on('streamEnded', () => {
    phase = 'paid';
    announce('Every part is paid.');
  });
  now.on('stopped', ({ reason }) => {
    if (phase !== 'paid') fail(new Error(reason));
  });
  void drain(now);
}

/** The opened parts themselves are not needed: hls.js opens its own. */
async function drain(now: Player): Promise<void> {
  try {
    for await (const _ of now.parts()) render();
    if (phase === 'paid' && now.balance.left > 0n) await now.settle();
  } catch (error) {
    fail(error);
  }
}

function inspect({ machine, after, emitted }: StepRecord): void {
  if (machine !== payer.id) return;
  machineState = stateName(after.value);
  sequence = emitted.map(sequenceIn).findLast((found) => found !== undefined) ?? sequence;
  light(machineState);
  // What is shown is what the player says once the step is done.
  queueMicrotask(render);
}

/** The sequence number of a payment that is sent. */
function sequenceIn(emitted: unknown): number | undefined {
  if (typeof emitted !== 'object' || emitted === null || !('message' in emitted)) return undefined;
  return toPayee.pay.safeParse(emitted.message).data?.signed?.sequence;
}

function fail(error: unknown): void {
  phase = 'broken';
  trouble = error instanceof Error && error.message !== '' ? error.message : 'The payee is gone.';
  render();
}

function change(part: number, row: Row): void {
  rows = rows.map((each, n) => (n === part ? { ...each, ...row } : each));
  render();
}

const money = (amount: bigint) => (offer === undefined ? `${amount}` : `${amount} ${offer.unit}`);

/** Whether a deposit waits for the person's word. */
const isUsedUp = () => wallet.asks > 0n && phase !== 'new' && phase !== 'starting';

function render(): void {
  const isNeeded = isUsedUp();
  // What is only promised to a new channel is not in it yet.
  const held = isNeeded && machineState.startsWith('opening') ? undefined : player?.balance;
  show({
    pay: payLabel(),
    topUp: {
      label: offer === undefined ? 'Top up' : `Top up ${money(deposit)}`,
      enabled: isNeeded || (phase !== 'paid' && machineState.startsWith('streaming') && !isToppingUp),
      urgent: isNeeded,
    },
    message: saying(isNeeded),
    isWarning: isNeeded || phase === 'broken',
    cover: covered(isNeeded),
    unit: offer?.unit ?? '',
    left: held?.left ?? 0n,
    deposit: held?.deposit ?? 0n,
    spent: player?.spent ?? 0n,
    parts: rows,
    current: Math.min(
      offer === undefined ? -1 : Math.floor((video.currentTime * 1_000) / offer.partMs),
      // At the very end of what is paid its last part is on the screen.
      rows.findLastIndex(({ key }) => key !== undefined),
    ),
  });
}

function payLabel(): { readonly label: string; readonly enabled: boolean } {
  switch (phase) {
    case 'new':
      return { label: 'Play and pay', enabled: true };
    case 'starting':
      return { label: 'Opening a channel…', enabled: false };
    case 'paying':
      return { label: 'Stop paying', enabled: machineState.startsWith('streaming') };
    case 'stopped':
      return { label: 'Resume paying', enabled: machineState.startsWith('streaming') };
    case 'broken':
      return { label: 'Try again', enabled: true };
    case 'paid':
      return { label: 'Watch again, at no cost', enabled: video.ended };
  }
}

function saying(isNeeded: boolean): string {
  if (phase === 'broken') return trouble;
  if (isNeeded) {
    return isDry
      ? 'The deposit is used up, and the picture has stopped. Top up to go on.'
      : 'The deposit is used up: the picture stops when what was paid is over. Top up to go on.';
  }
  switch (phase) {
    case 'new':
      return `The payer puts ${deposit} ct into a channel, and pays part for part.`;
    case 'starting':
      return 'Connecting to the payee.';
    case 'stopped':
      return isDry
        ? 'Nothing is paid, so there is no picture.'
        : 'Nothing more is paid: the picture stops at the end of what was.';
    case 'paid':
      return video.ended ? 'The end. Every part is paid, and its key is here.' : 'Every part is paid.';
    case 'paying':
      if (machineState === 'opening.reconnecting') return 'The line to the payee is broken; it is tried again.';
      return isDry ? 'The next part is being paid.' : 'Each part is paid when the picture needs it.';
  }
}

function covered(isNeeded: boolean): string {
  if (phase === 'new' || phase === 'starting') return 'Locked';
  if (!isDry || video.ended) return '';
  if (isNeeded) return 'Deposit used up';
  return phase === 'stopped' ? 'Not paid' : phase === 'broken' ? 'Stopped' : '';
}

payButton.addEventListener('click', () => {
  switch (phase) {
    case 'new':
      wallet.allow(deposit);
      void begin();
      break;
    case 'broken':
      void begin();
      break;
    case 'paying':
      stop();
      break;
    case 'stopped':
      resume();
      void video.play();
      break;
    case 'paid':
      video.currentTime = 0;
      void video.play();
      break;
  }
  render();
});

function stop(): void {
  if (phase !== 'paying') return;
  phase = 'stopped';
  player?.pause();
}

function resume(): void {
  if (phase !== 'stopped') return;
  phase = 'paying';
  player?.resume();
}

// A keyboard or a headset may pause the picture too: then nothing more is to be paid.
video.addEventListener('pause', () => {
  if (!video.ended) stop();
});
video.addEventListener('play', resume);

topUpButton.addEventListener('click', () => {
  const isWaiting = wallet.asks > 0n;
  wallet.allow(deposit);
  if (!isWaiting) {
    isToppingUp = true;
    player?.topUp(deposit);
  }
  render();
});

for (const event of ['playing', 'waiting', 'timeupdate', 'ended'] as const) {
  video.addEventListener(event, () => {
    if (event === 'playing') isDry = false;
    if (event === 'waiting') isDry = true;
    render();
  });
}

light(machineState);
render();
