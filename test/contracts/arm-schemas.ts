import {
  ARM_CONTRACTS,
  type ArmContract,
  type ArmContractName,
  nameIn,
  operationsOf,
  parametersOf,
  type Schema,
} from "./arm-contract.ts";

/** What is sent, or what is answered: members that only Azure may say are none of a request's. */
export type Side = "request" | "reply";

/** The name under which the schema of one definition is found. */
export const schemaId = (contract: ArmContractName, side: Side, definition: string): string =>
  `${contract}-${side}#/definitions/${definition}`;

/**
 * The definitions of every contract as JSON Schema, once for each side. Stricter than the contracts in one thing: a member they do not
 * name is none, and so is in a request one that they call read-only. Enums are open in ARM (`modelAsString`); here they are closed.
 */
export function armSchemas(): readonly Schema[] {
  return everySide().map(({ name, contract, side }) => ({
    $id: `${name}-${side}`,
    definitions: Object.fromEntries(
      Object.entries(contract.definitions).map(([definition, schema]) => [
        definition,
        closed(merged(schema, contract), side),
      ]),
    ),
  }));
}

/** The names of all schemas by which a body of any operation is judged. */
export function schemasUsed(): readonly string[] {
  return everySide().flatMap(({ name, contract, side }) => {
    const references = operationsOf(contract).flatMap(({ operation }) =>
      side === "request"
        ? parametersOf(operation, contract).map(({ schema }) => schema)
        : Object.values(operation.responses).map(({ schema }) => schema),
    );
    const definitions = references.flatMap((schema) => (schema === undefined ? [] : [nameIn(schema)]));
    return [...new Set(definitions)].map((definition) => schemaId(name, side, definition));
  });
}

function everySide() {
  const names = Object.keys(ARM_CONTRACTS) as readonly ArmContractName[];
  return names.flatMap((name) =>
    (["request", "reply"] as const).map((side) => ({ name, contract: ARM_CONTRACTS[name], side })),
  );
}

/** A definition whose parts of `allOf` are one, so that it can be closed. */
function merged(schema: Schema, { definitions }: ArmContract): Schema {
  const parts = schema["allOf"];
  if (!Array.isArray(parts)) return schema;
  const whole = parts.map((part: { readonly $ref: string }) => definitions[nameIn(part)] ?? {});
  return {
    type: "object",
    properties: Object.assign({}, ...whole.map((part) => part["properties"])) as unknown,
    required: whole.flatMap((part) => (Array.isArray(part["required"]) ? part["required"] : [])),
  };
}

function closed(schema: unknown, side: Side): unknown {
  if (Array.isArray(schema)) return schema.map((one) => closed(one, side));
  if (typeof schema !== "object" || schema === null) return schema;
  const fields = Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => !key.startsWith("x-ms-") && key !== "description")
      .map(([key, value]) => [key, key === "properties" ? open(value, side) : closed(value, side)]),
  );
  const { format, ...plain } = fields;
  const numbers = typeof format === "string" ? NUMBERS[format] : undefined;
  const same = numbers === undefined ? fields : { ...plain, ...numbers };
  const { properties, additionalProperties } = same;
  const lists = typeof properties === "object" && properties !== null && additionalProperties === undefined;
  // An empty list of properties, as emptyDir has, means that anything goes.
  return lists && Object.keys(properties).length > 0 ? { ...same, additionalProperties: false } : same;
}

/** Formats that JSON Schema says in its own words; every number of JSON is a double. */
const NUMBERS: Readonly<Record<string, Schema>> = {
  int32: { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  double: {},
};

function open(properties: unknown, side: Side): unknown {
  const entries = Object.entries(properties ?? {}) as readonly (readonly [string, Schema])[];
  const sent = entries.filter(([, schema]) => !(side === "request" && schema["readOnly"] === true));
  return Object.fromEntries(sent.map(([name, schema]) => [name, closed(schema, side)]));
}
