import { describe, expect, test } from "vitest";
import { desk } from "./desk.ts";
import { realBroker } from "./real-broker.ts";
import { ok, problem, scriptedBroker, type Script } from "./scripted-broker.ts";

const STATED = {
  provider: "ecs",
  region: "eu-west-1",
  meter: "cpu-second",
  usd: "0.05",
  unit: "vCPU-hour",
  arch: "arm64",
  note: "contract 6",
  until: "2027-12-31T00:00:00.000Z",
};
const SHOWN = { ...STATED, product: "linux-arm64", statedAt: "2026-11-20T08:00:00.000Z", by: "token:ops" };
const RATES = {
  discounts: [{ provider: "ecs", percent: "12.5", region: "eu-west-1" }],
  commitments: [{ provider: "aci", usdPerHour: "5", usdPerMonth: "3650", until: "2027-12-31T00:00:00.000Z" }],
  stated: [SHOWN, { ...SHOWN, region: "us-east-1" }],
  version: 7,
};
const KEPT = {
  discounts: RATES.discounts,
  commitments: [{ provider: "aci", usdPerHour: "5", until: "2027-12-31T00:00:00.000Z" }],
};

async function setting(line: string, script: Script = {}) {
  const broker = await scriptedBroker({
    "GET /v1/catalog/rates": () => ok(RATES),
    "GET /v1/catalog/prices": () => ok({ prices: [] }),
    "PUT /v1/catalog/rates": ({ body }) => ok({ ...Object(body), version: 8 }),
    ...script,
  });
  const cli = desk({ server: broker.url });
  const exit = await cli.run("prices", "set", ...line.split(" "));
  return { exit, cli, put: broker.calls.find(({ method }) => method === "PUT") };
}

test("one price is added to the others, over the version that was read", async () => {
  const { exit, put } = await setting(
    "azure/westeurope egress-gib 0.04 --source invoice --as-of 2026-10-31 --until 2027-11-01",
  );
  expect(exit).toBe(0);
  expect(put?.headers["if-match"]).toBe('"7"');
  const added = {
    provider: "aci",
    region: "westeurope",
    meter: "egress-gib",
    usd: "0.04",
    note: "invoice, of 2026-10-31",
    until: "2027-11-01T00:00:00Z",
  };
  expect(put?.body).toEqual({ ...KEPT, stated: [STATED, { ...STATED, region: "us-east-1" }, added] });
});

test("the same price of the same product is changed in its place, and one of another product is added", async () => {
  const words = "ecs/eu-west-1 cpu-second 0.04 --unit vCPU-hour --source invoice";
  const { put } = await setting(`${words} --arch arm64`);
  const next = {
    provider: "ecs",
    region: "eu-west-1",
    meter: "cpu-second",
    usd: "0.04",
    unit: "vCPU-hour",
    note: "invoice",
  };
  expect(put?.body).toEqual({
    ...KEPT,
    stated: [
      { ...next, arch: "arm64" },
      { ...STATED, region: "us-east-1" },
    ],
  });
  const other = await setting(words);
  expect(Object(other.put?.body).stated).toEqual([STATED, { ...STATED, region: "us-east-1" }, next]);
});

test("--remove takes that one back, and says what there is where there is no such", async () => {
  const { put } = await setting("ecs/eu-west-1 cpu-second --arch arm64 --remove");
  expect(put?.body).toEqual({ ...KEPT, stated: [{ ...STATED, region: "us-east-1" }] });
  const none = await setting("ecs/eu-west-1 cpu-second --remove");
  expect({ exit: none.exit, put: none.put }).toEqual({ exit: 2, put: undefined });
  expect(none.cli.err()).toContain("ecs/eu-west-1  linux-arm64 cpu-second");
});

test("what somebody else changed meanwhile is never overwritten: nothing is changed, and it is said", async () => {
  const { exit, cli } = await setting("aci/westeurope egress-gib 0.04 --source invoice", {
    "PUT /v1/catalog/rates": () => problem(412, "precondition-failed", "The rates were changed meanwhile."),
  });
  expect(exit).toBe(1);
  expect(cli.err()).toBe(
    "somebody else changed the project's rates meanwhile, so nothing was changed\n\nRun this again: it goes over what they set\n",
  );
});

test("where none was ever set, it is written only if nobody sets any meanwhile", async () => {
  const none = { discounts: [], commitments: [], stated: [], version: 0 };
  const { put } = await setting("aci/westeurope egress-gib 0 --source gift", {
    "GET /v1/catalog/rates": () => ok(none),
  });
  expect(put?.headers["if-none-match"]).toBe("*");
});

describe("what is said wrong changes nothing", () => {
  test.each([
    ["no figure", "ecs/eu-west-1 egress-gib --source x", "a price is stated with USD and --source TEXT"],
    ["no source", "ecs/eu-west-1 egress-gib 1", "say where the figure is from"],
    ["no place", "eu-west-1 egress-gib 1 --source x", "PLACE is PROVIDER/REGION"],
    ["no meter of ours", "ecs/eu-west-1 egres-gib 1 --source x", "did you mean egress-gib?"],
    ["no day", "ecs/eu-west-1 egress-gib 1 --source x --until 2026-02-31", "--until takes a day"],
    ["no arch", "ecs/eu-west-1 cpu-second 1 --source x --arch arm", "--arch takes amd64 or arm64"],
    ["both", "ecs/eu-west-1 egress-gib 1 --remove", "--remove takes a price back"],
    [
      "an hour or a second",
      "ecs/eu-west-1 cpu-second 0.04 --source x",
      "0.04 USD for what? cpu-second is priced per vCPU-second or vCPU-hour",
    ],
  ])("%s", async (_name, line, message) => {
    const { exit, cli, put } = await setting(line);
    expect({ exit, put }).toEqual({ exit: 2, put: undefined });
    expect(cli.err()).toContain(message);
  });

  test("what the broker finds is told by flag, not by a place in a body that nobody wrote", async () => {
    const { exit, cli } = await setting("ecs/eu-west-1 egress-gib 1 --source x --unit TiB", {
      "PUT /v1/catalog/rates": () =>
        problem(400, "invalid-body", "The rates name what is not there to be bought.", {
          errors: [{ pointer: "/stated/2/unit", detail: "egress-gib is priced per GiB" }],
        }),
    });
    expect(exit).toBe(2);
    expect(cli.err()).toBe("the price is not taken\n  --unit  egress-gib is priced per GiB\n");
  });
});

describe("before a real broker", () => {
  const broker = realBroker();

  test("the commands that a refusal says make the price known, each shows before and after, and each is taken back", async () => {
    const quoted = async () => {
      const response = await fetch(`${broker.access.server}/v1/quotes`, {
        method: "POST",
        headers: { authorization: `Bearer ${broker.access.token}`, "content-type": "application/json" },
        body: JSON.stringify({ provider: "aci", region: "westus", resources: { cpu: 1, memory: "1Gi" } }),
      });
      return { status: response.status, text: await response.text() };
    };
    const { status, text } = await quoted();
    expect(status).toBe(422);
    const commands = [...text.matchAll(/berth (prices set \S+ \S+ USD --source TEXT)/g)].map(
      ([, one = ""]) => one,
    );
    expect(new Set(commands).size).toBe(2);
    for (const command of new Set(commands)) {
      const line = command.replace("USD", "0.01").replace("TEXT", "invoice");
      const asked = await broker.berth(line);
      expect(asked.err).toContain("0.01 USD for what?");
      const set = await broker.berth(`${line} --unit ${line.includes("cpu") ? "vCPU" : "GiB"}-hour`);
      expect(set.out).toMatch(
        /^aci\/westus  linux \S+-second\n  before  not known\n  after   0\.01 USD per \S+-hour, stated by the account \(token:\S+\), \d{4}-\d\d-\d\d\n$/,
      );
    }
    expect((await quoted()).status).toBe(200);
    const [first = ""] = commands;
    const back = await broker.berth(first.replace(" USD --source TEXT", " --remove"));
    expect(back.out).toMatch(/\n  before  0\.01 USD per \S+-hour, stated .*\n  after   not known\n$/);
    expect((await quoted()).status).toBe(422);
  });
});
