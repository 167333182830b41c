import { Fault } from "../domain/fault.ts";
import { ALGORITHM, discoveryDocument, keySetDocument } from "../identity/issuer/documents.ts";
import { NO_ISSUER } from "../identity/issuer/no-issuer.ts";
import { holdsUntil, publishedAt, signerAt } from "../identity/issuer/schedule.ts";
import { iso } from "./instants.ts";
import type { IssuerKey } from "../store/store.ts";
import type { Caller, Ports } from "./ports.ts";

/**
 * The token issuer: its published keys, and the documents that clouds read, exactly as they are served, with the time until which a copy
 * of them is enough. `not-found` without an issuer, `unavailable` when its keys cannot be sealed or opened.
 */
export async function readIssuer({ issuer, now }: Pick<Ports, "issuer" | "now">) {
  if (issuer === undefined) throw new Fault("not-found", NO_ISSUER);
  return viewOf(issuer.url, await issuer.ensureKeys(), now());
}

/** New keys in place of all there are, one of them signing at once. Throws as `readIssuer` does. */
export async function replaceIssuerKeys(
  { issuer, now, log }: Pick<Ports, "issuer" | "now" | "log">,
  caller: Caller,
) {
  if (issuer === undefined) throw new Fault("not-found", NO_ISSUER);
  const keys = await issuer.replaceKeys();
  log("warn", `the issuer's keys were replaced by ${caller.actor}`);
  return viewOf(issuer.url, keys, now());
}

function viewOf(url: string, keys: readonly IssuerKey[], at: number) {
  const published = publishedAt(keys, at);
  const signer = signerAt(keys, at)?.number ?? 0;
  return {
    issuer: url,
    algorithm: ALGORITHM,
    holdsUntil: iso(holdsUntil(published) ?? at),
    keys: published.map(({ id, number, createdAt, signsFrom }) => ({
      id,
      state: stateOf(number, signer),
      createdAt: iso(createdAt),
      signsFrom: iso(signsFrom),
    })),
    documents: [discoveryDocument(url), keySetDocument(keys, at)],
  };
}

function stateOf(number: number, signer: number): "signs" | "next" | "ended" {
  if (number === signer) return "signs";
  return number > signer ? "next" : "ended";
}
