import { didYouMean } from "../domain/did-you-mean.ts";
import { Fault, type Problem } from "../domain/fault.ts";
import type { Trigger } from "../domain/plan.ts";
import { secretMentions, secretsOf } from "../domain/secret-references.ts";
import type { Spec } from "../domain/spec.ts";
import { secretReference } from "../domain/template.ts";
import type { Environment } from "../store/instance.ts";
import type { StoredSecret } from "../store/store.ts";
import type { Lineage } from "./lineage.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { reaches } from "./secret-reach.ts";

/** Different secrets of one workload; with `MAX_SECRET_BYTES` this bounds what is handed to an agent for one unit. */
export const MAX_SECRETS_OF_A_WORKLOAD = 100;

/** Changes that take the versions now in force. Every other one leaves what runs as it is: a move is no rotation. */
const TAKES_NEWEST: ReadonlySet<Trigger> = new Set<Trigger>(["deploy", "rollback", "secret"]);

interface PinRequest {
  readonly spec: Spec;
  readonly trigger: Trigger;
  readonly fresh: boolean;
}

/**
 * The version of each secret that a plan of this spec pins. Throws `invalid-spec`, field by field, for a secret that is not there or not
 * shared with this environment. Asks nothing for a spec without secrets.
 */
export async function pinSecrets(
  ports: Pick<Ports, "store">,
  caller: Caller,
  lineage: Lineage,
  { spec, trigger, fresh }: PinRequest,
): Promise<Readonly<Record<string, number>>> {
  const mentions = secretMentions(spec);
  if (mentions.length === 0) return {};
  const names = [...new Set(mentions.map(({ secret }) => secret))];
  if (names.length > MAX_SECRETS_OF_A_WORKLOAD) throw tooMany(names.length);
  const environment = await environmentOf(ports, caller);
  const secrets = await ports.store.secretsNamed(caller.project.id, names);
  const found = new Map(names.map((name) => [name, choose(secrets, name, environment)]));
  const missing = mentions.flatMap(({ secret, pointer }) => {
    const chosen = found.get(secret);
    return typeof chosen === "object" ? [] : [{ secret, pointer, message: chosen ?? "" }];
  });
  if (missing.length > 0) {
    const known = (await ports.store.secrets(scopeOf(caller))).map(({ name }) => name);
    throw unusable(missing.map((problem) => withSuggestion(problem, known)));
  }
  const newest = [...found].flatMap(([name, secret]) =>
    typeof secret === "object" ? [[name, secret.version] as const] : [],
  );
  const kept = fresh || TAKES_NEWEST.has(trigger) ? [] : await pinsInForce(ports, lineage, environment);
  return Object.fromEntries([...newest, ...kept.filter(([name]) => found.has(name))]);
}

async function environmentOf(
  ports: Pick<Ports, "store">,
  { project, environment: name }: Caller,
): Promise<Pick<Environment, "name" | "class">> {
  return (await ports.store.environment(project.id, name)) ?? { name, class: "staging" };
}

/** The secret that a name means in an environment, or why there is none. */
function choose(
  secrets: readonly StoredSecret[],
  name: string,
  environment: Pick<Environment, "name" | "class">,
): StoredSecret | string {
  const named = secrets.filter((secret) => secret.name === name);
  const own = named.find((secret) => secret.environment === environment.name);
  if (own !== undefined) return own;
  const [shared, ...others] = named.filter((secret) => reaches(secret, environment));
  const homes = (list: readonly StoredSecret[]) => list.map((secret) => secret.environment).join(" and ");
  if (shared !== undefined && others.length === 0) return shared;
  if (shared !== undefined)
    return `${homes([shared, ...others])} each share a secret ${name} with ${environment.name}; put one of its own there, or take a share back`;
  if (named.length > 0)
    return `environment ${environment.name} has no secret ${name}; that of ${homes(named)} is not shared with it`;
  return `environment ${environment.name} has no secret ${name}`;
}

/** What the plan in force pins, as far as it can still be read. */
async function pinsInForce(
  { store }: Pick<Ports, "store">,
  { inForce, workload }: Lineage,
  environment: Pick<Environment, "name" | "class">,
): Promise<readonly (readonly [name: string, version: number])[]> {
  const [unit] = inForce?.units ?? [];
  if (unit === undefined || workload === undefined) return [];
  const pins = await Promise.all(
    secretsOf(unit.template).map(async (reference) => {
      const { name, version } = secretReference(reference);
      if (version === undefined) return [];
      const kept = await store.sealedSecret(workload.project, name, version);
      return kept !== undefined && reaches(kept, environment) ? [[name, version] as const] : [];
    }),
  );
  return pins.flat();
}

function withSuggestion(
  { secret, pointer, message }: Problem & { readonly secret: string },
  known: readonly string[],
): Problem {
  const meant = didYouMean(secret, known);
  const next = meant === undefined ? `put it with: berth secret set ${secret}` : `did you mean ${meant}?`;
  return { pointer, message: message.includes("; ") ? message : `${message}; ${next}` };
}

const unusable = (problems: readonly Problem[]): Fault =>
  new Fault("invalid-spec", "The spec names secrets that it cannot have here.", { problems });

function tooMany(count: number): Fault {
  const message = `names ${count} secrets; a workload uses at most ${MAX_SECRETS_OF_A_WORKLOAD}: put several values into one as a file`;
  return new Fault("invalid-spec", "The spec names too many secrets.", {
    problems: [{ pointer: "/secrets", message }],
  });
}
