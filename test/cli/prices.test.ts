import { expect, test } from "vitest";
import { desk } from "./desk.ts";
import { ok, problem, scriptedBroker, type Script } from "./scripted-broker.ts";

const PRICE = {
  id: "ecs/eu-west-1/linux-amd64/cpu-second@2026-11-22:0.04048",
  provider: "ecs",
  product: "linux-amd64",
  region: "eu-west-1",
  meter: "cpu-second",
  usd: "0.04048",
  unit: "vCPU-hour",
  asOf: "2026-11-22",
  checkedAt: "2026-11-23T04:00:00.000Z",
  source: "AWS Price List",
  confidence: "high",
};
const REPORT = {
  provider: "aci",
  at: "2026-11-22T12:00:00.000Z",
  outcome: "taken",
  read: 84,
  changed: [{ row: "aci/eastus2/linux/cpu-second", fromUsd: "0.0405", toUsd: "0.042" }],
  added: [],
  quarantined: [
    {
      row: "aci/westeurope/linux/cpu-second",
      bookUsd: "0.0466",
      readUsd: "0.0932",
      why: "it would go from 0.0466 to 0.0932 USD, a jump of more than 50 %",
    },
  ],
  vanished: ["aci/eastus/linux/cpu-second"],
  kept: 2,
};
const GONE = {
  ...REPORT,
  provider: "cloud-run",
  outcome: "kept",
  why: "no key",
  changed: [],
  quarantined: [],
  vanished: [],
};

async function at160(script: Script, files: Readonly<Record<string, string>> = {}) {
  const broker = await scriptedBroker(script);
  return { broker, cli: desk({ server: broker.url, terminal: true, columns: 160, files }) };
}

test("berth prices lists price, date, last check, confidence and source; a cloud may be named by its vendor", async () => {
  const { cli, broker } = await at160({
    "GET /v1/catalog/prices": () => ok({ collected: "2026-11-22", hash: "h", prices: [PRICE] }),
  });
  expect(await cli.run("prices", "aws", "eu-west-1")).toBe(0);
  expect(broker.calls[0]?.query).toEqual({ provider: "ecs", region: "eu-west-1" });
  expect(cli.out()).toBe(
    `  PLACE          PRODUCT      METER       USD      PER        SINCE       CHECKED     CONFIDENCE  SOURCE
  ecs/eu-west-1  linux-amd64  cpu-second  0.04048  vCPU-hour  2026-11-22  2026-11-23  high        AWS Price List
`,
  );
});

test("berth prices refresh says what changed, what waits and how to accept it, and what stayed", async () => {
  const { cli, broker } = await at160({
    "POST /v1/catalog/refresh": () => ok({ book: "h", collected: "2026-11-22", reports: [REPORT, GONE] }),
  });
  expect(await cli.run("prices", "refresh")).toBe(0);
  expect(broker.calls[0]?.body).toEqual({});
  expect(cli.out()).toBe(`aci: 84 read, 1 changed, 0 new, 1 quarantined, 1 no longer listed
  aci/eastus2/linux/cpu-second  0.0405 -> 0.042
  quarantined: aci/westeurope/linux/cpu-second: it would go from 0.0466 to 0.0932 USD, a jump of more than 50 %; accept it with --accept aci/westeurope/linux/cpu-second=0.0932
  no longer listed, kept: aci/eastus/linux/cpu-second
cloud-run: prices stay as they were: no key
`);
});

test("berth prices refresh names the lists that were not believed, and accepts one step of a price", async () => {
  const unread = [{ list: "Bandwidth", why: "/api/retail/prices answered 500" }];
  const quiet = { ...REPORT, changed: [], quarantined: [], vanished: [], unread };
  const { cli, broker } = await at160({
    "POST /v1/catalog/refresh": () => ok({ book: "h", collected: "2026-11-22", reports: [quiet] }),
  });
  expect(await cli.run("prices", "refresh", "--accept", "aci/westeurope/egress/egress-gib+100=0.08")).toBe(0);
  expect(broker.calls[0]?.body).toEqual({
    accept: [{ row: "aci/westeurope/egress/egress-gib+100", usd: "0.08" }],
  });
  expect(cli.out()).toBe(`aci: 84 read, 0 changed, 0 new, 0 quarantined, 0 no longer listed
  Bandwidth stays as it was: /api/retail/prices answered 500
`);
});

test("berth prices refresh sends what is accepted, and fails when every provider kept its prices", async () => {
  const { cli, broker } = await at160({
    "POST /v1/catalog/refresh": () => ok({ book: "h", collected: "2026-11-22", reports: [GONE] }),
  });
  const accept = "aci/westeurope/linux/cpu-second=0.0932,aci/eastus2/linux/cpu-second=0.08";
  expect(await cli.run("prices", "refresh", "azure", "--accept", accept)).toBe(1);
  expect(broker.calls[0]?.body).toEqual({
    providers: ["aci"],
    accept: [
      { row: "aci/westeurope/linux/cpu-second", usd: "0.0932" },
      { row: "aci/eastus2/linux/cpu-second", usd: "0.08" },
    ],
  });
  expect(await cli.run("prices", "refresh", "--accept", "aci/westeurope")).toBe(2);
  expect(broker.calls).toHaveLength(1);
});

test("berth prices rates shows what is set, sets a file, and points into it where the broker finds a mistake", async () => {
  const set = {
    discounts: [{ provider: "ecs", percent: "12.5", region: "eu-west-1" }],
    commitments: [
      { provider: "aci", usdPerHour: "5", usdPerMonth: "3650", until: "2027-12-31T00:00:00.000Z" },
    ],
    stated: [
      {
        provider: "cloud-run",
        region: "asia-east1",
        product: "egress",
        meter: "egress-gib",
        usd: "0.12",
        unit: "GiB",
        statedAt: "2026-11-20T08:00:00.000Z",
        by: "token:ops",
        note: "offer of October",
      },
    ],
    version: 1,
  };
  const wrong = { errors: [{ pointer: "/discounts/0/percent", detail: "write at most 100" }] };
  const { cli, broker } = await at160(
    {
      "GET /v1/catalog/rates": () => ok({ discounts: [], commitments: [], stated: [], version: 0 }),
      "PUT /v1/catalog/rates": ({ body }) =>
        JSON.stringify(body).includes("500")
          ? problem(400, "invalid-body", "The body has a problem.", wrong)
          : ok(set),
    },
    {
      "rates.yaml": "discounts:\n  - provider: ecs\n    region: eu-west-1\n    percent: 12.5\n",
      "wrong.yaml": "discounts:\n  - provider: ecs\n    percent: 500\n",
    },
  );
  expect(await cli.run("prices", "rates")).toBe(0);
  expect(cli.out()).toBe("list prices: no discount or commitment is set, and no price is stated\n");
  expect(await cli.run("prices", "rates", "-f", "rates.yaml")).toBe(0);
  expect(cli.out()).toContain("12.5 % off ecs eu-west-1\n5 USD an hour committed to aci, until 2027-12-31");
  expect(cli.out()).toContain(
    "0.12 USD per GiB  cloud-run/asia-east1  egress egress-gib, stated 2026-11-20 by token:ops: offer of October\n",
  );
  expect(broker.calls[1]?.body).toEqual({
    discounts: [{ provider: "ecs", region: "eu-west-1", percent: 12.5 }],
  });
  expect(await cli.run("prices", "rates", "-f", "wrong.yaml")).toBe(2);
  expect(cli.err()).toContain("write at most 100");
});
