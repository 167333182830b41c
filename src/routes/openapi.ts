import { z } from "zod";
import { specJsonSchema } from "../domain/parse-spec.ts";
import type { Endpoint } from "./define.ts";
import { operationOf } from "./openapi-operation.ts";
import { ANSWERS, problemSchema } from "./schemas/answers.ts";

type Json = Readonly<Record<string, unknown>>;

/** An OpenAPI 3.1 document, as far as this house reads it again. */
export interface OpenApi {
  readonly openapi: "3.1.0";
  readonly info: Json;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: Json;
}

const TAGS: Readonly<Record<string, string>> = {
  plans: "What would run where, and what is being done.",
  changes: "Several workloads at once.",
  workloads: "What you run.",
  runs: "What a job does when it runs.",
  policies: "Where things may run, and whether they may change.",
  targets: "Connected places.",
  agents: "Your own machines.",
  environments: "Parts of a project.",
  secrets: "Values that only containers read.",
  projects: "Tenants.",
  tokens: "Who may do what.",
  catalog: "What the clouds offer, and for how much.",
  meta: "The broker itself.",
};

/** The document of these endpoints: the same data they are served from, so the two cannot differ. */
export function openapi<P>(endpoints: readonly Endpoint<P>[]): OpenApi {
  const schemas = new Map<string, unknown>();
  const paths: Record<string, Record<string, Json>> = {};
  for (const endpoint of endpoints) {
    const path = (paths[endpoint.path] ??= {});
    path[endpoint.method.toLowerCase()] = operationOf(endpoint, (schema) => hoist(schema, schemas));
  }
  for (const [name, schema] of Object.entries(ANSWERS))
    schemas.set(name, hoist(z.toJSONSchema(schema), schemas));
  schemas.set("Problem", hoist(z.toJSONSchema(problemSchema), schemas));
  schemas.set("Spec", hoist({ ...specJsonSchema() }, schemas));
  return {
    openapi: "3.1.0",
    info: {
      title: "Berth",
      version: "1",
      summary: "A serverless multi-cloud container broker.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: sorted(schemas), responses: RESPONSES, securitySchemes: SECURITY },
  };
}

const RESPONSES = {
  Problem: {
    description: "What is wrong, in words and as a code (RFC 9457).",
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  },
};
const SECURITY = {
  token: { type: "http", scheme: "bearer", description: "An access token; `POST /v1/tokens` makes one." },
  join: { type: "http", scheme: "bearer", description: "A join token; `POST /v1/agents` makes one." },
  agent: {
    type: "apiKey",
    in: "header",
    name: "Authorization",
    description: "`Berth-Agent id=..,ts=..,nonce=..,sig=..`: an Ed25519 signature over the call.",
  },
};

/** Moves a schema's own definitions to the components of the document, and its references with them. */
function hoist(schema: unknown, into: Map<string, unknown>): unknown {
  if (Array.isArray(schema)) return schema.map((item) => hoist(item, into));
  if (typeof schema !== "object" || schema === null) return schema;
  const { $defs = {}, $schema: _dialect, id: _id, ...rest } = Object.fromEntries(Object.entries(schema));
  for (const [name, definition] of Object.entries(Object($defs))) into.set(name, hoist(definition, into));
  return Object.fromEntries(
    Object.entries({ ...rest, ...(typeof _id === "string" ? {} : { id: _id }) })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, key === "$ref" ? moved(value) : hoist(value, into)]),
  );
}

function moved(reference: unknown): unknown {
  return typeof reference === "string"
    ? reference.replace(/^#\/\$defs\//, "#/components/schemas/")
    : reference;
}

function sorted(schemas: ReadonlyMap<string, unknown>): Json {
  return Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
}
