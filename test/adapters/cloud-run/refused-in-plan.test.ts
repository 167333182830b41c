import { expect, test } from "vitest";
import { parseSpec } from "../../../src/domain/parse-spec.ts";
import { offersOf } from "./rendered.ts";

const SERVICE = { name: "web", image: "docker.io/acme/web:1", kind: "service", route: { port: 8080 } };
const JOB = { name: "report", image: "docker.io/acme/report:1", kind: "job" };
const [FIRST, SECOND] = ["EXECUTION_ENVIRONMENT_GEN1", "EXECUTION_ENVIRONMENT_GEN2"];

const sentencesFor = (document: object, billing: string): readonly string[] => {
  const parsed = parseSpec(document);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return offersOf(parsed.spec)
    .filter((offer) => offer.billing === billing)
    .flatMap(({ impossible }) => impossible.map(({ message }) => message));
};

test("the second generation is refused below 1 vCPU, where Google has the first alone, and taken above", () => {
  const small = { ...SERVICE, resources: { cpu: 0.5 }, "x-cloud-run": { executionEnvironment: SECOND } };
  expect(sentencesFor(small, "request")).toEqual([
    `x-cloud-run: executionEnvironment cannot be ${SECOND}: below 1 vCPU there is only the first generation, ask for 1 vCPU or remove it.`,
  ]);
  expect(sentencesFor(small, "instance")).toEqual([]);
});

test("the first generation is refused for a job, and taken for a service", () => {
  const first = { "x-cloud-run": { executionEnvironment: FIRST } };
  expect(sentencesFor({ ...JOB, ...first }, "job")).toEqual([
    `x-cloud-run: executionEnvironment cannot be ${FIRST}: jobs run in the second generation alone, remove it.`,
  ]);
  expect(sentencesFor({ ...SERVICE, resources: { cpu: 1 }, ...first }, "request")).toEqual([]);
});

test("a variable that Google sets in every task is refused for a job, plain or secret, and taken for a service", () => {
  const said = ["Cloud Run itself sets CLOUD_RUN_TASK_INDEX in every task: choose another name."];
  expect(sentencesFor({ ...JOB, env: { CLOUD_RUN_TASK_INDEX: "1" } }, "job")).toEqual(said);
  expect(sentencesFor({ ...JOB, secrets: { CLOUD_RUN_TASK_INDEX: "key" } }, "job")).toEqual(said);
  expect(sentencesFor({ ...SERVICE, env: { CLOUD_RUN_TASK_INDEX: "1" } }, "request")).toEqual([]);
});
