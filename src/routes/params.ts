import { Fault } from "../domain/fault.ts";

type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
export type ParamsOf<Path extends string> = { readonly [Name in Names<Path>]: string };

/** What may stand in a path: names, and the ids Berth makes (`plan_k3v...`). Narrower rules are the use cases'. */
const NAME_PATTERN = "^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$";
/** A host name, with a port where it has one. */
const HOST_PATTERN = "^[A-Za-z0-9]([A-Za-z0-9.-]{0,252})(:[0-9]{1,5})?$";

/** The grammar of a path's parameter, by its name. */
export function paramPattern(name: string): string {
  return name === "host" ? HOST_PATTERN : NAME_PATTERN;
}

/** The names in braces of a path, in order. */
export function paramNames(path: string): readonly string[] {
  return [...path.matchAll(/\{([a-zA-Z]+)\}/g)].map((match) => match[1] ?? "");
}

/** A path as Hono's router takes it. */
export function routerPath(path: string): string {
  return path.replaceAll(/\{([a-zA-Z]+)\}/g, ":$1");
}

/** The path's parameters, each by its grammar. Throws `invalid-path`. */
export function readParams<Path extends string>(
  path: Path,
  given: Readonly<Record<string, string>>,
): ParamsOf<Path> {
  const wrong = paramNames(path).filter((name) => !new RegExp(paramPattern(name)).test(given[name] ?? ""));
  if (wrong.includes("host"))
    throw new Fault(
      "invalid-path",
      "In the path, host must be a host name such as ghcr.io, with a port if it has one.",
    );
  if (wrong.length > 0)
    throw new Fault(
      "invalid-path",
      `In the path, ${wrong.join(" and ")} must be lower-case letters, digits and hyphens, at most 63.`,
    );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every name of the path was just checked
  return given as ParamsOf<Path>;
}
