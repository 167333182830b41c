import { workloadNameProblem } from "./name.ts";

/** What may be asked of a workload in an environment variable: its address, the host in it, or the key of a private route. */
const REFERENCE_PROPERTIES = ["url", "host", "key"] as const;
type ReferenceProperty = (typeof REFERENCE_PROPERTIES)[number];

/** One `${workload.api.url}` in a value. */
export interface EnvReference {
  readonly workload: string;
  readonly property: ReferenceProperty;
}

// `$${` is an escaped `${`; only `${workload.` is ours, so that `${HOME}` stays what the program expects.
const REFERENCE = /\$\$\{workload\.|\$\{workload\.([^}]{0,128})(\}?)/g;
const HOW =
  "write ${workload.NAME.url}, ${workload.NAME.host} or ${workload.NAME.key}, or $${ for a literal ${";

/** Every reference in a value, in order. Broken ones are left out; `referenceProblem` names them. */
export function referencesIn(value: string): readonly EnvReference[] {
  return [...value.matchAll(REFERENCE)].flatMap((match) => parseReference(match) ?? []);
}

/** What is wrong with the references of a value, as a sentence; nothing when they are fine. */
export function referenceProblem(value: string): string | undefined {
  const broken = [...value.matchAll(REFERENCE)].some(
    (match) => match[1] !== undefined && parseReference(match) === undefined,
  );
  return broken ? HOW : undefined;
}

/** The value with each reference replaced by what `resolve` gives, and `$${workload.` by a literal `${workload.`. */
export function resolveReferences(value: string, resolve: (reference: EnvReference) => string): string {
  return value.replace(REFERENCE, (whole, inner: string | undefined, close: string | undefined) => {
    if (inner === undefined) return whole.slice(1);
    const reference = referenceFrom(inner, close ?? "");
    return reference === undefined ? whole : resolve(reference);
  });
}

function parseReference(match: RegExpExecArray | RegExpMatchArray): EnvReference | undefined {
  return match[1] === undefined ? undefined : referenceFrom(match[1], match[2] ?? "");
}

function referenceFrom(inner: string, close: string): EnvReference | undefined {
  const [workload = "", word, ...more] = inner.split(".");
  const property = REFERENCE_PROPERTIES.find((name) => name === word);
  const wellFormed = close === "}" && more.length === 0 && workloadNameProblem(workload) === undefined;
  return wellFormed && property !== undefined ? { workload, property } : undefined;
}
