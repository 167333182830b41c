import { expect, test } from "vitest";
import { desk } from "./desk.ts";
import { ok, problem, scriptedBroker } from "./scripted-broker.ts";

async function deploying(differences: readonly unknown[]) {
  const sentence = "Plan plan_15 is no longer what it was: it would cost more. Make a new one.";
  const broker = await scriptedBroker({
    "GET /v1/plans/plan_15": () => ok({ id: "plan_15", workload: "web" }),
    "PUT /v1/workloads/web": () => problem(409, "plan-changed", sentence, { differences }),
  });
  const cli = desk({ server: broker.url, terminal: true, columns: 100 });
  expect(await cli.run("deploy", "--plan", "plan_15", "--no-wait")).toBe(1);
  return cli.err();
}

test("a plan that changed is refused with each difference in a row: what, from and to", async () => {
  const [from, to] = ["13.14", "26.28"];
  const err = await deploying([
    { changed: "prices", what: "expected price", from, to, message: "" },
    { changed: "policy", what: "project shop policy", from: "version 3", to: "version 4", message: "" },
  ]);
  expect(err).toBe(`The plan is no longer what it was shown to be; nothing was changed.
  CHANGED  WHAT                 FROM -> TO
  prices   expected price       13.14 -> 26.28
  policy   project shop policy  version 3 -> version 4

See what it would be now:  berth plan -f FILE
`);
});

test("many differences are cut and counted, and one in another form is passed over", async () => {
  const many = Array.from({ length: 25 }, (_, at) => ({
    changed: "workload",
    what: `f${at}`,
    from: "a",
    to: "b",
  }));
  expect(await deploying([...many, 7])).toContain("  and 5 more: --json lists them");
});

test("without differences the broker's own sentence stands", async () => {
  expect(await deploying([])).toContain("it would cost more");
});
