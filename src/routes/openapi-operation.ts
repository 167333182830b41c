import type { Endpoint } from "./define.ts";
import { isScope } from "../identity/scope.ts";
import { paramNames, paramPattern } from "./params.ts";

type Json = Readonly<Record<string, unknown>>;
type Hoist = (schema: unknown) => unknown;

/** One endpoint as an OpenAPI operation. `hoist` puts a schema's definitions where the document keeps them. */
export function operationOf<P>(endpoint: Endpoint<P>, hoist: Hoist): Json {
  const { summary, description, tag } = endpoint;
  const parameters = parametersOf(endpoint);
  return {
    operationId: operationId(endpoint),
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tag],
    security: securityOf(endpoint),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(endpoint.body === undefined ? {} : { requestBody: requestBody(endpoint.body, hoist) }),
    responses: { ...responsesOf(endpoint), default: { $ref: "#/components/responses/Problem" } },
  };
}

// `PUT /v1/workloads/{name}/overrides` is `putWorkloadsByNameOverrides`.
function operationId<P>({ method, path }: Endpoint<P>): string {
  const words = path
    .replace(/^\/v1/, "")
    .split(/[^A-Za-z{]+/)
    .filter((word) => word !== "")
    .map((word) => word.replace(/^\{/, "by-"));
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  return method.toLowerCase() + words.flatMap((word) => word.split("-").map(capital)).join("");
}

function securityOf<P>({ guard }: Endpoint<P>): readonly Json[] {
  if (guard === "public") return [];
  return isScope(guard) ? [{ token: [guard] }] : [{ [guard]: [] }];
}

function parametersOf<P>(endpoint: Endpoint<P>): readonly Json[] {
  const byToken = isScope(endpoint.guard);
  return [
    ...paramNames(endpoint.path).map((name) => ({
      name,
      in: "path",
      required: true,
      schema: { type: "string", pattern: paramPattern(name) },
    })),
    ...Object.entries(endpoint.query ?? {}).map(([name, { description, ...schema }]) => ({
      name,
      in: "query",
      description,
      schema,
    })),
    ...(endpoint.inEnvironment === true ? [ENVIRONMENT] : []),
    ...(byToken ? [PROJECT] : []),
    ...(byToken && endpoint.method !== "GET" ? [IDEMPOTENCY_KEY] : []),
    ...(endpoint.matches === undefined ? [] : MATCHES),
  ];
}

const text = { type: "string" } as const;
const ENVIRONMENT = {
  name: "environment",
  in: "query",
  description: "The environment; it must exist.",
  schema: { ...text, default: "production" },
};
const PROJECT = {
  name: "project",
  in: "query",
  description: "The project; only an administrator of the instance may name one.",
  schema: { ...text, default: "default" },
};
const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  description: "The call happens once for each key; a repeated one gets the first answer.",
  schema: { ...text, maxLength: 200 },
};
const MATCHES = [
  { name: "If-Match", in: "header", description: "Change exactly the state of this ETag.", schema: text },
  { name: "If-None-Match", in: "header", description: "* makes it only if there is none.", schema: text },
];

function requestBody(body: NonNullable<Endpoint<never>["body"]>, hoist: Hoist): Json {
  const schema = hoist(body.schema());
  return {
    required: body.required,
    content: Object.fromEntries(body.mediaTypes.map((type) => [type, { schema }])),
  };
}

function responsesOf<P>(endpoint: Endpoint<P>): Json {
  return Object.fromEntries(
    Object.entries(endpoint.answers).map(([status, answer]) => {
      const {
        description,
        schema,
        mediaTypes = schema === undefined ? [] : ["application/json"],
        headers,
      } = answer;
      const content = mediaTypes.map((type) => [type, contentOf(type, schema)]);
      return [
        status,
        {
          description,
          ...(headers === undefined ? {} : { headers: headersOf(headers) }),
          ...(content.length === 0 ? {} : { content: Object.fromEntries(content) }),
        },
      ];
    }),
  );
}

function contentOf(mediaType: string, schema: string | undefined): Json {
  // Readers take a schema of a stream for that of each of its events, and OpenAPI 3.1 has no words for these.
  if (mediaType === "text/event-stream") return {};
  const isJson = mediaType.endsWith("json") && !mediaType.includes("ndjson");
  return isJson && schema !== undefined
    ? { schema: { $ref: `#/components/schemas/${schema}` } }
    : { schema: text };
}

function headersOf(headers: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { description, schema: text }]),
  );
}
