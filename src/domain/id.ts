import { base32 } from "./base32.ts";

/** 13 bytes make 20 base32 characters: 100 bits, so that two ids never meet. */
const ID_BYTES = 13;
const ID_CHARS = 20;

/** A fresh id such as `plan_k3v...`: the prefix, an underscore and 20 base32 characters. `randomBytes` must be cryptographic. */
export function newId(prefix: string, randomBytes: (count: number) => Uint8Array): string {
  return `${prefix}_${base32(randomBytes(ID_BYTES)).slice(0, ID_CHARS)}`;
}
