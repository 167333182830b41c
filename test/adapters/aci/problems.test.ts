import { expect, test } from "vitest";
import { unitProblems } from "../../../src/adapters/aci/render/problems.ts";
import { planned, specOf } from "./rendered.ts";

const problemsOf = (more: object): readonly string[] =>
  unitProblems(planned(specOf({ name: "web", image: "acme/web:1", port: 8080, ...more })).unit);

test("a variable whose name is longer than Azure takes is told, plain or secret, with its container", () => {
  const long = "A".repeat(64);
  const said = (container: string) =>
    `A variable's name has at most 63 characters on Container Instances: give ${container} a shorter one than ${"A".repeat(40)}...`;
  expect(problemsOf({ env: { [long]: "1" } })).toEqual([said("web")]);
  expect(problemsOf({ secrets: { [long]: "key" } })).toEqual([said("web")]);
  const sidecar = { name: "logs", image: "acme/logs:1", env: { [long]: "1" } };
  expect(problemsOf({ sidecars: [sidecar] })).toEqual([said("logs")]);
  expect(problemsOf({ env: { ["A".repeat(63)]: "1" } })).toEqual([]);
});
