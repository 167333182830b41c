import { Fault } from "../domain/fault.ts";
import { contextOf } from "../identity/issuer/key-pair.ts";
import { sealedUnder, type SealContext } from "../identity/seal.ts";
import type { SealedRow } from "../store/store.ts";
import type { Caller, Ports } from "./ports.ts";
import { loginContext } from "./registry-logins.ts";

/** Secrets looked at in one call, and read from the database at once. */
const MAX_A_CALL = 1_000;
const PAGE = 100;

/** What one call came to. */
export interface Rewrapped {
  /** Id of the key that everything rewrapped is under now. */
  readonly keyId: string;
  readonly rewrapped: number;
  /** What no configured key opens; the log names it. */
  readonly unopened: number;
  /** Whether another call has more to do. */
  readonly more: boolean;
}

type RewrapPorts = Pick<Ports, "store" | "sealer" | "now" | "log">;

/**
 * Put everything sealed in this installation under the current key: secrets, logins of registries, the issuer's keys. Values are neither
 * opened nor changed, so reads go on meanwhile; safe to repeat, and to do twice at once. Throws `unavailable` without a key.
 */
export async function rewrapAll(ports: RewrapPorts, caller: Caller, from?: SealedRow): Promise<Rewrapped> {
  const { keyId } = ports.sealer;
  // Fails where there is no key, rather than answering that there was nothing to do.
  await ports.sealer.seal("", { purpose: "secret", project: "", environment: "", name: "", version: 0 });
  const rows = [...(await logins(ports)), ...(await issuerKeys(ports))];
  const count = { rewrapped: 0, unopened: 0 };
  for (const row of rows) await rewrapOne(ports, row, count);
  let after = from;
  let more = true;
  for (let looked = 0; more && looked < MAX_A_CALL; looked += PAGE) {
    const page = await ports.store.secretsNotUnder(keyId, PAGE, after);
    for (const row of page) await rewrapOne(ports, ofSecret(ports, row), count);
    after = page.at(-1);
    more = page.length === PAGE;
  }
  if (count.rewrapped > 0) await tell(ports, caller, count);
  return { keyId, ...count, more: more && count.rewrapped > 0 };
}

/** One sealed text, wherever it lies. */
interface Row {
  readonly what: string;
  readonly sealed: string;
  readonly context: SealContext;
  /** Puts another seal in its place unless it has changed meanwhile. */
  readonly replace: (sealed: string) => Promise<unknown>;
}

async function rewrapOne(
  { sealer, log }: RewrapPorts,
  { what, sealed, context, replace }: Row,
  count: { rewrapped: number; unopened: number },
): Promise<void> {
  try {
    if (sealedUnder(sealed) === sealer.keyId) return;
    await replace(await sealer.rewrap(sealed, context));
    count.rewrapped += 1;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    log("error", `${what} is not put under the current key: ${error.message}`);
    count.unopened += 1;
  }
}

function ofSecret({ store, sealer }: RewrapPorts, row: SealedRow): Row {
  const { sealed, ...where } = row;
  return {
    what: `secret ${where.name}@${where.version} of ${where.environment}`,
    sealed,
    context: { purpose: "secret", ...where },
    replace: async (fresh) => store.resealSecret(row, fresh, sealer.keyId),
  };
}

async function logins({ store }: RewrapPorts): Promise<readonly Row[]> {
  const projects = await store.projects();
  const rows = await Promise.all(
    projects.map(async ({ id }) => (await store.registryLogins(id)).map((login) => ({ id, login }))),
  );
  return rows.flat().map(({ id, login }) => ({
    what: `the login for ${login.host}`,
    sealed: login.sealed,
    context: loginContext(id, login),
    replace: async (sealed) => store.resealRegistryLogin(id, { ...login, sealed }),
  }));
}

async function issuerKeys({ store }: RewrapPorts): Promise<readonly Row[]> {
  return (await store.issuerKeys()).map((key) => ({
    what: `issuer key ${key.number}`,
    sealed: key.sealed,
    context: contextOf(key),
    replace: async (sealed) => store.resealIssuerKey(key.number, key.sealed, sealed),
  }));
}

/** Where the history of the sealing keys is in the event log: no project is called so, for ids have a prefix. */
const KEYS_LOG = { project: "instance", environment: "instance" };

async function tell(
  { store, sealer, now, log }: RewrapPorts,
  { actor }: Caller,
  data: { readonly rewrapped: number; readonly unopened: number },
): Promise<void> {
  const message = `${data.rewrapped} sealed values were put under key ${sealer.keyId}`;
  log("info", message, { actor, ...data });
  await store.appendEvent(KEYS_LOG, "sealing-keys", {
    at: now(),
    type: "secrets.rewrapped",
    actor,
    message,
    data: { ...data, keyId: sealer.keyId },
  });
}
