import { ensureDefaultProject } from "../../broker/projects.ts";
import { ensureAdminToken } from "../../broker/tokens.ts";
import type { Ports } from "../../broker/ports.ts";
import { Fault } from "../../domain/fault.ts";
import { scopesOf } from "../../identity/scope.ts";
import { prepareIssuer } from "../issuer.ts";
import type { ControlEnv } from "./bindings.ts";

const RETRY_SECONDS = 10;
const started = new WeakSet<ControlEnv>();

/**
 * What must exist before the first call: the installation, project `default`, an administrator and the issuer's keys. Done once by each
 * isolate, and safe to repeat. Throws `unavailable` with what to do when the tables or the administrator are missing.
 */
export async function startOnce(env: ControlEnv, ports: Ports): Promise<void> {
  if (started.has(env)) return;
  await prepare(ports);
  const token = env.BERTH_ADMIN_TOKEN ?? "";
  if (token !== "") await withSentence(ports, () => ensureAdminToken(ports, token), WRONG_ADMIN);
  else if (!(await hasAdmin(ports))) throw unavailable(NO_ADMIN);
  await prepareIssuer(ports);
  started.add(env);
}

async function prepare(ports: Ports): Promise<void> {
  const make = async () => {
    await ports.store.installation(ports.now());
    await ensureDefaultProject(ports);
  };
  await withSentence(ports, make, NO_TABLES);
}

async function hasAdmin(ports: Ports): Promise<boolean> {
  const now = ports.now();
  return (await ports.store.tokens(undefined)).some(
    ({ revokedAt, expiresAt, scopes }) =>
      revokedAt === undefined && (expiresAt ?? now + 1) > now && scopesOf(scopes, true).has("instance:admin"),
  );
}

async function withSentence(ports: Ports, work: () => Promise<void>, sentence: string): Promise<void> {
  try {
    await work();
  } catch (error) {
    ports.log("error", `the control Worker cannot start: ${String(error)}`);
    throw unavailable(sentence, error);
  }
}

const unavailable = (sentence: string, cause?: unknown): Fault =>
  new Fault("unavailable", sentence, { retryAfterSeconds: RETRY_SECONDS, cause });

const NO_TABLES =
  "The database cannot be used yet: make its tables with `wrangler d1 migrations apply berth --remote -c wrangler.control.toml`, or see the log.";
const NO_ADMIN =
  "There is no administrator yet: `wrangler secret put BERTH_ADMIN_TOKEN -c wrangler.control.toml` makes one, with 24 characters or more.";
const WRONG_ADMIN =
  "BERTH_ADMIN_TOKEN cannot be used: choose 24 to 512 printable characters without spaces, not a token that was revoked; the log says which it was.";
