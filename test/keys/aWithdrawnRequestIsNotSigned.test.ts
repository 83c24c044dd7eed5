/** A request whose signal is aborted is refused with the signal's own reason. */
import { backends, never } from './backends.ts';

it.each(backends)('$name', async (backend) => {
  const signer = await backend.signer(new Uint8Array(32).fill(3));
  const reason = new Error('overtaken by a conflict');
  await expect(signer.sign(Uint8Array.of(1), AbortSignal.abort(reason))).rejects.toBe(reason);
  await expect(signer.sign(Uint8Array.of(1), never)).resolves.toHaveLength(64);
});
