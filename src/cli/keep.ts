/** What a command keeps in a directory of its own (`--data`), readable by its owner only: a key, and a store. */
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalMisuse } from '../errors.ts';
import { freshSeed, signerFromSeed } from '../keys/index.ts';
import type { Signer } from '../signer.ts';

/** Writes a file that is there whole or not at all. */
export async function keep(file: string, content: string | Uint8Array): Promise<void> {
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, content, { mode: 0o600, flush: true });
  await rename(aside, file);
  await chmod(file, 0o600);
}

/**
 * The signer whose seed lies in this file, made at the first use.
 * @throws LocalMisuse `noFile`: it is there and cannot be read, so that nothing is put in its place; or it cannot be written
 */
export async function signerFrom(file: string): Promise<Signer> {
  const kept = await readFile(file).catch((cause: unknown) => {
    if (cause instanceof Error && Reflect.get(cause, 'code') === 'ENOENT') return undefined;
    throw new LocalMisuse(`The file ${file} cannot be read.`, { code: 'noFile', cause });
  });
  if (kept !== undefined) return signerFromSeed(kept);
  const seed = freshSeed();
  await keep(file, seed).catch((cause: unknown) => {
    throw new LocalMisuse(`The file ${file} cannot be written.`, { code: 'noFile', cause });
  });
  return signerFromSeed(seed);
}

/** The signer whose key lies in this directory, made at the first use. */
export async function signerIn(directory: string): Promise<Signer> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return signerFrom(join(directory, 'key'));
}

/** The store that this directory is. */
export async function storeAt(directory: string) {
  const { LevelStore } = await import('../../adapters/level.ts').catch((cause: unknown) => {
    throw new LocalMisuse('What is kept is kept by the package `level`: npm install level.', {
      code: 'noStore',
      cause,
    });
  });
  return LevelStore.open(directory);
}

/** The store of channels in this directory. */
export async function storeIn(directory: string) {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return storeAt(join(directory, 'channels'));
}
