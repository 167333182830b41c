import {
  calculateJwkThumbprint,
  exportJWK,
  exportPKCS8,
  generateKeyPair,
  importPKCS8,
  type CryptoKey,
} from "jose";
import { Fault } from "../../domain/fault.ts";
import type { IssuerKey } from "../../store/store.ts";
import type { Sealer, SealContext } from "../seal.ts";
import { ALGORITHM } from "./documents.ts";

const MODULUS_BITS = 2_048;

/** A new key pair, its private part sealed for this number. */
export async function makeKey(
  sealer: Sealer,
  { number, signsFrom }: Pick<IssuerKey, "number" | "signsFrom">,
  now: number,
): Promise<IssuerKey> {
  const pair = await generateKeyPair(ALGORITHM, { modulusLength: MODULUS_BITS, extractable: true });
  const { n, e } = await exportJWK(pair.publicKey);
  if (n === undefined || e === undefined) throw new Error("a new RSA key has no modulus");
  const publicKey = { n, e };
  const id = await thumbprint(publicKey);
  const sealed = await sealer.seal(await exportPKCS8(pair.privateKey), contextOf({ number, id }));
  return { number, id, publicKey, sealed, createdAt: now, signsFrom };
}

/** The private part, for signing only. Throws `internal` when the row was changed, and what opening a seal throws. */
export async function openKey(sealer: Sealer, key: IssuerKey): Promise<CryptoKey> {
  // The seal is bound to the id, and the id to the public part: a row whose parts are of two keys signs nothing.
  if ((await thumbprint(key.publicKey)) !== key.id)
    throw new Fault("internal", `The public part of issuer key ${key.number} was changed.`);
  return importPKCS8(await sealer.open(key.sealed, contextOf(key)), ALGORITHM);
}

/** What the seal of a key's private part is bound to. */
export function contextOf({ number, id }: Pick<IssuerKey, "number" | "id">): SealContext {
  return { purpose: "issuer-key", project: "instance", environment: "", name: id, version: number };
}

const thumbprint = (publicKey: IssuerKey["publicKey"]): Promise<string> =>
  calculateJwkThumbprint({ kty: "RSA", ...publicKey });
