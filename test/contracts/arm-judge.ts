import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Ajv, ValidateFunction } from "ajv";

/** One call as it is on the wire. */
export interface ArmCall {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
export interface ArmAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** Judges calls and answers by Microsoft's own contract; every problem is a sentence with the path of what is wrong. */
export interface ArmJudge {
  request(call: ArmCall): readonly string[];
  reply(call: ArmCall, answer: ArmAnswer): readonly string[];
}

/** The contract as Microsoft publishes it. */
export const ARM_CONTRACT = new URL("data/azure/containerInstance.json", import.meta.url);
/** That of the permissions that a principal has. */
export const AUTHORIZATION_CONTRACT = new URL("data/azure/authorization.json", import.meta.url);

interface Operation {
  readonly method: string;
  readonly path: RegExp;
  readonly parameters: readonly Parameter[];
  readonly responses: Readonly<Record<string, { readonly schema?: Schema }>>;
}
interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "body";
  readonly required?: boolean;
  readonly type?: string;
  readonly schema?: Schema;
  readonly "x-ms-skip-url-encoding"?: boolean;
}
type Schema = Readonly<Record<string, unknown>>;

/**
 * A judge over the swagger in this repository. Stricter than the contract in one thing: a member it does not name is a problem, and so is
 * one it calls read-only in a request. Enums are open in ARM (`modelAsString`); here they are closed.
 */
export function armJudge(contract: URL = ARM_CONTRACT): ArmJudge {
  const judge = compiled.get(contract.href) ?? compiledJudge(contract);
  compiled.set(contract.href, judge);
  return judge;
}

// Large, and most test files send Azure nothing: read at the first request, and once a process.
const compiled = new Map<string, ArmJudge>();

function compiledJudge(contract: URL): ArmJudge {
  const swagger = JSON.parse(readFileSync(contract, "utf8")) as {
    readonly info: { readonly version: string };
    readonly paths: Readonly<Record<string, Readonly<Record<string, Omit<Operation, "method" | "path">>>>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly definitions: Readonly<Record<string, Schema>>;
  };
  const operations = Object.entries(swagger.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Operation => {
      const parameters = operation.parameters.map((one) => resolved(one, swagger.parameters));
      return { ...operation, method: method.toUpperCase(), path: patternOf(path, parameters), parameters };
    }),
  );
  const requests = validators(swagger.definitions, true);
  const replies = validators(swagger.definitions, false);
  const find = ({ method, path }: ArmCall) =>
    operations.find((one) => one.method === method && one.path.test(path));
  return {
    request(call) {
      const operation = find(call);
      if (operation === undefined) return [`${call.method} ${call.path} is not in the contract`];
      return [
        ...queryProblems(operation, call, swagger.info.version),
        ...bodyProblems(operation, call, requests),
      ];
    },
    reply(call, { status, body }) {
      const operation = find(call);
      if (operation === undefined) return [`${call.method} ${call.path} is not in the contract`];
      const { schema } = operation.responses[String(status)] ?? operation.responses["default"] ?? {};
      const known = operation.responses[String(status)] !== undefined || status >= 400;
      if (!known) return [`${call.method} answers ${status}, which the contract does not name`];
      if (schema === undefined || status === 202) return [];
      // 204 has no body, and DELETE's 200 need not.
      if (body === undefined)
        return status === 204 ? [] : [`${call.method} answers ${status} without a body`];
      return problemsOf(replies(schema), body, `reply ${status}`);
    },
  };
}

const resolved = (parameter: Parameter, all: Readonly<Record<string, Parameter>>): Parameter => {
  const reference = (parameter as { readonly $ref?: string }).$ref;
  return reference === undefined ? parameter : (all[reference.split("/").at(-1) ?? ""] ?? parameter);
};

// What is not encoded may have slashes in it, and may be nothing at all.
function patternOf(path: string, parameters: readonly Parameter[]): RegExp {
  const pattern = path.replaceAll(/\/\{(\w+)\}/g, (_, name: string) =>
    parameters.some((one) => one.name === name && one["x-ms-skip-url-encoding"] === true)
      ? "(/.+)?"
      : "/[^/]+",
  );
  return new RegExp(`^${pattern}$`, "i");
}

function queryProblems({ parameters }: Operation, { query }: ArmCall, contract: string): readonly string[] {
  const known = parameters.filter((one) => one.in === "query");
  const missing = known.filter(({ name, required }) => required === true && query[name] === undefined);
  // Azure's own next links carry this and nothing else besides.
  const foreign = Object.keys(query).filter(
    (name) => name !== "$skiptoken" && !known.some((one) => one.name === name),
  );
  const mistyped = known.filter(({ name, type }) => {
    const value = query[name];
    if (value === undefined) return false;
    return type === "integer" ? !/^\d+$/.test(value) : type === "boolean" && !/^(true|false)$/.test(value);
  });
  const version = query["api-version"];
  return [
    ...missing.map(({ name }) => `query ${name} is missing`),
    ...foreign.map((name) => `query ${name} is not in the contract`),
    ...mistyped.map(({ name, type }) => `query ${name} is not of type ${type}`),
    ...(version === undefined || version === contract
      ? []
      : [`api-version ${version} is not the contract's`]),
  ];
}

function bodyProblems({ parameters }: Operation, { body }: ArmCall, requests: Validators): readonly string[] {
  const wanted = parameters.find((one) => one.in === "body");
  if (wanted === undefined) return body === undefined ? [] : ["a body is sent where the contract has none"];
  return wanted.schema === undefined ? [] : problemsOf(requests(wanted.schema), body, "request");
}

function problemsOf(validate: ValidateFunction, value: unknown, what: string): readonly string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message = "", params }) => {
    const detail = Object.values(params as Record<string, unknown>).join(", ");
    return `${what} ${instancePath || "/"}: ${message} (${detail})`;
  });
}

type Validators = (schema: Schema) => ValidateFunction;

function validators(definitions: Readonly<Record<string, Schema>>, request: boolean): Validators {
  const { Ajv: Validator } = createRequire(import.meta.url)("ajv") as { readonly Ajv: typeof Ajv };
  const ajv = new Validator({ strict: false, allErrors: true });
  ajv.addFormat("int32", {
    type: "number",
    validate: (value: number) => Number.isInteger(value) && Math.abs(value) < 2 ** 31,
  });
  ajv.addFormat("double", { type: "number", validate: Number.isFinite });
  ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
  ajv.addSchema({
    $id: "arm",
    definitions: Object.fromEntries(
      Object.entries(definitions).map(([name, schema]) => [
        name,
        closed(merged(schema, definitions), definitions, request),
      ]),
    ),
  });
  const compiled = new Map<string, ValidateFunction>();
  return (schema) => {
    const key = JSON.stringify(schema);
    const found = compiled.get(key) ?? ajv.compile(relocated(schema));
    compiled.set(key, found);
    return found;
  };
}

const relocated = (schema: Schema): Schema => {
  const reference = schema["$ref"];
  return typeof reference === "string" ? { $ref: `arm${reference}` } : schema;
};

/** A definition whose parts of `allOf` are one, so that it can be closed. */
function merged(schema: Schema, definitions: Readonly<Record<string, Schema>>): Schema {
  const parts = schema["allOf"];
  if (!Array.isArray(parts)) return schema;
  const whole = parts.map(
    (part: { readonly $ref: string }) => definitions[part.$ref.split("/").at(-1) ?? ""] ?? {},
  );
  return {
    type: "object",
    properties: Object.assign({}, ...whole.map((part) => part["properties"])) as unknown,
    required: whole.flatMap((part) => (Array.isArray(part["required"]) ? part["required"] : [])),
  };
}

function closed(schema: unknown, definitions: Readonly<Record<string, Schema>>, request: boolean): unknown {
  if (Array.isArray(schema)) return schema.map((one) => closed(one, definitions, request));
  if (typeof schema !== "object" || schema === null) return schema;
  const fields = Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => !key.startsWith("x-ms-") && key !== "description")
      .map(([key, value]) => [
        key,
        key === "properties" ? open(value, definitions, request) : closed(value, definitions, request),
      ]),
  );
  const { properties, additionalProperties } = fields;
  const lists = typeof properties === "object" && properties !== null && additionalProperties === undefined;
  // An empty list of properties, as emptyDir has, means that anything goes.
  return lists && Object.keys(properties).length > 0 ? { ...fields, additionalProperties: false } : fields;
}

function open(properties: unknown, definitions: Readonly<Record<string, Schema>>, request: boolean): unknown {
  const entries = Object.entries(properties ?? {}) as readonly (readonly [string, Schema])[];
  const sent = entries.filter(([, schema]) => !(request && schema["readOnly"] === true));
  return Object.fromEntries(sent.map(([name, schema]) => [name, closed(schema, definitions, request)]));
}
