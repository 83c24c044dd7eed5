/**
 * Why a node does not do what was asked: the text's three reasons, those of the node of its time, and the codes that nodes give them today.
 *
 * A code below zero is JSON-RPC's own; any other stands in the `data` of an error whose own code says only that the request was rejected.
 */

interface Rejection {
  readonly code: number;
  readonly message: string;
  /** What the text and the node of its time call it, where they have another word for it. */
  readonly legacy?: string;
}

const broken = { legacy: 'broken_encoding' } as const;

export const rejections = {
  // The text's.
  insufficient_balance: { code: 1001, message: 'Insufficient balance' },
  negative_amount: { code: 1002, message: 'Negative amount' },
  invalid_pubkeys: { code: 1003, message: 'Invalid pubkeys' },
  // The node of its time's.
  broken_encoding: { code: 1010, message: 'Broken encoding: transaction' },
  unknown_recipient: { code: 1011, message: 'Participant not found' },
  unknown_request: { code: -32601, message: 'Method not found' },
  conflict: { code: 107, message: 'Conflict' },
  // Today's.
  parse_error: { code: -32700, message: 'Parse error', ...broken },
  invalid_request: { code: -32000, message: 'Invalid request', ...broken },
  invalid_params: { code: -32602, message: 'Invalid params', ...broken },
  internal: { code: -32603, message: 'Internal error' },
  not_found: { code: 100, message: "X doesn't exist" },
  rejected: { code: 104, message: 'Rejected' },
  value_too_low: { code: 105, message: 'Value too low' },
  not_ready: { code: 108, message: 'Not ready' },
  broken_account: { code: 1005, message: 'Broken encoding: account pubkey', ...broken },
  no_account: { code: 1005, message: 'Broken encoding: account pubkey', legacy: 'invalid_pubkeys' },
  not_a_number: { code: 1008, message: 'Not a number', ...broken },
  not_offchain: { code: 1012, message: 'Offchain tx expected' },
  already_on_chain: { code: 1013, message: 'Tx already on-chain' },
  invalid_meta: { code: 1014, message: 'Invalid meta object', ...broken },
  invalid_error_code: { code: 1015, message: 'Invalid error code (expect 1...65535)', ...broken },
  invalid_fsm_id: { code: 1016, message: 'Invalid fsm id' },
  bad_signature: { code: 1017, message: 'Bad signature' },
  not_allowed_now: { code: 1018, message: 'Not allowed at current channel state' },
  missing_fsm_id: { code: 2000, message: 'Missing field: existing_fsm_id' },
} as const satisfies Record<string, Rejection>;

export type Reason = keyof typeof rejections;

const isReason = (name: string): name is Reason => Object.hasOwn(rejections, name);
export const reasons = Object.keys(rejections).filter(isReason);

/** What the frames of old call a reason. */
export function legacyReason(reason: Reason): string {
  const { legacy = reason }: Rejection = rejections[reason];
  return legacy;
}

export const reasonOfCode = (code: number): Reason | undefined =>
  reasons.find((reason) => rejections[reason].code === code);

/** The code of an error whose `data` says more: the request was rejected, or is not allowed. */
export const outerCode = (reason: Reason): number => (reason === 'not_offchain' ? 2 : 3);
export const outerMessage = (reason: Reason): string => (reason === 'not_offchain' ? 'Action not allowed' : 'Rejected');
