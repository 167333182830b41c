import * as fc from "fast-check";
import { expect, test } from "vitest";
import { gatewayLabel, idProblem, workloadNameProblem } from "../../src/domain/name.ts";

const name = fc
  .stringMatching(/^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/)
  .filter((one) => workloadNameProblem(one) === undefined);
const id = fc
  .stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/)
  .filter((one) => idProblem(one) === undefined);

test.each(["a", "web", "web-2", `a${"b".repeat(39)}`])("%s is a workload's name", (one) =>
  expect(workloadNameProblem(one)).toBeUndefined(),
);

test.each(["", "Web", "2web", "web-", "-web", "a--b", "a".repeat(41), "wéb", "../x", "web\n", "a.b", "xn"])(
  "%j is no workload's name, and a sentence says why",
  (one) => expect(workloadNameProblem(one)).toMatch(/name/),
);

test.each(["1", "pr-12", "a".repeat(63)])("%s is an id", (one) => expect(idProblem(one)).toBeUndefined());

test.each(["", "-a", "a-", "a--b", "A", "a".repeat(64), "a_b", "xn"])("%j is no id", (one) =>
  expect(idProblem(one)).toBeDefined(),
);

test("production's label is without the environment", () => {
  expect(gatewayLabel("web", "production", "default")).toBe("web--default");
  expect(gatewayLabel("web", "pr-12", "shop")).toBe("web--pr-12--shop");
});

test("a label is always a valid host label of at most 63 characters", () => {
  fc.assert(
    fc.property(name, id, id, (workload, environment, project) => {
      const label = gatewayLabel(workload, environment, project);
      expect(label).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
      expect(label).not.toMatch(/^xn--/);
    }),
  );
});

test("labels of different workloads differ, also where both are cut", () => {
  const long = fc.tuple(name, fc.constant("e".repeat(40)), id);
  fc.assert(
    fc.property(
      fc.oneof(fc.tuple(name, id, id), long),
      fc.oneof(fc.tuple(name, id, id), long),
      (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(gatewayLabel(...one) === gatewayLabel(...other)).toBe(same);
      },
    ),
  );
});

test("a cut label ends with a hash of the whole, after a mark that no uncut label has", () => {
  const label = gatewayLabel("web", "e".repeat(40), "p".repeat(40));
  expect(label).toMatch(/^web--e{40}--p+---[0-9a-f]{10}$/);
  expect(gatewayLabel("web", "e".repeat(40), "p".repeat(41))).not.toBe(label);
});
