/**
 * Frames of protocols whose messages are named events with arguments: the board, streaming, WebSocketStar. Over socket.io a packet is a socket.io event,
 * with byte arrays as binary attachments; over a plain WebSocket it is a JSON array.
 */

/** What an event was encoded to: by each kind of line once, and kept with it. Of an event that is passed on, what it came as. */
export interface Forms {
  json?: string;
  /** A binary frame that is the whole packet, where a protocol has such frames. */
  binary?: Uint8Array;
  socketIo?: (string | Uint8Array)[];
  /** What the engine below socket.io takes in place of encoding the text: the whole WebSocket frame. */
  engine?: { readonly compress: false; readonly wsPreEncodedFrame: readonly Uint8Array[] };
}

/** One named event, or the answer to one. */
export type Packet =
  | {
      readonly type: 'event';
      readonly event: string;
      /** JSON values, and byte arrays where the transport carries them. */
      readonly args: readonly unknown[];
      /** Present when the sender waits for an answer (socket.io's acknowledgement callback). */
      readonly id?: number;
      /** Present on an event for many receivers, empty at first, and on what is passed on. It must not be changed then. */
      readonly forms?: Forms;
    }
  | { readonly type: 'answer'; readonly id: number; readonly args: readonly unknown[] };
