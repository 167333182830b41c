import { errorViolations } from "./aws-errors.ts";
import { modelOf, type ServiceModel, type Shape } from "./aws-models.ts";
import { demandNone } from "./ledger.ts";

/** Everything that is wrong with a request or reply of an operation, each with its path; nothing when it keeps the contract. */
export function violations(
  service: string,
  operation: string,
  way: "request" | "reply",
  document: unknown,
): readonly string[] {
  const model = modelOf(service);
  const found = model.operations[operation];
  if (found === undefined) return [`${service} has no operation ${operation}`];
  const shape = way === "request" ? found.input : found.output;
  if (shape === undefined) return isEmpty(document) ? [] : [`${operation} has no ${way}`];
  const broken: string[] = [];
  walk(model, shape.shape, document, `${operation}.${way}`, broken);
  return broken;
}

/** One call of AWS's API, and what it answers, as the simulator has them. */
interface AwsCall {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
}
type AwsAnswer =
  | { readonly said: "result"; readonly output: unknown }
  | { readonly said: "error"; readonly code: string; readonly status: number }
  | { readonly said: "nothing" };

/** What of a request breaks the contract. */
export const requestViolations = ({ service, operation, input }: AwsCall): readonly string[] =>
  violations(service, operation, "request", input);

/** What of an answer breaks the contract; one that is lost is none. */
export function replyViolations(call: AwsCall, answer: AwsAnswer): readonly string[] {
  if (answer.said === "nothing") return [];
  if (answer.said === "error") return errorViolations(call, answer);
  return violations(call.service, call.operation, "reply", answer.output);
}

/** Throws when an answer, or an error that stands in its place, breaks the contract; the test fails even where somebody catches that. */
export function demandAnswer(call: AwsCall, answer: AwsAnswer): void {
  demandNone(replyViolations(call, answer), "AWS");
}

/** Throws, with every path, when a request or reply breaks the contract; the test fails even where somebody catches that. */
export function demandContract(
  way: "request" | "reply",
  { service, operation }: { readonly service: string; readonly operation: string },
  document: unknown,
): void {
  demandNone(violations(service, operation, way, document), "AWS");
}

/** Takes what is found. Generators would read better and cost three times as much, and a simulation judges millions of documents. */
type Found = string[];

function walk(model: ServiceModel, name: string, value: unknown, path: string, found: Found): void {
  const shape = model.shapes[name];
  if (shape === undefined) found.push(`${path}: there is no shape ${name}`);
  else if (shape.type === "structure") structure(model, shape, value, path, found);
  else if (shape.type === "list") list(model, shape, value, path, found);
  else if (shape.type === "map") map(model, shape, value, path, found);
  else scalar(shape, value, path, found);
}

function structure(model: ServiceModel, shape: Shape, value: unknown, path: string, found: Found): void {
  if (!isObject(value)) {
    found.push(`${path}: should be an object`);
    return;
  }
  for (const field of shape.required ?? [])
    if (value[field] === undefined) found.push(`${path}.${field}: is missing`);
  for (const field of Object.keys(value)) {
    const inner = value[field];
    const member = shape.members?.[field];
    if (member === undefined) found.push(`${path}.${field}: there is no such member`);
    else walk(model, member.shape, inner, `${path}.${field}`, found);
  }
}

function list(model: ServiceModel, shape: Shape, value: unknown, path: string, found: Found): void {
  if (!Array.isArray(value)) {
    found.push(`${path}: should be a list`);
    return;
  }
  bounds(shape, value.length, path, " (length)", found);
  for (const [index, item] of value.entries())
    walk(model, shape.member?.shape ?? "", item, `${path}[${index}]`, found);
}

function map(model: ServiceModel, shape: Shape, value: unknown, path: string, found: Found): void {
  if (!isObject(value)) {
    found.push(`${path}: should be a map`);
    return;
  }
  for (const key of Object.keys(value)) {
    walk(model, shape.key?.shape ?? "", key, `${path} (key)`, found);
    walk(model, shape.value?.shape ?? "", value[key], `${path}.${key}`, found);
  }
}

function scalar(shape: Shape, value: unknown, path: string, found: Found): void {
  const kind = KINDS[shape.type];
  if (kind === undefined) found.push(`${path}: a ${shape.type} is not looked at here`);
  else if (!kind(value)) found.push(`${path}: should be a ${shape.type}, not ${JSON.stringify(value)}`);
  else {
    if (shape.enum !== undefined && !shape.enum.some((word) => word === value))
      found.push(`${path}: ${String(value)} is none of ${shape.enum.join(", ")}`);
    if (typeof value === "string") bounds(shape, value.length, path, " (length)", found);
    if (typeof value === "number" && shape.type !== "timestamp") bounds(shape, value, path, "", found);
  }
}

function bounds({ min, max }: Shape, value: number, path: string, what: string, found: Found): void {
  if (min !== undefined && value < min) found.push(`${path}${what}: ${value} is less than ${min}`);
  if (max !== undefined && value > max) found.push(`${path}${what}: ${value} is more than ${max}`);
}

const isInteger = (value: unknown): boolean => Number.isInteger(value);
const KINDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  integer: isInteger,
  long: isInteger,
  float: (value) => typeof value === "number",
  double: (value) => typeof value === "number",
  timestamp: (value) => typeof value === "number",
};

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || (isObject(value) && Object.keys(value).length === 0);
