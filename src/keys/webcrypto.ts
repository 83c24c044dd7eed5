/**
 * Ed25519 of WebCrypto, for browsers. Whether a browser has it, verifies as the chain does (without the cofactor) and signs as the RFC does (Safari adds
 * noise), is found out once, when it is first needed; where not, tweetnacl does that work. Browsers also disagree on points of small order and on
 * second spellings: tweetnacl judges those, which no honest key ever makes. A private key is kept as a `CryptoKey` that cannot be exported, and never
 * leaves this file.
 */
import type { Signer } from '../signer.ts';
import type { Ed25519 } from './ed25519.ts';
import { ed25519 as nacl } from './nacl.ts';
import { isOrdinary, isSignature, keyLength } from './policy.ts';
import { checkSeed, withPkcs8 } from './seed.ts';

const algorithm = 'Ed25519';

const fromHex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/**
 * Two statements by one key (vectors 3 and 4 of "Taming the many EdDSAs", https://eprint.iacr.org/2020/1244): the first is well signed by everybody's
 * reading, the second only where the cofactor is multiplied in, which the chain does not do.
 */
const probeKey = fromHex('cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d');
const probes = [
  {
    message: fromHex('9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79'),
    signature: fromHex(
      '9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009',
    ),
    isGood: true,
  },
  {
    message: fromHex('e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c'),
    signature: fromHex(
      '160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed5125ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09',
    ),
    isGood: false,
  },
];

/** RFC 8032, 7.1, TEST 1: the one signature of no bytes by this seed. */
const rfcSeed = fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
const rfcSignature = fromHex(
  'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
);

const readSeed = (subtle: SubtleCrypto, seed: Uint8Array) =>
  withPkcs8(seed, (der) => subtle.importKey('pkcs8', der, algorithm, false, ['sign']));

async function verifiesAsTheChain(subtle: SubtleCrypto): Promise<boolean> {
  const key = await subtle.importKey('raw', probeKey, algorithm, true, ['verify']);
  for (const { message, signature, isGood } of probes)
    if ((await subtle.verify(algorithm, key, signature, message)) !== isGood) return false;
  return true;
}

async function signsAsTheRfc(subtle: SubtleCrypto): Promise<boolean> {
  const key = await readSeed(subtle, rfcSeed);
  const signature = new Uint8Array(await subtle.sign(algorithm, key, new Uint8Array(0)));
  return signature.every((byte, i) => byte === rfcSignature[i]);
}

/** The platform's crypto if it passes the trial, which takes place once and not before it is needed. */
function onTrial(subtle: SubtleCrypto | undefined, passes: (subtle: SubtleCrypto) => Promise<boolean>) {
  let chosen: Promise<SubtleCrypto | undefined> | undefined;
  const choose = async () => (subtle !== undefined && (await passes(subtle)) ? subtle : undefined);
  return () => {
    chosen ??= choose().catch(() => undefined);
    return chosen;
  };
}

class WebCryptoSigner implements Signer {
  readonly publicKey: Uint8Array;
  readonly #subtle: SubtleCrypto;
  readonly #key: CryptoKey;

  constructor(publicKey: Uint8Array, subtle: SubtleCrypto, key: CryptoKey) {
    this.publicKey = publicKey;
    this.#subtle = subtle;
    this.#key = key;
  }

  async sign(bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted();
    return new Uint8Array(await this.#subtle.sign(algorithm, this.#key, Uint8Array.from(bytes)));
  }
}

/** Ed25519 over a given WebCrypto; `undefined` where a page has none (it is not a secure context, say). */
export function overSubtle(subtle: SubtleCrypto | undefined): Ed25519 {
  const verifying = onTrial(subtle, verifiesAsTheChain);
  const signing = onTrial(subtle, signsAsTheRfc);

  /** Does one verification on the platform; `undefined` when it cannot. */
  async function readVerifier(publicKey: Uint8Array<ArrayBuffer>) {
    const chosen = await verifying();
    if (chosen === undefined) return undefined;
    try {
      const key = await chosen.importKey('raw', publicKey, algorithm, true, ['verify']);
      return (message: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>) =>
        chosen.verify(algorithm, key, signature, message);
    } catch {
      return undefined;
    }
  }

  return {
    name: 'webcrypto',

    verifier(publicKey) {
      const slowly = nacl.verifier(publicKey);
      if (publicKey.length !== keyLength || !isOrdinary(publicKey)) return slowly;
      const reading = readVerifier(Uint8Array.from(publicKey));
      return (message, signature) => {
        if (!isSignature(signature)) return false;
        if (!isOrdinary(signature)) return slowly(message, signature);
        // Copies, since the caller may use the buffers again while the platform works.
        const [said, sealed] = [Uint8Array.from(message), Uint8Array.from(signature)];
        return reading
          .then((verify) => verify?.(said, sealed) ?? slowly(said, sealed))
          .catch(() => slowly(said, sealed));
      };
    },

    async signer(seed) {
      checkSeed(seed);
      const own = Uint8Array.from(seed);
      try {
        // WebCrypto does not tell a private key's public one (save in an exportable JWK): tweetnacl computes it, once.
        const inJavaScript = await nacl.signer(own);
        const chosen = await signing();
        if (chosen === undefined) return inJavaScript;
        const key = await readSeed(chosen, own);
        return new WebCryptoSigner(inJavaScript.publicKey, chosen, key);
      } finally {
        own.fill(0);
      }
    },
  };
}

/** The platform's Ed25519 in a browser. */
export const ed25519: Ed25519 = overSubtle(globalThis.crypto?.subtle);
