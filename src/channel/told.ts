/** What an app is told of its channel: what the machine tells, and what the watch tells, in the app's words. */
import type { PartyEmitted } from '../../machines/channel/party/types.ts';
import type { NoticesOf } from '../role.ts';
import { type ChannelNotice, stateOf } from './options.ts';
import type { WatchNotice } from './watch.ts';

/** How a new state is told, by what has led to it. */
const changes = { create: 'updated', update: 'updated', deposit: 'deposited', withdraw: 'withdrawn' } as const;

/** A notice of the machine; `undefined` for what only this library needs to know. */
export function toldOf(notice: NoticesOf<PartyEmitted>): ChannelNotice | undefined {
  switch (notice.type) {
    case 'progressed':
      return { type: 'progress', step: notice.step, tx: notice.tx };
    case 'noticed':
      return { type: 'progress', step: notice.event, tx: '' };
    case 'updated':
      return { type: changes[notice.agreed.kind], state: stateOf(notice.agreed), isOwn: notice.id !== '' };
    case 'contested':
      return { type: 'contested', state: stateOf(notice.agreed), isOwn: notice.id !== '' };
    case 'missed':
      return { type: 'missed', state: stateOf(notice.agreed) };
    case 'left':
      return { type: 'left', state: notice.tx, isOwn: notice.id !== '' };
    case 'disputed':
    case 'settled':
      return { type: notice.type, tx: notice.tx };
    case 'shutDown':
      return { type: 'closing', tx: notice.tx };
    case 'declined':
      return { type: 'declined', tag: notice.tag, reason: notice.reason };
    case 'conflicted':
      return { type: 'conflict', round: notice.round, ...(notice.code === 0 ? {} : { errorCode: notice.code }) };
    case 'messaged':
      return { type: 'message', message: notice.message };
    case 'reported':
      return { type: 'error', reason: notice.reason, detail: notice.detail };
    case 'violated':
      return { type: 'error', reason: 'violated', detail: `${notice.event} in ${notice.state}: ${notice.reason}` };
    case 'disconnected':
      return { type: 'disconnected', reason: notice.reason };
    case 'stopped':
      return { type: 'disconnected', reason: notice.reason, end: notice.isTurnedAway ? 'turnedAway' : 'lost' };
    case 'reestablished':
    case 'leftBehind':
    case 'died':
      return { type: notice.type };
    default:
      return undefined;
  }
}

/** A notice of the watch; `undefined` for a solo close, of which the node tells, as of everything that the chain has of the channel. */
export function toldOfWatch(notice: WatchNotice): ChannelNotice | undefined {
  switch (notice.type) {
    case 'disputed':
      return { type: 'slashed', round: notice.round, stale: notice.stale };
    case 'settled':
      return { type: 'paidOut', paid: notice.paid };
    case 'hindered':
    case 'unwatched':
      return notice;
    case 'overtaken':
      return { type: 'overtaken', round: notice.round };
    case 'soloClosed':
    case 'buried':
      return undefined;
  }
}
