import { Fault, type Problem } from "../domain/fault.ts";

/** One query parameter as data: JSON Schema's words, so that the OpenAPI document shows what is checked. */
export type Parameter =
  | {
      readonly type: "string";
      readonly description: string;
      readonly pattern?: string;
      readonly enum?: readonly string[];
      readonly maxLength?: number;
    }
  | {
      readonly type: "integer";
      readonly description: string;
      readonly minimum: number;
      readonly maximum: number;
      readonly default?: number;
    }
  | { readonly type: "boolean"; readonly description: string };
export type QuerySpec = Readonly<Record<string, Parameter>>;

type ValueOf<P> = P extends { readonly type: "integer"; readonly default: number }
  ? number
  : P extends { readonly type: "integer" }
    ? number | undefined
    : P extends { readonly type: "boolean" }
      ? boolean
      : P extends { readonly enum: readonly (infer Word)[] }
        ? Word | undefined
        : string | undefined;
export type QueryOf<Q> = { readonly [Name in keyof Q]: ValueOf<Q[Name]> };

/** Asked of every call and read before any endpoint is: whose, and where. */
const EVERYWHERE: ReadonlySet<string> = new Set(["project", "environment"]);
/** Longest value of a string parameter that sets no bound of its own. */
const MAX_VALUE_CHARACTERS = 512;

/** The query's values by their types. Throws `invalid-query` naming every wrong, doubled or unknown parameter. */
export function readQuery<const Q extends QuerySpec>(spec: Q, search: URLSearchParams): QueryOf<Q> {
  const names = [...new Set(search.keys())];
  const strangers = names.filter((name) => !EVERYWHERE.has(name) && !Object.hasOwn(spec, name));
  const doubled = names.filter((name) => search.getAll(name).length > 1);
  const problems: Problem[] = [
    ...strangers.map((name) => problem(name, `is not a parameter of this call; it takes ${listed(spec)}`)),
    ...doubled.map((name) => problem(name, "is given more than once")),
  ];
  const values: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(spec)) {
    const read = readValue(parameter, search.get(name) ?? undefined);
    if ("wrong" in read) problems.push(problem(name, read.wrong));
    else values[name] = read.value;
  }
  if (problems.length > 0)
    throw new Fault(
      "invalid-query",
      `The query is wrong: ${problems.map((one) => one.message).join("; ")}.`,
      { problems },
    );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each value was just read by its own parameter's type
  return values as QueryOf<Q>;
}

const problem = (name: string, what: string): Problem => ({
  pointer: `?${name.slice(0, 64)}`,
  message: `${name.slice(0, 64)} ${what}`,
});

const listed = (spec: QuerySpec): string => Object.keys(spec).join(", ") || "none of its own";

type Reading = { readonly value: string | number | boolean | undefined } | { readonly wrong: string };

function readValue(parameter: Parameter, text: string | undefined): Reading {
  if (parameter.type === "integer") return readInteger(parameter, text);
  if (parameter.type === "string") return readString(parameter, text);
  if (text === undefined || text === "false") return { value: false };
  return text === "true" || text === "" ? { value: true } : { wrong: "must be true or false" };
}

function readInteger(parameter: Parameter & { readonly type: "integer" }, text: string | undefined): Reading {
  if (text === undefined) return { value: parameter.default };
  const { minimum, maximum } = parameter;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  const fits = number >= minimum && number <= maximum;
  return fits ? { value: number } : { wrong: `must be a whole number from ${minimum} to ${maximum}` };
}

function readString(parameter: Parameter & { readonly type: "string" }, text: string | undefined): Reading {
  if (text === undefined) return { value: undefined };
  if (text.length > (parameter.maxLength ?? MAX_VALUE_CHARACTERS)) return { wrong: "is too long" };
  if (parameter.enum !== undefined && !parameter.enum.includes(text))
    return { wrong: `must be one of ${parameter.enum.join(", ")}` };
  if (parameter.pattern !== undefined && !new RegExp(parameter.pattern, "u").test(text))
    return { wrong: `must match ${parameter.pattern}` };
  return { value: text };
}
