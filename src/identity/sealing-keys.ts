import { base32 } from "../domain/base32.ts";

/** A key that wraps the data keys of seals: 256 bits, named in every seal made with it. */
export interface SealingKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** Old keys are kept until everything is wrapped anew; more than this many is a mistake. */
const MAX_KEYS = 16;
const KEY_BYTES = 32;
const ID_BYTES = 5;
const ID = /^[a-z0-9-]{1,32}$/;

/** What to set, for whoever has no sealing key yet. */
export const HOW_TO_SET =
  'set BERTH_SEALING_KEYS to "<id>:<base64 of 32 random bytes>", such as "k1:$(openssl rand -base64 32)"';

/**
 * Keys as `BERTH_SEALING_KEYS` lists them (`id:base64,id:base64`, the current one first), undefined when it is not set, and a sentence
 * without any key for everything that is wrong.
 */
export function parseSealingKeys(text: string | undefined): {
  readonly keys: readonly SealingKey[] | undefined;
  readonly problems: readonly string[];
} {
  if (text === undefined || text.trim() === "") return { keys: undefined, problems: [] };
  const keys = text.split(",").map((entry) => parseKey(entry.trim()));
  const problems = keys.flatMap(({ id, bytes }, index) => {
    const which = `BERTH_SEALING_KEYS, key ${index + 1}`;
    if (id === undefined) return [`${which}: say <id>:<base64>; an id is 1 to 32 of a-z, 0-9 and -.`];
    if (bytes?.length !== KEY_BYTES) return [`${which} (${id}): say ${KEY_BYTES} bytes in base64.`];
    return keys.findIndex((key) => key.id === id) < index ? [`${which}: id ${id} is there twice.`] : [];
  });
  if (keys.length > MAX_KEYS) problems.push(`BERTH_SEALING_KEYS has more than ${MAX_KEYS} keys.`);
  if (problems.length > 0) return { keys: undefined, problems };
  return { keys: keys.map(({ id = "", bytes = new Uint8Array() }) => ({ id, bytes })), problems };
}

/** A new key as `BERTH_SEALING_KEYS` writes it. `random` must be cryptographic. */
export function newSealingKey(random: (bytes: number) => Uint8Array): string {
  // An id of its own: a seal then says that its key is missing, instead of being opened by another of that name.
  return `k-${base32(random(ID_BYTES))}:${Buffer.from(random(KEY_BYTES)).toString("base64")}`;
}

function parseKey(entry: string): {
  readonly id?: string | undefined;
  readonly bytes?: Uint8Array | undefined;
} {
  const colon = entry.indexOf(":");
  const id = entry.slice(0, Math.max(0, colon));
  if (!ID.test(id)) return {};
  const text = entry.slice(colon + 1);
  const bytes = new Uint8Array(Buffer.from(text, "base64"));
  // Node skips what is no base64; a key that was mangled must not become another key.
  const genuine = Buffer.from(bytes).toString("base64").replace(/=+$/, "") === text.replace(/=+$/, "");
  return { id, bytes: genuine ? bytes : undefined };
}
