/**
 * The reference of the relay bench: the least that relays with `ws`. Parse, look up, stringify, send, nothing else.
 *
 * It checks nothing, limits nothing and answers no errors, on purpose: it is the floor that our server is compared
 * with, never a server to use. It ends when its standard input does, that is, with the bench that started it.
 */
import { randomBytes } from 'node:crypto';
import { type WebSocket, WebSocketServer } from 'ws';

interface Received {
  type: string;
  EpheWssAddr: string;
  msg: unknown;
}

const sockets = new Map<string, WebSocket>();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });

server.on('connection', (socket) => {
  let address = '';
  socket.on('message', (data) => {
    const message: Received = JSON.parse(data.toString());
    if (message.type === 'ROUTE') {
      sockets.get(message.EpheWssAddr)?.send(JSON.stringify({ type: 'DELIVER', msg: message.msg }));
    } else if (message.type === 'INIT') {
      address = randomBytes(16).toString('hex');
      sockets.set(address, socket);
      socket.send(JSON.stringify({ type: 'INITRESP', EpheWssAddr: address }));
    }
  });
  socket.on('close', () => sockets.delete(address));
  socket.on('error', () => socket.terminate());
});

server.on('listening', () => {
  const at = server.address();
  const port = typeof at === 'object' && at !== null ? at.port : 0;
  process.stdout.write(`${JSON.stringify({ ready: true, url: `ws://127.0.0.1:${port}`, pid: process.pid })}\n`);
});

process.stdin.on('end', () => process.exit()).resume();
