import type { D1Database } from "@cloudflare/workers-types";

// What D1 refuses and the local workerd does not (Cloudflare D1, "Limits"): the suite must run within it.
const MAX_PARAMETERS = 100;
const MAX_STATEMENT_BYTES = 100_000;
const MAX_VALUE_BYTES = 1_000_000;

/** The same database, which throws where D1 itself would. */
export function limited(binding: D1Database): D1Database {
  return new Proxy(binding, {
    get(target, name) {
      if (name === "prepare") return (query: string) => limitedStatement(target, query);
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function limitedStatement(binding: D1Database, query: string) {
  if (bytesOf(query) > MAX_STATEMENT_BYTES)
    throw new RangeError(`a statement of ${bytesOf(query)} bytes: ${query.slice(0, 200)}`);
  const statement = binding.prepare(query);
  const bind = statement.bind.bind(statement);
  statement.bind = (...values: unknown[]) => {
    if (values.length > MAX_PARAMETERS)
      throw new RangeError(`${values.length} parameters: ${query.slice(0, 200)}`);
    const large = values.find((value) => typeof value === "string" && bytesOf(value) > MAX_VALUE_BYTES);
    if (large !== undefined)
      throw new RangeError(`a parameter above ${MAX_VALUE_BYTES} bytes: ${query.slice(0, 200)}`);
    return bind(...values);
  };
  return statement;
}

const bytesOf = (text: string) => new TextEncoder().encode(text).byteLength;
