import { didYouMean } from "../../../domain/did-you-mean.ts";
import { AdapterError } from "../../../domain/fault.ts";
import type { Template } from "../../../domain/plan.ts";

/** What `x-cloud-run` may say: members of the revision or task that only Cloud Run has. */
export const EXTRAS = ["vpcAccess", "encryptionKey", "executionEnvironment"] as const;
const GENERATIONS = ["EXECUTION_ENVIRONMENT_GEN1", "EXECUTION_ENVIRONMENT_GEN2"];
const VPC_FIELDS = ["connector", "egress", "network", "subnetwork", "tags"];
const EGRESS = ["ALL_TRAFFIC", "PRIVATE_RANGES_ONLY"];
const MOST_TAGS = 20;

interface Usual {
  /** What stands in the document where the spec says nothing; absent where it has no such member. */
  readonly executionEnvironment?: string;
  /** Why it can be no other, where it cannot. */
  readonly because?: string | undefined;
}

/** The spec's `x-cloud-run` as members of the document. Throws `AdapterError` "invalid" for what it cannot say. */
export function extrasOf(
  template: Pick<Template, "x-cloud-run">,
  usual: Usual = {},
): Readonly<Record<string, unknown>> {
  const given = template["x-cloud-run"] ?? {};
  refuseUnknown(given, EXTRAS, "");
  const generation = text(given, "executionEnvironment", "");
  if (generation !== undefined && !GENERATIONS.includes(generation))
    throw invalid(`executionEnvironment is one of ${GENERATIONS.join(", ")}`);
  if (generation !== undefined && usual.executionEnvironment === undefined)
    throw invalid("a worker pool has no executionEnvironment, remove it");
  if (generation !== undefined && generation !== usual.executionEnvironment && usual.because !== undefined)
    throw invalid(`executionEnvironment cannot be ${generation}: ${usual.because}`);
  return {
    executionEnvironment: generation ?? usual.executionEnvironment,
    vpcAccess: vpcAccess(given["vpcAccess"]),
    encryptionKey: text(given, "encryptionKey", ""),
  };
}

// With connector, or with a network of its own: never both (Admin API v2, VpcAccess).
function vpcAccess(value: unknown): object | undefined {
  if (value === undefined) return undefined;
  const given = objectOf(value, "vpcAccess");
  refuseUnknown(given, VPC_FIELDS, "vpcAccess.");
  const [connector, network, subnetwork] = ["connector", "network", "subnetwork"].map((field) =>
    text(given, field, "vpcAccess."),
  );
  const egress = text(given, "egress", "vpcAccess.") ?? "PRIVATE_RANGES_ONLY";
  if (!EGRESS.includes(egress)) throw invalid(`vpcAccess.egress is one of ${EGRESS.join(", ")}`);
  const { tags } = given;
  const own = network !== undefined || subnetwork !== undefined;
  if (own === (connector !== undefined))
    throw invalid("vpcAccess names a connector, or a network and a subnetwork");
  if (tags !== undefined && (!own || !isTexts(tags)))
    throw invalid(`vpcAccess.tags is a list of at most ${MOST_TAGS} network tags, beside a network`);
  return own ? { egress, networkInterfaces: [{ network, subnetwork, tags }] } : { egress, connector };
}

function refuseUnknown(given: Readonly<Record<string, unknown>>, known: readonly string[], at: string): void {
  const unknown = Object.keys(given).find((field) => !known.includes(field));
  if (unknown === undefined) return;
  const close = didYouMean(unknown, known);
  throw invalid(
    `there is no ${at}${unknown.slice(0, 60)}${close === undefined ? "" : `, did you mean ${close}?`}; it may say ${known.join(", ")}`,
  );
}

const MOST_CHARS = 300;
function text(given: Readonly<Record<string, unknown>>, field: string, at: string): string | undefined {
  const value = given[field];
  if (value === undefined) return undefined;
  if (typeof value === "string" && value.length > 0 && value.length <= MOST_CHARS) return value;
  throw invalid(`${at}${field} is a text of 1 to ${MOST_CHARS} characters`);
}

function objectOf(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return Object.fromEntries(Object.entries(value));
  throw invalid(`${field} is an object`);
}

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.length <= MOST_TAGS && value.every((tag) => typeof tag === "string");

const invalid = (why: string): AdapterError => new AdapterError("invalid", `x-cloud-run: ${why}.`);
