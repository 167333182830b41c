import { pointerTo } from "./json-pointer.ts";
import type { Template } from "./plan.ts";
import type { Spec } from "./spec.ts";

/** A secret that a spec or a template names, and the field that names it. */
export interface SecretMention {
  /** A name, or in a template `name@version`. */
  readonly secret: string;
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
}

/** Every place where a spec or a template names a secret: the main container's environment, its files, its sidecars'. */
export function secretMentions({
  secrets,
  files,
  sidecars,
}: Pick<Spec | Template, "secrets" | "files" | "sidecars">): readonly SecretMention[] {
  return [
    ...inEnvironment(secrets, ["secrets"]),
    ...files.flatMap(({ secret }, index) =>
      secret === undefined ? [] : [{ secret, pointer: pointerTo(["files", index, "secret"]) }],
    ),
    ...sidecars.flatMap((sidecar, index) => inEnvironment(sidecar.secrets, ["sidecars", index, "secrets"])),
  ];
}

/** The references of a template, each once. */
export function secretsOf(template: Pick<Template, "secrets" | "files" | "sidecars">): readonly string[] {
  return [...new Set(secretMentions(template).map(({ secret }) => secret))];
}

function inEnvironment(
  secrets: Readonly<Record<string, string>>,
  at: readonly (string | number)[],
): readonly SecretMention[] {
  return Object.entries(secrets).map(([variable, secret]) => ({
    secret,
    pointer: pointerTo([...at, variable]),
  }));
}
