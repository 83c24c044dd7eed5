/** A token that the origin does not take is a part that was paid and lost. It is said without the token. */
import { inspect } from 'node:util';
import type { Offer } from '../../../machines/streaming/messages.ts';
import { unsafeTontube } from '../../../src/streaming/tontube.ts';
import { installTimeout, useOrigin } from './origin.ts';

const world = useOrigin();

const part = (fetch: typeof globalThis.fetch, changes: { readonly limit?: number } = {}) => {
  const { terms, content } = unsafeTontube({
    code: world.code(),
    videos: 'http://videos.example/at/',
    fetch,
    ...changes,
  });
  return content(terms satisfies Offer).open(0, '0.123456');
};

it(
  'when it is answered with an error, with nothing, or with too much',
  async () => {
    const at = 'http://videos.example/at/getVideo';
    await expect(part(async () => new Response('', { status: 404 }))).rejects.toMatchObject({
      name: 'ConnectionLost',
      code: 'fetchFailed',
      message: `${at} answers 404.`,
    });
    await expect(part(() => Promise.reject(new Error('refused')))).rejects.toThrow(`${at} could not be fetched.`);
    await expect(part(async () => new Response('four'), { limit: 3 })).rejects.toMatchObject({
      name: 'PeerMisbehaved',
      message: `${at} is larger than 3 bytes.`,
    });
    const error: unknown = await part(() => Promise.reject(new Error('0.123456'))).catch((reason: unknown) => reason);
    expect(inspect(error, { depth: 9 })).not.toContain('0.123456');
    expect(await part(async () => new Response('four'))).toHaveLength(4);
  },
  installTimeout,
);
