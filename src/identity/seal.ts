import { canonicalJson } from "../domain/canonical-json.ts";
import { Fault } from "../domain/fault.ts";
import type { SealingKey } from "./sealing-keys.ts";

/** What a sealed text is, and where it belongs: all of it is authenticated, so no row opens in the place of another. */
export interface SealContext {
  readonly purpose: "secret" | "registry" | "issuer-key";
  /** A project's id; of the instance, "instance". */
  readonly project: string;
  /** An environment's name, or empty for what belongs to no environment. */
  readonly environment: string;
  readonly name: string;
  readonly version: number;
}

/** Keeps texts so that only who has the sealing keys reads them. */
export interface Sealer {
  /** Id of the key that new seals are made with. */
  readonly keyId: string;
  /** The text, sealed. The same text twice gives two different seals. */
  seal(plain: string, context: SealContext): Promise<string>;
  /** The text again. Throws `unavailable` when its key is not configured, `internal` when one bit of it or of its context differs. */
  open(sealed: string, context: SealContext): Promise<string>;
  /** The same seal under the current key: the data key is wrapped anew, the text itself is not touched. Throws as `open` does. */
  rewrap(sealed: string, context: SealContext): Promise<string>;
}

/**
 * AES-256-GCM envelopes (NIST SP 800-38D) through WebCrypto: a fresh data key for each seal, wrapped by the first of `keys`. `random` must be
 * cryptographic. `keys` are as `parseSealingKeys` gives them: at least one.
 */
export function createSealer(keys: readonly SealingKey[], random: (bytes: number) => Uint8Array): Sealer {
  const [current] = keys;
  if (current === undefined) throw new Error("a sealer needs a key");
  const imported = new Map(keys.map(({ id, bytes }) => [id, imports(bytes)]));
  const wrappingKey = async (id: string): Promise<CryptoKey> => {
    const key = imported.get(id);
    if (key === undefined)
      throw new Fault("unavailable", `Sealing key ${id} is not configured; put it into BERTH_SEALING_KEYS.`);
    return key();
  };
  const wrap = async (dataKey: Uint8Array, context: SealContext): Promise<Wrapped> => {
    const iv = random(IV_BYTES);
    const aad = boundTo("key", context, current.id);
    return { id: current.id, iv, bytes: await encrypt(await wrappingKey(current.id), iv, dataKey, aad) };
  };
  const unwrap = async ({ id, iv, bytes }: Wrapped, context: SealContext): Promise<Uint8Array> =>
    decrypt(await wrappingKey(id), iv, bytes, boundTo("key", context, id));
  return {
    keyId: current.id,
    async seal(plain, context) {
      const dataKey = random(KEY_BYTES);
      const iv = random(IV_BYTES);
      const text = new TextEncoder().encode(plain);
      const bytes = await encrypt(await imports(dataKey)(), iv, text, boundTo("data", context));
      return written({ key: await wrap(dataKey, context), iv, bytes });
    },
    async open(sealed, context) {
      const { key, iv, bytes } = read(sealed);
      const dataKey = await imports(await unwrap(key, context))();
      const text = await decrypt(dataKey, iv, bytes, boundTo("data", context));
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(text);
    },
    async rewrap(sealed, context) {
      const envelope = read(sealed);
      const dataKey = await unwrap(envelope.key, context);
      return envelope.key.id === current.id
        ? sealed
        : written({ ...envelope, key: await wrap(dataKey, context) });
    },
  };
}

/** In place of a sealer where no key is configured: every use throws `unavailable` with what to set. */
export function noSealer(because: string): Sealer {
  const refuse = async (): Promise<never> => Promise.reject(new Fault("unavailable", because));
  return { keyId: "none", seal: refuse, open: refuse, rewrap: refuse };
}

/** Which key a seal is wrapped by. Throws `internal` for what is no seal. */
export function sealedUnder(sealed: string): string {
  return read(sealed).key.id;
}

interface Wrapped {
  readonly id: string;
  readonly iv: Uint8Array;
  readonly bytes: Uint8Array;
}

interface Envelope {
  readonly key: Wrapped;
  readonly iv: Uint8Array;
  readonly bytes: Uint8Array;
}

const KEY_BYTES = 32;
/** NIST SP 800-38D, section 8.2: 96 bits. Each data key is used once, and each wrapping key for far fewer than 2^32 of them (8.3). */
const IV_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = "berth-seal-1";
const SEALED =
  /^berth-seal-1\.([a-z0-9-]{1,32})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{64})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22,})$/;

/** `berth-seal-1.<key id>.<iv>.<wrapped data key>.<iv>.<ciphertext>`, the last four in base64url. */
function written({ key, iv, bytes }: Envelope): string {
  const parts = [key.iv, key.bytes, iv, bytes].map((part) => Buffer.from(part).toString("base64url"));
  return [FORMAT, key.id, ...parts].join(".");
}

function read(sealed: string): Envelope {
  const [, id = "", ...parts] = SEALED.exec(sealed) ?? [];
  const [keyIv, wrapped, iv, bytes] = parts.map((part) => Buffer.from(part, "base64url"));
  if (keyIv === undefined || wrapped === undefined || iv === undefined || bytes === undefined) throw broken();
  if (bytes.length < TAG_BYTES) throw broken();
  const envelope = { key: { id, iv: keyIv, bytes: wrapped }, iv, bytes };
  // The last character of base64 has bits that say nothing; a change of them is a change all the same.
  if (written(envelope) !== sealed) throw broken();
  return envelope;
}

/** What is authenticated beside the bytes: the use of the key, the place the seal belongs to and, for a data key, what wraps it. */
function boundTo(use: "key" | "data", context: SealContext, keyId?: string): Uint8Array<ArrayBuffer> {
  const { purpose, project, environment, name, version } = context;
  const bound = [FORMAT, use, keyId ?? "", purpose, project, environment, name, version];
  return new TextEncoder().encode(canonicalJson(bound));
}

/** Imports a key at its first use, once. */
function imports(bytes: Uint8Array): () => Promise<CryptoKey> {
  let key: Promise<CryptoKey> | undefined;
  return () =>
    (key ??= crypto.subtle.importKey("raw", Uint8Array.from(bytes), "AES-GCM", false, [
      "encrypt",
      "decrypt",
    ]));
}

async function encrypt(
  key: CryptoKey,
  iv: Uint8Array,
  plain: Uint8Array,
  additionalData: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  const algorithm = { name: "AES-GCM", iv: Uint8Array.from(iv), additionalData };
  return new Uint8Array(await crypto.subtle.encrypt(algorithm, key, Uint8Array.from(plain)));
}

async function decrypt(
  key: CryptoKey,
  iv: Uint8Array,
  bytes: Uint8Array,
  additionalData: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  const algorithm = { name: "AES-GCM", iv: Uint8Array.from(iv), additionalData };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, Uint8Array.from(bytes)));
  } catch (error) {
    throw broken({ cause: error });
  }
}

function broken(options?: ErrorOptions): Fault {
  return new Fault(
    "internal",
    "A sealed value does not open: it was changed, or it belongs elsewhere.",
    options,
  );
}
