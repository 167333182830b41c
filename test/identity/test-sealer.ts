import { createHash, randomBytes } from "node:crypto";
import { createSealer, type Sealer } from "../../src/identity/seal.ts";
import type { SealingKey } from "../../src/identity/sealing-keys.ts";

/** A key that depends on its id alone. */
export function testKey(id: string): SealingKey {
  return { id, bytes: createHash("sha256").update(`a test's key ${id}`).digest() };
}

/** A sealer over the keys of these ids, the current one first. */
export function testSealer(...ids: readonly string[]): Sealer {
  return createSealer((ids.length === 0 ? ["k1"] : ids).map(testKey), (count) => randomBytes(count));
}
