/** Two parties, the channel between them and what one offers: what the examples of all three roles are of. */
import type { Channel, Party } from '../../src/streaming/scheme.ts';
import type { Offer, State } from './messages.ts';

export const payerParty: Party = {
  publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  wallet: 'the wallet of the payer',
};
export const payeeParty: Party = {
  publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
  wallet: 'the wallet of the payee',
};
export const channel: Channel = { id: '00112233445566778899aabbccddeeff', payer: payerParty, payee: payeeParty };
export const address = 'where the channel lies';

/** A signature of its own for each digit. */
export const sign = (digit: string) => digit.repeat(128);

export const offer: Offer = {
  stream: 'clip',
  price: '10',
  unit: 'coin',
  partMs: 10_000,
  parts: null,
  commitment: '',
  content: '',
  credit: 0,
  scheme: 'plain',
};

export const first: State = {
  channel_id: channel.id,
  channel_address: address,
  client_wallet_address: payerParty.wallet,
  client_public_key: payerParty.publicKey,
  client_balance: '20',
  server_balance: '0',
  client_sequence_number: 0,
  client_signature: null,
};

export const publicKey = payerParty.publicKey;
