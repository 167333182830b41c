import type { Collection, Document } from "../api.ts";
import { toldBy } from "../../simulated-cloud.ts";
import { member, members, textIn } from "../members.ts";
import { SECRET_PREFIX } from "../unit-secrets.ts";
import type { Failure, ProjectRules, ProjectState } from "./state.ts";

/** Why what this document describes will not come up: an image that crashes by a rule, or a secret that cannot be read. */
export function failureOf(
  state: ProjectState,
  collection: Collection,
  document: Document,
  rules: ProjectRules,
  now: number,
): Failure | undefined {
  const template = member(document, "template");
  const inner = collection === "jobs" ? member(template, "template") : template;
  return unreadable(state, inner, rules, now) ?? crash(inner, rules);
}

/** The first secret a document reads that is not there, or that its service account may not read. */
function unreadable(
  state: ProjectState,
  template: unknown,
  { readsFrom = Number.NEGATIVE_INFINITY }: ProjectRules,
  now: number,
): Failure | undefined {
  for (const { secret, version } of secretsIn(template)) {
    const there = state.secrets[secret];
    // The trust documents' grant is for these names alone.
    const granted = secret.startsWith(SECRET_PREFIX) && readsFrom <= now;
    if (there !== undefined && Number(version) <= there.versions && granted) continue;
    const message = `Permission denied on secret: ${secret}/versions/${version} for Revision service account. The service account used must be granted the 'Secret Manager Secret Accessor' role.`;
    return { message, reason: "SECRETS_ACCESS_CHECK_FAILED", lastLines: [] };
  }
  return undefined;
}

/** What the variables of a template's main container tell it, where the rules let them. */
export function toldIn(
  template: unknown,
  { obeysVariables }: ProjectRules,
): ReturnType<typeof toldBy> | undefined {
  if (obeysVariables !== true) return undefined;
  const [main] = members(template, "containers");
  const variables = members(main, "env").map((one) => [textIn(one, "name"), textIn(one, "value")] as const);
  return toldBy(Object.fromEntries(variables));
}

function crash(template: unknown, rules: ProjectRules): Failure | undefined {
  const [main] = members(template, "containers");
  const image = textIn(main, "image");
  const told = toldIn(template, rules)?.crash;
  const rule =
    told === undefined
      ? rules.crashes.find((one) => image.includes(one.image))
      : { exitCode: told.exitCode, lastLines: told.lines };
  if (rule === undefined) return undefined;
  const port = member(members(main, "ports")[0], "containerPort");
  const message =
    port === undefined
      ? `The container exited with an error: exit code ${rule.exitCode}.`
      : `The user-provided container failed to start and listen on the port defined provided by the PORT=${JSON.stringify(port)} environment variable within the allocated timeout. This can happen when the container port is misconfigured or if the timeout is too short.`;
  return { message, exitCode: rule.exitCode, lastLines: rule.lastLines };
}

function secretsIn(template: unknown): readonly { readonly secret: string; readonly version: string }[] {
  const variables = members(template, "containers").flatMap((container) =>
    members(container, "env").flatMap((variable) => {
      const reference = member(member(variable, "valueSource"), "secretKeyRef");
      return reference === undefined
        ? []
        : [{ secret: textIn(reference, "secret"), version: textIn(reference, "version") }];
    }),
  );
  const files = members(template, "volumes").flatMap((volume) => {
    const source = member(volume, "secret");
    return members(source, "items").map((item) => ({
      secret: textIn(source, "secret"),
      version: textIn(item, "version"),
    }));
  });
  return [...variables, ...files];
}
