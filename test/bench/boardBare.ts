/**
 * The reference of the board's bench: the least that tells everybody of a proposal with socket.io. Keep it in memory, broadcast it, nothing else.
 *
 * It checks nothing, limits nothing and stores nothing, on purpose: it is the floor that our board is compared with, never a board to use. It ends when
 * its standard input does, that is, with the bench that started it.
 */
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, { serveClient: false, perMessageDeflate: false, pingInterval: 300_000 });
const channels = new Map<unknown, unknown>();

io.on('connection', (socket) => {
  socket.emit('requestAddresses', {});
  socket.emit('receiveChannels', Object.fromEntries(channels));
  socket.on('proposeChannel', ({ channelData }: { readonly channelData: { readonly id: unknown } }) => {
    channels.set(channelData.id, channelData);
    io.emit('receiveChannelProposal', channelData);
  });
});

http.listen(0, '127.0.0.1', () => {
  const at = http.address();
  const port = typeof at === 'object' && at !== null ? at.port : 0;
  process.stdout.write(`${JSON.stringify({ ready: true, url: `ws://127.0.0.1:${port}`, pid: process.pid })}\n`);
});

process.stdin.on('end', () => process.exit()).resume();
