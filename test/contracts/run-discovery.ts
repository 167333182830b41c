import { readFileSync } from "node:fs";
import { join } from "node:path";
import { googleErrorProblems } from "./google-errors.ts";

/** Google's own discovery documents as a judge of requests and replies (data/gcp/README.md). */
const NAMES = [
  "run__v2",
  "secretmanager__v1",
  "logging__v2",
  "sts__v1",
  "iamcredentials__v1",
  "cloudresourcemanager__v3",
  "serviceusage__v1",
];

/**
 * Five methods that the copied documents leave out, by Google's reference: Secret Manager's `versions.get` and
 * `secrets.testIamPermissions`, Artifact Registry's `repositories.testIamPermissions` and IAM v1's
 * `projects.serviceAccounts.testIamPermissions`, whose schemas are in what is copied, and IAM Credentials' `generateIdToken`, of whose
 * members those stand here that Berth uses.
 */
const MORE: readonly {
  readonly of: string;
  readonly methods: readonly Method[];
  readonly schemas?: Readonly<Record<string, Schema>>;
}[] = [
  {
    of: "iamcredentials",
    methods: [
      method(
        "POST",
        "v1/projects/{p}/serviceAccounts/{s}:generateIdToken",
        "GenerateIdTokenRequest",
        "GenerateIdTokenResponse",
      ),
    ],
    schemas: {
      GenerateIdTokenRequest: {
        type: "object",
        properties: { audience: { type: "string" }, includeEmail: { type: "boolean" } },
      },
      GenerateIdTokenResponse: { type: "object", properties: { token: { type: "string" } } },
    },
  },
  {
    of: "secretmanager",
    methods: [method("GET", "v1/projects/{p}/secrets/{s}/versions/{v}", undefined, "SecretVersion")],
  },
  {
    of: "cloudresourcemanager",
    methods: [
      tested("v1/projects/{p}/secrets/{s}:testIamPermissions"),
      tested("v1/projects/{p}/locations/{l}/repositories/{r}:testIamPermissions"),
      tested("v1/projects/{p}/serviceAccounts/{s}:testIamPermissions"),
    ],
  },
];

function tested(path: string): Method {
  return method("POST", path, "TestIamPermissionsRequest", "TestIamPermissionsResponse");
}

function method(httpMethod: string, path: string, request: string | undefined, response: string): Method {
  const asked = request === undefined ? {} : { request: { $ref: request } };
  return { httpMethod, path, ...asked, response: { $ref: response } };
}

/** One request as it went over the wire. */
interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
/** A request and its reply. */
export interface Exchange extends Request {
  readonly reply: { readonly status: number; readonly body: unknown };
}

/** What of an exchange breaks Google's contract, each with its path; nothing when all is well. */
export function violationsOf({ reply, ...request }: Exchange): readonly string[] {
  const asked = requestViolations(request);
  return methodOf(request) === undefined ? asked : [...asked, ...replyViolations(request, reply)];
}

/** What of a request breaks it. */
export function requestViolations({ method, path, query, body }: Request): readonly string[] {
  const found = methodOf({ method, path });
  const at = `${method} ${path}`;
  if (found === undefined) return [`${at}: there is no such method`];
  const { document, rule } = found;
  const known = { ...document.parameters, ...rule.parameters };
  const parameters = Object.keys(query)
    .filter((name) => name !== "$alt" && !Object.hasOwn(known, name))
    .map((name) => `${at}: there is no parameter ${name}`);
  return [...parameters, ...schemaProblems(document, rule.request, body, `${at} request`, "request")];
}

/** What of the answer to a request breaks it. */
export function replyViolations(
  { method, path }: Pick<Request, "method" | "path">,
  { status, body }: Exchange["reply"],
): readonly string[] {
  const at = `${method} ${path} reply`;
  if (status >= 300) return googleErrorProblems(path, status, body, at);
  const found = methodOf({ method, path });
  if (found === undefined) return [`${at}: there is no such method`];
  return schemaProblems(found.document, found.rule.response, body, at, "reply");
}

/** What of a document breaks a schema of Cloud Run, such as `GoogleCloudRunV2Service`. */
export function documentViolations(schema: string, value: unknown): readonly string[] {
  const [run] = documents().map(({ document }) => document);
  return run === undefined ? [] : schemaProblems(run, { $ref: schema }, value, schema, "request");
}

interface Discovery {
  readonly name: string;
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly parameters?: Readonly<Record<string, Schema>>;
  readonly resources?: Readonly<Record<string, Resource>>;
}
interface Resource {
  readonly methods?: Readonly<Record<string, Method>>;
  readonly resources?: Readonly<Record<string, Resource>>;
}
interface Method {
  readonly httpMethod: string;
  readonly path: string;
  readonly flatPath?: string;
  readonly parameters?: Readonly<Record<string, Schema>>;
  readonly request?: Schema;
  readonly response?: Schema;
}
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly readOnly?: boolean;
}

interface Found {
  readonly document: Discovery;
  readonly rule: Method;
}
interface Known {
  readonly document: Discovery;
  readonly rules: readonly (Found & { readonly pattern: RegExp })[];
}

// They are large, and most test files send Google nothing: read at the first request.
let read: readonly Known[] | undefined;

/** Where no file can be read, as inside workerd, somebody gives the documents before the first request: Cloud Run's first. */
export function giveDocuments(given: readonly Discovery[]): void {
  read = known(given);
}

function documents(): readonly Known[] {
  read ??= known(
    NAMES.map((name): Discovery => {
      const path = join(import.meta.dirname, "data", "gcp", `${name}.json`);
      return JSON.parse(readFileSync(path, "utf8"));
    }),
  );
  return read;
}

function known(given: readonly Discovery[]): readonly Known[] {
  return given.map((copied) => {
    const document = { ...copied, schemas: { ...copied.schemas, ...schemasOf(copied) } };
    const rules = [...methodsIn(document), ...moreOf(document)].map((rule) => {
      const pattern = (rule.flatPath ?? rule.path).replace(/\{\+?[^}]+\}/g, "[^/:]+");
      return { document, rule, pattern: new RegExp(`^/${pattern}$`) };
    });
    return { document, rules };
  });
}

function methodOf({ method, path }: Pick<Request, "method" | "path">): Found | undefined {
  const key = `${method} ${path}`;
  if (sought.has(key)) return sought.get(key);
  const plain = decodeURIComponent(path).replaceAll("@", "");
  const found = documents()
    .flatMap(({ rules }) => rules)
    .find(({ rule, pattern }) => rule.httpMethod === method && pattern.test(plain));
  if (sought.size >= MOST_SOUGHT) sought.clear();
  sought.set(key, found);
  return found;
}

/** Paths whose method is known already: most are asked for again and again. */
const sought = new Map<string, Found | undefined>();
const MOST_SOUGHT = 10_000;

const moreOf = ({ name }: Discovery): readonly Method[] =>
  MORE.filter(({ of }) => of === name).flatMap(({ methods }) => methods);

const schemasOf = ({ name }: Discovery): Readonly<Record<string, Schema>> =>
  Object.assign({}, ...MORE.filter(({ of }) => of === name).map(({ schemas = {} }) => schemas));

function methodsIn({ resources = {}, ...own }: Resource): readonly Method[] {
  return [...Object.values(own.methods ?? {}), ...Object.values(resources).flatMap(methodsIn)];
}

function schemaProblems(
  document: Discovery,
  schema: Schema | undefined,
  value: unknown,
  at: string,
  side: "request" | "reply",
): readonly string[] {
  if (value === undefined) return [];
  if (schema === undefined) return [`${at}: has a body, and the contract knows none`];
  if (schema.$ref !== undefined)
    return schemaProblems(document, document.schemas[schema.$ref], value, at, side);
  const { type, items, properties, additionalProperties } = schema;
  if (type === "array")
    return Array.isArray(value)
      ? value.flatMap((item, index) => schemaProblems(document, items, item, `${at}[${index}]`, side))
      : [`${at}: is no list`];
  if (type !== "object") return scalarProblems(schema, value, at);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${at}: is no object`];
  return Object.entries(value).flatMap(([name, inner]): readonly string[] => {
    const known =
      properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (known === undefined) return [`${at}.${name}: there is no such member`];
    if (side === "request" && known.readOnly === true) return [`${at}.${name}: is for answers only`];
    return known.type === "any" ? [] : schemaProblems(document, known, inner, `${at}.${name}`, side);
  });
}

// The official client writes enums as numbers (`$alt=json;enum-encoding=int`); their names are in the order of the numbers.
function scalarProblems(
  { type, format = "", enum: names }: Schema,
  value: unknown,
  at: string,
): readonly string[] {
  if (type === "boolean") return typeof value === "boolean" ? [] : [`${at}: is no boolean`];
  if (type === "integer" || type === "number")
    return typeof value === "number" && (type === "number" || Number.isInteger(value))
      ? []
      : [`${at}: is no ${type}`];
  if (names !== undefined) {
    const fine =
      typeof value === "number" ? Number.isInteger(value) && value >= 0 : names.includes(String(value));
    return fine ? [] : [`${at}: ${JSON.stringify(value)} is none of ${names.join(", ")}`];
  }
  if (typeof value !== "string") return [`${at}: is no text`];
  const pattern = FORMATS[format];
  return pattern === undefined || pattern.test(value) ? [] : [`${at}: ${value.slice(0, 60)} is no ${format}`];
}

const FORMATS: Readonly<Record<string, RegExp>> = {
  int64: /^-?\d+$/,
  "google-datetime": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  "google-duration": /^\d+(\.\d+)?s$/,
  "google-fieldmask": /^[a-zA-Z.,]+$/,
  byte: /^[A-Za-z0-9+/]*={0,2}$/,
};
