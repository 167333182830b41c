import type { Problem } from "../../domain/fault.ts";
import type { Needs } from "../../domain/needs.ts";
import { needsOf } from "../../domain/needs-of.ts";
import { parseSpec } from "../../domain/parse-spec.ts";
import type { Spec } from "../../domain/spec.ts";
import type { Layer } from "../layer.ts";
import { layered, narrow } from "../layers.ts";
import { parsePolicy } from "../parse-policy.ts";
import type { Policy } from "../policy.ts";
import { widenings } from "../widenings.ts";
import type { GivenDocument, PolicyTestFile } from "./document.ts";
import { layersOf } from "./parse.ts";

/** What is wrong, in the file of tests, or in one that it names. */
export interface TestProblem extends Problem {
  readonly file?: string | undefined;
}

/** Something read, or everything wrong with it. */
export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly TestProblem[] };

/** Documents of the files that tests name, by the name they have for them. */
export type Documents = ReadonlyMap<string, unknown>;

/** The policy a test is about, of one layer or several; `at` is where the test says it. */
export function readPolicy(documents: Documents, given: PolicyTestFile["policy"], at: string): Read<Policy> {
  const layers = layersOf(given, at).map(({ value, pointer }) => readLayer(documents, value, pointer));
  const problems = layers.flatMap((layer) => (layer.ok ? [] : layer.problems));
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: layered(layers.flatMap((layer) => (layer.ok ? [layer.value] : []))) };
}

function readLayer(
  documents: Documents,
  given: string | Readonly<Record<string, unknown>>,
  at: string,
): Read<Layer> {
  const file = typeof given === "string" ? given : undefined;
  const document = file === undefined ? given : documents.get(file);
  const name = file ?? "under test";
  const parsed = parsePolicy(document, { name, at: file === undefined ? at : "", stored: true });
  if (parsed.ok)
    return {
      ok: true,
      value: { ref: { layer: "project", name, version: 0, hash: "" }, rules: parsed.rules },
    };
  return { ok: false, problems: parsed.problems.map((problem) => ({ ...problem, file })) };
}

/** The spec a test gives, whole or in part; `at` is where it says it. */
export function readSpec(documents: Documents, given: GivenDocument["spec"], at: string): Read<Spec> {
  const file = typeof given === "string" ? given : undefined;
  const said = Object.entries(Object((file === undefined ? given : documents.get(file)) ?? {}));
  const document: Readonly<Record<string, unknown>> = Object.fromEntries(said);
  const served = document["kind"] === undefined || document["kind"] === "service";
  const silent = document["port"] === undefined && document["route"] === undefined;
  const parsed = parseSpec({ ...ANY_SPEC, ...(served && silent ? { port: ANY_PORT } : {}), ...document });
  if (parsed.ok) return { ok: true, value: parsed.spec };
  const problems = parsed.problems.map(({ pointer, message }) => ({
    pointer: (file === undefined ? at : "") + pointer,
    message,
    file,
  }));
  return { ok: false, problems };
}

/** The policy with what the spec says inline laid over it; what it would loosen is a problem below `at`. */
export function narrowed(policy: Policy, { policy: inline }: Spec, at: string): Read<Policy> {
  // A name is of a stored policy, and tests have none but the one they are about.
  if (typeof inline === "string") return { ok: true, value: policy };
  const parsed = parsePolicy(inline, { at });
  const problems = parsed.ok ? widenings(policy, parsed.rules, at) : parsed.problems;
  if (!parsed.ok || problems.length > 0) return { ok: false, problems };
  return { ok: true, value: narrow(policy, parsed.rules) };
}

/** What a spec needs, with what the test says of its needs instead. */
export function readNeeds(spec: Spec, said: GivenDocument["needs"]): Needs {
  const needs = needsOf(spec);
  if (said === undefined) return needs;
  return {
    ...needs,
    milliCpu: said.cpu ?? needs.milliCpu,
    memoryMiB: said.memory ?? needs.memoryMiB,
    // Sums that a test gives say nothing of the containers.
    sizes: said.cpu === undefined && said.memory === undefined ? needs.sizes : undefined,
    ephemeralStorageGiB: said.ephemeralStorage ?? needs.ephemeralStorageGiB,
    arch: said.arch ?? needs.arch,
    scale: { ...needs.scale, ...said.scale },
    registries: said.registries ?? needs.registries,
    labels: said.labels ?? needs.labels,
  };
}

const ANY_SPEC = { name: "workload", image: "registry.example/workload:1" };
const ANY_PORT = 8080;
