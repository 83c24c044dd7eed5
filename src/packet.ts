/**
 * Frames of protocols whose messages are named events with arguments: the board, streaming, WebSocketStar. Over socket.io a packet is a socket.io event,
 * with byte arrays as binary attachments; over a plain WebSocket it is a JSON array.
 */

/** What an event for many receivers was encoded to: by each kind of line once, and kept with it. */
export interface Forms {
  json?: string;
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
      /** Present on an event for many receivers, empty at first. It must not be changed then. */
      readonly forms?: Forms;
    }
  | { readonly type: 'answer'; readonly id: number; readonly args: readonly unknown[] };
