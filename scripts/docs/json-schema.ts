/** The part of JSON Schema that our documents' schemas use. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

/** One row of a reference: a field by its path, its type and default in words, and what it means. */
export interface Field {
  readonly path: string;
  readonly type: string;
  readonly otherwise: string;
  readonly means: string;
}

/** What stands for the default of a field that has none and must be given. */
export const NEEDED = "needed";
/** Deepest nesting that a reference shows. */
const MAX_DEPTH = 6;

/** Every field below an object's schema, each parent before its children. */
export function fieldsOf(schema: Schema, at = "", depth = 0): readonly Field[] {
  if (depth > MAX_DEPTH) throw new Error(`the schema is nested deeper than ${MAX_DEPTH} at ${at}`);
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = at === "" ? name : `${at}.${name}`;
    const required = schema.required?.includes(name) === true;
    const own = {
      path,
      type: typeOf(field),
      otherwise: defaultOf(field, required),
      means: field.description ?? "",
    };
    return [own, ...childrenOf(field, path, depth + 1)];
  });
}

function childrenOf(field: Schema, path: string, depth: number): readonly Field[] {
  const objects = [field, ...(field.anyOf ?? [])].flatMap((one) => fieldsOf(one, path, depth));
  const items = field.items === undefined ? [] : fieldsOf(field.items, `${path}[]`, depth);
  return [...objects, ...items];
}

function typeOf(schema: Schema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(" or ");
  if (schema.const !== undefined) return JSON.stringify(schema.const).replaceAll('"', "");
  if (schema.enum !== undefined) return schema.enum.join(", ");
  if (schema.items !== undefined) return `list of ${plural(typeOf(schema.items))}`;
  if (typeof schema.additionalProperties === "object" && Object.keys(schema.additionalProperties).length > 0)
    return "object of texts";
  if (isNumber(schema)) return `${schema.type === "integer" ? "whole number" : "number"}${rangeOf(schema)}`;
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? ["anything"]);
  return types.map((type) => WORDS[type] ?? type).join(" or ");
}

const WORDS: Readonly<Record<string, string>> = { string: "text", boolean: "true or false" };
const isNumber = ({ type }: Schema): boolean => type === "integer" || type === "number";
const plural = (type: string): string => (type === "text" || type === "object" ? `${type}s` : type);

function rangeOf({ minimum, exclusiveMinimum, maximum }: Schema): string {
  if (exclusiveMinimum !== undefined) return `, above ${exclusiveMinimum}, at most ${maximum}`;
  if (minimum === undefined || maximum === undefined) return "";
  return `, ${minimum} to ${maximum}`;
}

function defaultOf(schema: Schema, required: boolean): string {
  if (required) return NEEDED;
  const { default: value } = schema;
  if (value === undefined) return "";
  const empty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return empty ? "" : JSON.stringify(value).replaceAll('"', "");
}
