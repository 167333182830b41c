import { sha256Hex } from "./canonical-json.ts";

/** Names of workloads: they become part of a host name beside the environment's and the project's. */
export const WORKLOAD_NAME = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;
/** Ids of everything else people name: projects, environments, targets, secrets, policies. */
export const ID = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** RFC 1035, section 2.3.4: a label of a host name has at most 63 octets. */
const MAX_LABEL_CHARS = 63;
/** Hex characters of the hash that keeps two cut labels apart. */
const LABEL_HASH_CHARS = 10;
/** Three hyphens cannot occur in a label that was not cut, since names neither start nor end with one. */
const CUT_MARK = "---";

/** What is wrong with a workload's name, as a sentence; nothing when it is fine. */
export function workloadNameProblem(name: string): string | undefined {
  if (!WORKLOAD_NAME.test(name)) {
    return "a workload's name has 1 to 40 lower-case letters, digits and -, starts with a letter and does not end with -";
  }
  return reservedProblem(name);
}

/** What is wrong with an id, as a sentence; nothing when it is fine. */
export function idProblem(id: string): string | undefined {
  if (!ID.test(id))
    return "this name has 1 to 63 lower-case letters, digits and -, and - is neither first nor last";
  return reservedProblem(id);
}

/** The gateway's host label of a workload, at most 63 characters; production's is without the environment. */
export function gatewayLabel(workload: string, environment: string, project: string): string {
  const parts = environment === "production" ? [workload, project] : [workload, environment, project];
  const label = parts.join("--");
  if (label.length <= MAX_LABEL_CHARS) return label;
  const head = label.slice(0, MAX_LABEL_CHARS - CUT_MARK.length - LABEL_HASH_CHARS).replace(/-+$/, "");
  return `${head}${CUT_MARK}${sha256Hex(label).slice(0, LABEL_HASH_CHARS)}`;
}

// A host label joins names with `--`, and one that starts with `xn--` is read as punycode (RFC 5891, section 4.2.3.1).
function reservedProblem(name: string): string | undefined {
  if (name.includes("--"))
    return "a name may not hold --, which divides names in addresses; write a single -";
  return name === "xn"
    ? "the name xn would make an address that browsers read as punycode; choose another"
    : undefined;
}
