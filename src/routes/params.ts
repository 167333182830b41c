import { Fault } from "../domain/fault.ts";

type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
export type ParamsOf<Path extends string> = { readonly [Name in Names<Path>]: string };

/** What may stand in a path: names, and the ids Berth makes (`plan_k3v...`). Narrower rules are the use cases'. */
export const PARAM_PATTERN = "^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$";
const PARAM = new RegExp(PARAM_PATTERN);

/** The names in braces of a path, in order. */
export function paramNames(path: string): readonly string[] {
  return [...path.matchAll(/\{([a-zA-Z]+)\}/g)].map((match) => match[1] ?? "");
}

/** A path as Hono's router takes it. */
export function routerPath(path: string): string {
  return path.replaceAll(/\{([a-zA-Z]+)\}/g, ":$1");
}

/** The path's parameters, each by the grammar of ids. Throws `invalid-path`. */
export function readParams<Path extends string>(
  path: Path,
  given: Readonly<Record<string, string>>,
): ParamsOf<Path> {
  const wrong = paramNames(path).filter((name) => !PARAM.test(given[name] ?? ""));
  if (wrong.length > 0)
    throw new Fault(
      "invalid-path",
      `In the path, ${wrong.join(" and ")} must be lower-case letters, digits and hyphens, at most 63.`,
    );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every name of the path was just checked
  return given as ParamsOf<Path>;
}
