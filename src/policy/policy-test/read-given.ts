import type { Problem } from "../../domain/fault.ts";
import type { Needs } from "../../domain/needs.ts";
import { needsOf } from "../../domain/needs-of.ts";
import { parseSpec } from "../../domain/parse-spec.ts";
import type { Spec } from "../../domain/spec.ts";
import { parsePolicy } from "../parse-policy.ts";
import type { Policy } from "../policy.ts";
import type { GivenDocument, PolicyTestFile } from "./document.ts";

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

/** The policy a test is about; `at` is where the test says it. */
export function readPolicy(documents: Documents, given: PolicyTestFile["policy"], at: string): Read<Policy> {
  const file = typeof given === "string" ? given : undefined;
  const document = file === undefined ? given : documents.get(file);
  const name = file === undefined ? "under test" : file;
  const parsed = parsePolicy(document, { name, at: file === undefined ? at : "", stored: true });
  if (parsed.ok) return { ok: true, value: parsed.policy };
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

/** What a spec needs, with what the test says of its needs instead. */
export function readNeeds(spec: Spec, said: GivenDocument["needs"]): Needs {
  const needs = needsOf(spec);
  if (said === undefined) return needs;
  return {
    ...needs,
    milliCpu: said.cpu ?? needs.milliCpu,
    memoryMiB: said.memory ?? needs.memoryMiB,
    ephemeralStorageGiB: said.ephemeralStorage ?? needs.ephemeralStorageGiB,
    arch: said.arch ?? needs.arch,
    scale: { ...needs.scale, ...said.scale },
    registries: said.registries ?? needs.registries,
    labels: said.labels ?? needs.labels,
  };
}

const ANY_SPEC = { name: "workload", image: "registry.example/workload:1" };
const ANY_PORT = 8080;
