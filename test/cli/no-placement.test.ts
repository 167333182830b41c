import { expect, test } from "vitest";
import { desk, type DeskOptions } from "./desk.ts";
import { IRELAND, LONDON, SPEC } from "./recorded.ts";
import { problem, scriptedBroker } from "./scripted-broker.ts";

const SECRETS =
  "Berth does not deliver secrets yet: remove secrets, or put values that are no secret into env";
const FILE = `${SPEC}scale: { min: 9 }\nsecrets: { DATABASE_URL: db-url }\n`;
const secrets = { rule: "feature:secrets", message: SECRETS, pointer: "/secrets" };
const far = (region: string) => ({
  offer: { id: region, place: { provider: "aci", region } },
  reasons: [{ rule: "target", message: "no target connected: berth target add azure" }],
});
const rejected = [
  far("eastus"),
  far("westus"),
  far("westeurope"),
  { offer: { id: "a", place: LONDON }, reasons: [secrets] },
  {
    offer: { id: "b", place: IRELAND },
    reasons: [
      secrets,
      { rule: "room", message: "it has room for 2 of them", pointer: "/scale/min" },
      { rule: "target", message: "its quota is used up" },
    ],
  },
];

async function refused(line: string, extra: object, options: DeskOptions = {}) {
  const sentence =
    "No place can take web: every place refuses it, for the reasons below, and none has room for it.";
  const reply = problem(422, "no-placement", sentence, extra);
  const broker = await scriptedBroker({
    "POST /v1/plans": () => reply,
    "PUT /v1/workloads/web": () => reply,
    "POST /v1/workloads/web/rollback": () => reply,
  });
  const files = { "web.yaml": FILE };
  const cli = desk({ server: broker.url, files, terminal: true, columns: 80, ...options });
  expect(await cli.run(...line.split(" "))).toBe(1);
  return cli;
}

test.each(["plan -f web.yaml", "deploy -f web.yaml"])(
  "berth %s says why each place refuses, with the file's lines, connected places first",
  async (line) => {
    const cli = await refused(line, { ranked: [], rejected });
    expect(cli.err()).toBe(`No place can take web: every place refuses it, for the reasons below, and none
has room for it.

  refused 5 of 5
    1  Cloud Run gcp europe-west2: line 5 /secrets: Berth does not deliver
       secrets yet: remove secrets, or put values that are no secret into env
    1  Fargate aws eu-west-1: line 5 /secrets: Berth does not deliver secrets
       yet: remove secrets, or put values that are no secret into env; line 4
       /scale/min: it has room for 2 of them; its quota is used up
    3  no target connected: berth target add azure

Where it could run, connected or not:  berth compare -f FILE
`);
  },
);

test("a command without a file names the fields without lines", async () => {
  const cli = await refused("rollback web", { ranked: [], rejected });
  expect(cli.err()).toContain("Cloud Run gcp europe-west2: /secrets: Berth does not deliver");
});

test("many different reasons are cut, and what was left out is counted", async () => {
  const many = Array.from({ length: 40 }, (_, index) => ({
    offer: { id: `o${index}`, place: LONDON },
    reasons: [{ rule: "room", message: `reason ${index}` }],
  }));
  const omitted = { ranked: 1, rejected: 60, groups: [] };
  const cli = await refused("plan -f web.yaml", { ranked: [], rejected: many, omitted });
  expect(cli.err()).toContain("\n  refused 100 of 101\n");
  expect(cli.err()).toContain("\n    and 92 more: --json lists them\n");
  expect(cli.err().split("\n").length).toBeLessThan(20);
});

test("reasons in a form that nobody knows are passed over, and cannot steer the terminal", async () => {
  const odd = [null, 7, { offer: {} }, { offer: { place: { provider: "moon", region: "x" } }, reasons: [] }];
  const hostile = { offer: { id: "a", place: LONDON }, reasons: [{ rule: "x", message: "\u001B[2Jwiped" }] };
  const cli = await refused("plan -f web.yaml", { rejected: [...odd, hostile] });
  expect(cli.err()).toContain("    1  Cloud Run gcp europe-west2: wiped\n");
});

test("--json prints every place with its reasons", async () => {
  const cli = await refused("plan -f web.yaml --json", { ranked: [], rejected });
  expect(JSON.parse(cli.out())).toMatchObject({ code: "no-placement", rejected });
});
