/**
 * Frames of protocols whose messages are named events with arguments: the board, streaming, WebSocketStar. Over socket.io a packet is a socket.io event,
 * with byte arrays as binary attachments; over a plain WebSocket it is a JSON array.
 */

/** One named event, or the answer to one. */
export type Packet =
  | {
      readonly type: 'event';
      readonly event: string;
      /** JSON values, and byte arrays where the transport carries them. */
      readonly args: readonly unknown[];
      /** Present when the sender waits for an answer (socket.io's acknowledgement callback). */
      readonly id?: number;
    }
  | { readonly type: 'answer'; readonly id: number; readonly args: readonly unknown[] };
