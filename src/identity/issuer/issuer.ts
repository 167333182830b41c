import { SignJWT, type CryptoKey } from "jose";
import { AdapterError, Fault } from "../../domain/fault.ts";
import { newId } from "../../domain/id.ts";
import type { Target } from "../../store/instance.ts";
import type { IssuerKey, IssuerKeyStore } from "../../store/store.ts";
import { sealedUnder, type Sealer } from "../seal.ts";
import { ALGORITHM } from "./documents.ts";
import { contextOf, makeKey, openKey } from "./key-pair.ts";
import { keyToMake, publishedAt, signerAt, TOKEN_LIFE_MS } from "./schedule.ts";
import { subjectOf } from "./subject.ts";

/** Berth's own token issuer: clouds that trust it need no stored credential. */
export interface Issuer {
  /** As its tokens name it: https, without a slash at its end. */
  readonly url: string;
  /** The keys, once there is one that signs and the one after it. Throws `unavailable` when they cannot be sealed or opened. */
  ensureKeys(): Promise<readonly IssuerKey[]>;
  /**
   * Makes a key that signs at once, and takes all others away: whatever they have signed counts no more as soon as clouds read the set
   * anew. For a key that is lost or known to others.
   */
  replaceKeys(): Promise<readonly IssuerKey[]>;
  /** A token of ten minutes that says that it speaks for this target. Throws nothing but `AdapterError`. */
  assertion(target: Pick<Target, "id" | "project">, audience: string): Promise<string>;
}

export interface IssuerPorts {
  readonly store: IssuerKeyStore;
  readonly sealer: Sealer;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

/** One key is made at a time; an instance without any needs two, and each may be made by another process. */
const MAX_ROUNDS = 4;

/** An issuer over its stored keys. Any number of processes may have one. */
export function createIssuer(url: string, ports: IssuerPorts): Issuer {
  let opened: { readonly id: string; readonly key: CryptoKey } | undefined;
  // Not shared among callers: on Workers a request that is cut off would leave the others waiting for it.
  const ensureKeys = () => ensure(ports);
  const signer = async () => {
    const key = signerAt(await ensureKeys(), ports.now());
    if (key === undefined) throw new Fault("unavailable", "The token issuer has no key yet; try again.");
    if (opened?.id !== key.id) opened = { id: key.id, key: await openKey(ports.sealer, key) };
    return opened;
  };
  return {
    url,
    ensureKeys,
    replaceKeys: async () => {
      await replace(ports);
      return await ensureKeys();
    },
    async assertion(target, audience) {
      try {
        const { id, key } = await signer();
        const issuedAt = Math.floor(ports.now() / 1_000);
        return await new SignJWT()
          .setProtectedHeader({ alg: ALGORITHM, typ: "JWT", kid: id })
          .setIssuer(url)
          .setSubject(subjectOf(target))
          .setAudience(audience)
          .setIssuedAt(issuedAt)
          .setNotBefore(issuedAt)
          .setExpirationTime(issuedAt + TOKEN_LIFE_MS / 1_000)
          .setJti(newId("jti", ports.random))
          .sign(key);
      } catch (error) {
        throw asAdapterError(error);
      }
    },
  };
}

async function ensure(ports: IssuerPorts): Promise<readonly IssuerKey[]> {
  const { store, sealer, now } = ports;
  let keys = await store.issuerKeys();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const wanted = keyToMake(keys, now());
    if (wanted === undefined) break;
    const inUse = publishedAt(keys, now())[0]?.number ?? 0;
    // Whoever comes second finds the number taken, and goes by the other's key.
    await store.addIssuerKey(await makeKey(sealer, wanted, now()), inUse);
    keys = await store.issuerKeys();
  }
  return await underCurrentKey(ports, keys);
}

async function replace({ store, sealer, now }: IssuerPorts): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const number = ((await store.issuerKeys()).at(-1)?.number ?? 0) + 1;
    const key = await makeKey(sealer, { number, signsFrom: now() }, now());
    if (await store.addIssuerKey(key, number)) return;
  }
  throw new Fault("conflict", "Other processes are making keys of the issuer at this moment; try again.");
}

/** After a change of the sealing keys, what will still sign is sealed under the new one. */
async function underCurrentKey(
  { store, sealer, now }: IssuerPorts,
  keys: readonly IssuerKey[],
): Promise<readonly IssuerKey[]> {
  const from = signerAt(keys, now())?.number ?? 0;
  return await Promise.all(
    keys.map(async (key) => {
      if (key.number < from || sealedUnder(key.sealed) === sealer.keyId) return key;
      const sealed = await sealer.rewrap(key.sealed, contextOf(key));
      await store.resealIssuerKey(key.number, key.sealed, sealed);
      return { ...key, sealed };
    }),
  );
}

function asAdapterError(error: unknown): AdapterError {
  if (error instanceof AdapterError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const kind = error instanceof Fault && error.code === "internal" ? "bug" : "unavailable";
  return new AdapterError(kind, `Berth's token issuer could not sign: ${message}`, { cause: error });
}
