import { afterEach, beforeEach, expect, test } from "vitest";
import { effectivePolicy } from "../../src/broker/effective-policy.ts";
import { policyWarnings } from "../../src/broker/policy-warnings.ts";
import { type Bench, openBench } from "./ports.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

/** A policy as an older release may have taken it. */
async function keep(name: string, document: Readonly<Record<string, unknown>>): Promise<void> {
  const { store } = bench.file;
  const owner = bench.caller.project.id;
  await store.putPolicy({ owner, name, hash: name, document, actor: "token:old", createdAt: 0 }, undefined);
}
const under = (policy: string | Readonly<Record<string, unknown>>) =>
  effectivePolicy(bench.main.ports, bench.caller, { name: "web", policy });

test("a policy that cannot be read stops only what it has a say in", async () => {
  await keep("old", { gone: true });
  await keep("sound", { providers: ["ecs"] });
  expect((await under("default")).policy.name).toBe("default");
  expect((await under("sound")).policy.providers).toEqual(["ecs"]);
  await expect(under("old")).rejects.toMatchObject({ code: "invalid-spec" });
  await expect(under("ol")).rejects.toMatchObject({
    problems: [{ message: "there is no policy ol; did you mean old?" }],
  });
  const sound = { name: "sound", owner: "project" } as const;
  expect(await policyWarnings(bench.main.ports, bench.caller, sound)).toEqual([]);
  await keep("default", { gone: true });
  await expect(under("default")).rejects.toMatchObject({ code: "invalid-spec" });
});

test("one that is mandatory stops everything, for nobody knows where", async () => {
  await keep("old", { select: { environments: { names: ["staging"] } }, gone: true });
  await expect(under("default")).rejects.toMatchObject({
    code: "invalid-spec",
    problems: [
      {
        pointer: "/policy",
        message: expect.stringMatching(/^policy old, version 1, cannot be read: .*put it anew$/),
      },
    ],
  });
});
