/**
 * The reference of the star's bench: the least that passes the star's events on with socket.io 4. Joins, dials, and streams by their names, nothing else.
 *
 * It checks nothing, limits nothing and announces nothing, on purpose: it is the floor that our rendezvous is compared with, never one to use. It ends
 * when its standard input does, that is, with the bench that started it.
 */
import { createServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { serveBench } from './starProcess.ts';

const http = createServer();
const io = new Server(http, {
  serveClient: false,
  perMessageDeflate: false,
  allowEIO3: true,
  pingInterval: 300_000,
  pingTimeout: 300_000,
});
const peers = new Map<string, Socket>();
/** Both sockets of a dial, by its id, and how many of its directions have not ended. */
const dials = new Map<string, { readonly one: Socket; readonly other: Socket; open: number }>();
const streamEvent = 'socket.io-pull-stream.';

io.on('connection', (socket) => {
  socket.on('ss-join', (address: string, _: string, answer: (...args: unknown[]) => void) => {
    const others = [...peers.keys()];
    peers.set(address, socket);
    socket.once('disconnect', () => peers.delete(address));
    answer(null, null, others);
  });
  socket.on('ss-dial', (from: string, to: string, dialId: string, answer: (...args: unknown[]) => void) => {
    const peer = peers.get(to);
    if (peer === undefined) return answer('Peer not found');
    dials.set(dialId, { one: socket, other: peer, open: 2 });
    peer.emit('ss-incomming', dialId, from, answer);
  });
  socket.onAny((event: string, ...args: unknown[]) => {
    if (!event.startsWith(streamEvent)) return;
    const name = event.slice(event.indexOf('.', streamEvent.length) + 1);
    const dialId = name.slice(0, name.lastIndexOf('.'));
    const dial = dials.get(dialId);
    if (dial === undefined) return;
    (socket === dial.one ? dial.other : dial.one).emit(event, ...args);
    if (!event.startsWith('error.', streamEvent.length)) return;
    dial.open -= 1;
    if (dial.open === 0) dials.delete(dialId);
  });
});

http.listen(0, '127.0.0.1', () => {
  const at = http.address();
  const port = typeof at === 'object' && at !== null ? at.port : 0;
  serveBench(`ws://127.0.0.1:${port}`);
});
