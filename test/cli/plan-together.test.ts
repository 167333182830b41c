import { expect, test } from "vitest";
import { aChange, aMember } from "./change-script.ts";
import { desk, type DeskOptions } from "./desk.ts";
import { aPrice, aUnit, IRELAND, LONDON } from "./recorded.ts";
import { ok, problem, scriptedBroker, type Reply } from "./scripted-broker.ts";

const spec = (name: string) =>
  `name: ${name}\nimage: ghcr.io/acme/${name}:1\nport: 8080\nscale: { min: 9 }\n`;
const files = { "apps/api.yaml": spec("api"), "apps/shop.yaml": `${spec("shop")}---\n${spec("web")}` };
const SECOND_BEST =
  "its best place, Fargate aws eu-west-1, has room for one of api and shop, and api loses more without it";

const change = aChange(
  [
    aMember("api", "aws/eu-west-1 ranks best", { units: [aUnit(1, IRELAND)], state: "proposed" }),
    aMember("shop", SECOND_BEST, {
      state: "proposed",
      price: aPrice("31.2"),
      holds: [{ kind: "approval", rule: "two-eyes", message: "somebody of the shop team has to agree" }],
      warnings: [{ code: "image-unresolved", message: "ghcr.io/acme/shop:1 keeps its tag" }],
    }),
    aMember("web", "nothing changes for it", { units: [aUnit(1, LONDON)], state: "ready" }),
  ],
  { state: "proposed", packing: { proven: false, withinPercent: "0.40" } },
);

async function planning(reply: Reply, options: DeskOptions = {}, line = "plan -f apps") {
  const broker = await scriptedBroker({ "POST /v1/changes": () => reply });
  const cli = desk({ server: broker.url, files, ...options });
  return { exit: await cli.run(...line.split(" ")), cli, broker };
}

test("berth plan of a folder shows each workload's place, price and reason, the totals, and how good that is", async () => {
  const { exit, cli, broker } = await planning(ok(change));
  expect(cli.out()).toBe(`dry run · production · 3 workloads

  WORKLOAD  PLACE                       $/MONTH expected  WHY
  api       Fargate aws eu-west-1                   8.41  aws/eu-west-1 ranks best
  shop      Cloud Run gcp europe-west2             31.20  its best place, Fargate aws eu-west-1, has room for one of api
                                                          and shop, and api loses more without it
  web       Cloud Run gcp europe-west2              8.41  nothing changes for it

  $41.00 -> $48.10 a month expected (+$7.10), $96.20 at the most
  within 0.4 % of the best possible

  shop would be held by two-eyes: somebody of the shop team has to agree
  note: shop: ghcr.io/acme/shop:1 keeps its tag
`);
  expect(cli.err()).toBe("\ndeploy exactly this:  berth deploy --change chg_1\n");
  expect(exit).toBe(0);
  const sent = ["api", "shop", "web"].map((name) => expect.objectContaining({ name }));
  expect(broker.calls.map(({ body }) => body)).toEqual([{ specs: sent, dryRun: true }]);
});

test("the same fits a terminal of 80 columns", async () => {
  const { cli } = await planning(ok(change), { terminal: true, columns: 80 });
  const lines = cli.out().split("\n");
  expect(lines.filter((line) => Array.from(line).length > 80)).toEqual([]);
  expect(lines).toContain("  api       Fargate aws eu-west-1          8.41  aws/eu-west-1 ranks best");
});

test.each([
  [{ proven: true, withinPercent: "0.00" }, "  no better choice of places is possible\n"],
  [{ proven: false, withinPercent: "12.00" }, "  within 12 % of the best possible\n"],
  [{ proven: false, withinPercent: "0.00" }, "  within 0.01 % of the best possible\n"],
])("places that are %o are called so", async (packing, says) => {
  const { cli } = await planning(ok(aChange(change.change.plans, { packing })));
  expect(cli.out()).toContain(says);
});

test("--json prints the API's own answer and nothing else", async () => {
  const { cli } = await planning(ok(change), {}, "plan -f apps --json");
  expect(JSON.parse(cli.out())).toEqual(change);
  expect(cli.err()).toBe("");
});

const far = { offer: { id: "a", place: { provider: "aci", region: "eastus" } } };
const room = { rule: "room", message: "it has room for 2 of them", pointer: "/scale/min" };
const unplaced = [
  {
    workload: "web",
    because: "what api and shop take of london leaves no room for it",
    rejected: [{ offer: { id: "b", place: LONDON }, reasons: [room] }],
  },
  {
    workload: "api",
    because: "no place that its policy allows takes it",
    rejected: [
      { ...far, reasons: [{ rule: "target", message: "no target connected: berth target add azure" }] },
    ],
  },
];

test.each(["plan -f apps", "deploy -f apps"])(
  "berth %s of which some have no place names each with its reason and the lines of its own file",
  async (line) => {
    const sentence = "2 of 3 workloads have no place. And so on.";
    const reply = problem(422, "no-placement", sentence, { unplaced });
    const { exit, cli } = await planning(reply, { terminal: true, columns: 80 }, line);
    expect(cli.err()).toBe(`no place for 2 workloads of 3; nothing was changed

  web (apps/shop.yaml, document 2): what api and shop take of london leaves no
  room for it

  refused 1 of 1
    1  Cloud Run gcp europe-west2: line 9 /scale/min: it has room for 2 of them

  api (apps/api.yaml): no place that its policy allows takes it

  refused 1 of 1
    1  no target connected: berth target add azure

Where one of them could run by itself:  berth compare -f FILE
`);
    expect(exit).toBe(1);
  },
);
