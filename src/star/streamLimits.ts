/** What one stream may hold, and how long it may wait. */
export interface StreamLimits {
  /** Bytes that one stream may hold before its source is made to wait, and the credit that a writer is given where nothing else bounds it. Default: 256 KiB. */
  readonly window: number;
  /** Bytes that one stream may hold where pausing its source did not help; then it is cut. Default: the window and two of the largest messages, or 2 MiB. */
  readonly mostHeld: number;
  /** Bytes in a connection's own buffer at which its streams hold what is for it. Default: 256 KiB. */
  readonly socketBuffer: number;
  /** Milliseconds for a stream to be accepted. Default: 30 s. */
  readonly acceptTimeout: number;
  /** Milliseconds for which one stream may keep a whole socket waiting. Default: 30 s. */
  readonly stallTimeout: number;
}

export const defaultStreamLimits: StreamLimits = {
  window: 262_144,
  mostHeld: 2_359_296,
  socketBuffer: 262_144,
  acceptTimeout: 30_000,
  stallTimeout: 30_000,
};

const usualFrame = 1_048_576;

/** The limits of streams, where only some are given: a larger window must not be cut before it is full. */
export function streamLimitsOf(given: Partial<StreamLimits>, maxFrame = usualFrame): StreamLimits {
  const { window = defaultStreamLimits.window } = given;
  const mostHeld = window + 2 * Math.max(usualFrame, maxFrame);
  return { ...defaultStreamLimits, mostHeld, ...given };
}
