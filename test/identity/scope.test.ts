import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isScope, ROLE_NAMES, ROLES, SCOPES, scopesOf } from "../../src/identity/scope.ts";

test("a scope counts whole: no prefix, no wildcard, no other case", () => {
  for (const word of [
    "workloads",
    "workloads:",
    "workloads:*",
    "*",
    "WORKLOADS:READ",
    "workloads:read ",
    "",
  ]) {
    expect(isScope(word)).toBe(false);
    expect(scopesOf([word], true).size).toBe(0);
  }
});

test("every list of words grants only scopes that stand in it, or in a role that stands in it", () => {
  const words = fc.array(fc.oneof(fc.constantFrom<string>(...SCOPES, ...ROLE_NAMES), fc.string()));
  fc.assert(
    fc.property(words, fc.boolean(), (given, ofInstance) => {
      for (const scope of scopesOf(given, ofInstance))
        expect(
          given.includes(scope) ||
            ROLE_NAMES.some((role) => given.includes(role) && [...ROLES[role]].some((one) => one === scope)),
        ).toBe(true);
    }),
  );
});

test("a token of a project never has the instance's scopes", () => {
  const granted = scopesOf(["admin", ...SCOPES], false);
  expect(granted.has("instance:admin")).toBe(false);
  expect(granted.has("projects:write")).toBe(false);
  expect(scopesOf(["admin"], true)).toEqual(new Set(SCOPES));
});

test("words of an object's prototype are neither roles nor scopes", () => {
  expect(scopesOf(["constructor", "__proto__", "toString"], true).size).toBe(0);
});

test("a reader changes nothing, and a deployer hands out no rights", () => {
  expect([...scopesOf(["reader"], false)].every((scope) => scope.endsWith(":read"))).toBe(true);
  const deployer = scopesOf(["deployer"], false);
  for (const scope of ["tokens:write", "agents:write", "targets:write", "environments:write"] as const)
    expect(deployer.has(scope)).toBe(false);
});
