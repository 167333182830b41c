import { Fault, type Problem } from "../domain/fault.ts";
import { idProblem } from "../domain/name.ts";
import { secretReference } from "../domain/template.ts";
import type { SecretShare, StoredSecret } from "../store/store.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { openSecret } from "./secret-values.ts";
import { secretView, type SecretView } from "./secret-view.ts";

/** The longest value, bytes of UTF-8: AWS Secrets Manager, the smallest of the clouds' stores, takes 65,536 (Quotas). */
export const MAX_SECRET_BYTES = 65_536;
/** Secrets of one environment. */
export const MAX_SECRETS = 1_000;
/** Writers at the same time each take a number; who has lost this often is told. */
const MAX_TRIES = 8;

export interface SecretRequest {
  /** Left out when only `shared` is to change. */
  readonly value?: string | undefined;
  /** Left out it stays as it is; null shares with nobody. */
  readonly shared?: SecretShare | null | undefined;
}

export interface PutSecret {
  readonly secret: SecretView;
  readonly created: boolean;
}

/**
 * Keep a value, sealed, as the next version. The version in force again writes nothing at all, so that nobody who merely reads learns that
 * it was the same. Throws `invalid-body` for what is no value, and `unavailable` without a sealing key.
 */
export async function putSecret(
  ports: Ports,
  caller: Caller,
  name: string,
  request: SecretRequest,
): Promise<PutSecret> {
  const problem = idProblem(name);
  if (problem !== undefined) throw new Fault("invalid-path", `The secret's name is wrong: ${problem}.`);
  checkRequest(request);
  const scope = scopeOf(caller);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const last = await ports.store.lastSecretVersion(scope.project, name);
    const before = await ports.store.secret(scope, name);
    if (before === undefined) await refuseTooMany(ports, caller, request);
    const write = await writeOf(ports, caller, { name, request, last, before });
    if (write !== undefined && !(await ports.store.putSecret(scope, write))) continue;
    return { secret: await readSecret(ports, caller, name), created: before === undefined };
  }
  throw new Fault("conflict", `Others keep putting ${name} at the same time; try again.`);
}

/** One secret without its values, or `not-found`. */
export async function readSecret(
  ports: Pick<Ports, "store">,
  caller: Caller,
  name: string,
): Promise<SecretView> {
  const scope = scopeOf(caller);
  const [secret, versions, uses] = await Promise.all([
    ports.store.secret(scope, name),
    ports.store.secretVersions(scope, name),
    ports.store.secretUses(scope.project, name),
  ]);
  if (secret === undefined) throw notThere(caller, name);
  return secretView(secret, versions, uses);
}

/** Secrets of the caller's environment, by name. */
export async function listSecrets(
  ports: Pick<Ports, "store">,
  caller: Caller,
): Promise<readonly SecretView[]> {
  const scope = scopeOf(caller);
  const [secrets, versions, uses] = await Promise.all([
    ports.store.secrets(scope),
    ports.store.secretVersions(scope),
    ports.store.secretUses(scope.project),
  ]);
  const versionsOf = Map.groupBy(versions, ({ name }) => name);
  const usesOf = Map.groupBy(uses, ({ reference }) => secretReference(reference).name);
  return secrets.map((secret) =>
    secretView(secret, versionsOf.get(secret.name) ?? [], usesOf.get(secret.name) ?? []),
  );
}

/**
 * Remove a secret with all its values. Throws `in-use` while a unit that stands pins one or a target signs in with it, `not-found` when
 * there is none.
 */
export async function deleteSecret(ports: Ports, caller: Caller, name: string): Promise<void> {
  const event = {
    at: ports.now(),
    type: "secret.deleted",
    actor: caller.actor,
    message: `secret ${name} was removed with all its values`,
    data: {},
  };
  const outcome = await ports.store.deleteSecret(scopeOf(caller), name, event);
  if (outcome === "deleted") return;
  if (outcome === "absent") throw notThere(caller, name);
  throw await inUse(ports, caller, name);
}

async function inUse(ports: Ports, caller: Caller, name: string): Promise<Fault> {
  const [{ usedBy }, readers] = await Promise.all([
    readSecret(ports, caller, name),
    ports.store.secretTargets(scopeOf(caller), name),
  ]);
  const users = [...new Set(usedBy.map(({ environment, workload }) => `${environment}/${workload}`))];
  const targets = readers.map(({ target }) => target);
  const ways = [
    ...(users.length === 0
      ? []
      : [`is in use by ${users.join(", ")}; deploy them without it, or destroy them`]),
    ...(targets.length === 0
      ? []
      : [
          `is what Berth signs in with at ${targetWords(targets)}; give ${targets.length === 1 ? "it" : "them"} other credentials first`,
        ]),
  ];
  const message = ways.length === 0 ? "was in use until now; remove it again" : ways.join(", and ");
  return new Fault("in-use", `${name} ${message}.`, { extra: { usedBy, targets } });
}

const targetWords = (targets: readonly string[]): string =>
  `${targets.length === 1 ? "target" : "targets"} ${targets.join(", ")}`;

interface Putting {
  readonly name: string;
  readonly request: SecretRequest;
  readonly last: number;
  readonly before: StoredSecret | undefined;
}

/** What is to be written; nothing when all of it stands already. */
async function writeOf(ports: Ports, caller: Caller, { name, request, last, before }: Putting) {
  const { value } = request;
  if (value === undefined && before === undefined) throw notThere(caller, name);
  const shared = request.shared === undefined ? before?.shared : (request.shared ?? undefined);
  const isSame = value === undefined || (before !== undefined && (await holds(ports, before, value)));
  if (isSame && JSON.stringify(shared) === JSON.stringify(before?.shared)) return undefined;
  const version = last + 1;
  const { project, environment } = scopeOf(caller);
  const context = { purpose: "secret", project, environment, name, version } as const;
  const { sealer } = ports;
  const sealed = isSame
    ? undefined
    : {
        version,
        sealed: await sealer.seal(value, context),
        keyId: sealer.keyId,
        bytes: new TextEncoder().encode(value).byteLength,
      };
  const now = ports.now();
  const message = isSame ? `it was changed who may use ${name}` : `version ${version} of ${name} was put`;
  const event = {
    at: now,
    type: isSame ? "secret.shared" : "secret.put",
    actor: caller.actor,
    message,
    data: { ...(isSame ? {} : { version }), shared: shared ?? null },
  };
  return { name, shared, value: sealed, last, actor: caller.actor, now, event };
}

/** Whether a value is the one in force. One that cannot be opened any more is another: putting it anew is the way out. */
async function holds(
  ports: Ports,
  { project, name, version }: StoredSecret,
  value: string,
): Promise<boolean> {
  const sealed = await ports.store.sealedSecret(project, name, version);
  if (sealed === undefined) return false;
  try {
    return (await openSecret(ports, sealed)) === value;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}

function checkRequest({ value, shared }: SecretRequest): void {
  const problems = [...(value === undefined ? [] : valueProblems(value)), ...nothingProblem(value, shared)];
  if (problems.length > 0) throw new Fault("invalid-body", "That cannot be kept as a secret.", { problems });
}

// None of these sentences may quote the value.
function valueProblems(value: string): readonly Problem[] {
  const says: readonly (readonly [boolean, string])[] = [
    [value === "", "is empty; a secret holds at least one character"],
    [
      new TextEncoder().encode(value).byteLength > MAX_SECRET_BYTES,
      `is longer than ${MAX_SECRET_BYTES / 1_024} KiB; keep only what is secret in it`,
    ],
    [
      value.includes("\u0000") || !value.isWellFormed(),
      "is no text; encode what is binary as base64, and decode it in the container",
    ],
  ];
  return says.filter(([holds]) => holds).map(([, message]) => ({ pointer: "/value", message }));
}

const nothingProblem = (value: string | undefined, shared: SecretRequest["shared"]): readonly Problem[] =>
  value === undefined && shared === undefined
    ? [{ pointer: "/value", message: "is missing; say value, shared or both" }]
    : [];

async function refuseTooMany(ports: Pick<Ports, "store">, caller: Caller, request: SecretRequest) {
  if (request.value === undefined || (await ports.store.secrets(scopeOf(caller))).length < MAX_SECRETS)
    return;
  throw new Fault("conflict", `An environment keeps at most ${MAX_SECRETS} secrets; remove some first.`);
}

function notThere({ environment, project }: Caller, name: string): Fault {
  return new Fault(
    "not-found",
    `There is no secret ${name} in environment ${environment} of project ${project.name}.`,
  );
}
