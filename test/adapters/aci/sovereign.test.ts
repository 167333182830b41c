import { afterEach, describe, expect, test } from "vitest";
import { aciAdapter } from "../../../src/adapters/aci/index.ts";
import { parseAciConfig } from "../../../src/adapters/aci/config.ts";
import { unitRef } from "../../../src/adapters/adapter.ts";
import { withDeadlines } from "../../../src/adapters/wrap.ts";
import { azureCloud } from "../../../src/catalog/azure-clouds.ts";
import { Fault } from "../../../src/domain/fault.ts";
import { adapterContract } from "../contract.ts";
import { testCloudPorts } from "../cloud-ports.ts";
import { call, needs, target } from "../fixtures.ts";
import { knownOf } from "../known.ts";
import { statedPrices } from "../stated-prices.ts";
import { benchOver } from "./bench.ts";
import { entra } from "./entra.ts";
import { type HttpFake, httpFake } from "./http-fake.ts";
import { subscription } from "./subscription.ts";
import { aciUnit, CONFIG, portsOver, world } from "./world.ts";

const SUBJECT = { issuer: "https://berth.example", subject: "berth:prj_1:tgt_aci" };
/** What belongs to the commercial cloud, and to no other. */
const COMMERCIAL =
  /management\.azure\.com|microsoftonline\.com|AzureADTokenExchange"|azurecontainer\.io|portal\.azure\.com|environment\s+= "public"/;

const CLOUDS = [
  {
    region: "usgovvirginia",
    resourceManager: "https://management.usgovcloudapi.net",
    authority: "https://login.microsoftonline.us",
    audience: "api://AzureADTokenExchangeUSGov",
    suffix: "azurecontainer.console.azure.us",
    set: "az cloud set --name 'AzureUSGovernment'",
    environment: 'environment = "usgovernment"',
  },
  {
    region: "chinaeast2",
    resourceManager: "https://management.chinacloudapi.cn",
    authority: "https://login.chinacloudapi.cn",
    audience: "api://AzureADTokenExchangeChina",
    suffix: "azurecontainer.console.azure.cn",
    set: "az cloud set --name 'AzureChinaCloud'",
    environment: 'environment = "china"',
  },
] as const;

for (const { region } of CLOUDS)
  adapterContract(`aci in ${region}`, async () => {
    const ports = { book: statedPrices("aci", region) };
    const { cloud, adapter } = world({}, { config: { regions: [region] }, ports });
    return await Promise.resolve(benchOver(cloud, withDeadlines(adapter), async () => {}, region));
  });

describe.each(CLOUDS)("in $region", (its) => {
  const { region } = its;
  const config = { ...CONFIG, regions: [region] };
  const unitThere = () => aciUnit(1, { place: { provider: "aci", target: "here", region } });
  let fake: HttpFake | undefined;
  afterEach(async () => {
    await fake?.close();
    fake = undefined;
  });

  test("a unit is created, gets ready at a name of its own cloud, and is gone when it is destroyed", async () => {
    const it = world({}, { config });
    const unit = unitThere();
    expect(await it.adapter.apply(unit, call())).toMatchObject({ phase: "creating" });
    it.cloud.pass(60_000);
    const [ready] = (await it.adapter.observe(knownOf(unit), call())).observations;
    expect(ready).toMatchObject({ phase: "ready", ready: 2 });
    for (const { url } of ready?.endpoints ?? []) expect(url).toContain(`.${region}.${its.suffix}:8080`);
    let phase = "ready";
    for (let asks = 0; asks < 10 && phase !== "gone"; asks += 1) {
      phase = await it.adapter.destroy(unitRef(unit), call());
      it.cloud.pass(60_000);
    }
    expect(phase).toBe("gone");
    expect(it.cloud.names()).toEqual([]);
  });

  test("without endpoints of its own a check asks its cloud's Entra, for its scope and audience, and its resource manager alone", async () => {
    const asked: string[] = [];
    const {
      fetch,
      asked: forms,
      tokens,
    } = entra({ trusts: (proof) => proof === `assertion.of.tgt_aci.for.${its.audience}` });
    const ports = {
      fetch: async (url: string | URL, init?: RequestInit) => {
        asked.push(new URL(url).origin);
        return await fetch(url, init);
      },
      allowCustomEndpoints: false,
    };
    const it = world({}, { config, ports });
    const lines = (await it.adapter.check?.(call())) ?? [];
    expect(lines.filter(({ verdict }) => verdict !== "ok")).toEqual([]);
    expect(new Set(asked)).toEqual(new Set([its.authority, its.resourceManager]));
    expect(forms[0]?.get("scope")).toBe(`${its.resourceManager}/.default`);
    // Another target's statement is refused for its subject, not for an audience that Entra would refuse of anybody.
    expect(forms.map((form) => form.get("client_assertion"))).toContain(
      `assertion.of.tgt_aci-other.for.${its.audience}`,
    );
    expect(tokens.length).toBeGreaterThan(0);
    expect(it.adapter.audience).toBe(its.audience);
  });

  test("with endpoints of its own every call goes there, and the token is still its cloud's", async () => {
    const cloud = subscription();
    fake = await httpFake(cloud);
    cloud.rules = { ...cloud.rules, origin: fake.url };
    const { fetch, asked } = entra({ trusts: (proof) => proof.endsWith(its.audience) });
    const urls: string[] = [];
    const listened = async (url: string | URL, init?: RequestInit) => {
      urls.push(new URL(url).origin);
      return await fetch(url, init);
    };
    const endpoints = { resourceManager: fake.url };
    const adapter = aciAdapter(
      target("aci", { ...config, endpoints }),
      portsOver(cloud, { fetch: listened }),
    );
    await adapter.apply(unitThere(), call());
    expect(cloud.sent.some(({ method }) => method === "PUT")).toBe(true);
    expect([...fake.tokens]).toEqual([`Bearer token for assertion.of.tgt_aci.for.${its.audience}`]);
    expect(new Set(urls)).toEqual(new Set([its.authority]));
    expect(asked[0]?.get("scope")).toBe(`${its.resourceManager}/.default`);
  });

  test("what an owner is given to run names this cloud, and nothing of the commercial one", () => {
    const documents = world({}, { config }).adapter.trust?.(SUBJECT) ?? [];
    const textOf = (format: string) =>
      documents
        .filter((one) => one.format === format)
        .map(({ text }) => text)
        .join("\n");
    expect(documents.map(({ text }) => text).join("\n")).not.toMatch(COMMERCIAL);
    expect(textOf("json")).toContain(`"${its.audience}"`);
    const shell = textOf("shell").split("\n");
    expect(shell).toContain(its.set);
    expect(shell.indexOf(its.set)).toBeLessThan(shell.findIndex((line) => line.startsWith("az login")));
    expect(textOf("shell")).toContain(its.audience);
    for (const provider of ["azuread", "azurerm"]) {
      const block = textOf("terraform").split(`provider "${provider}" {`)[1]?.split("\n}")[0] ?? "";
      expect(block.replaceAll(/ +/g, " ")).toContain(its.environment);
    }
    expect(textOf("terraform")).toContain(`["${its.audience}"]`);
  });

  test("it offers no Spot, and a zone is refused by a sentence instead of guessed", async () => {
    const it = world({}, { config });
    const offers = await it.adapter.offers(needs(), call());
    expect(offers.map(({ billing }) => billing)).toEqual(["on-demand"]);
    const unit = unitThere();
    const zoned = { ...unit, template: { ...unit.template, "x-aci": { zones: ["1"] } } };
    await expect(it.adapter.apply(zoned, call())).rejects.toThrow(
      `${azureCloud(region).name} take x-aci.zones: leave it out`,
    );
    expect(it.cloud.names()).toEqual([]);
  });
});

test("the commercial cloud's documents say nothing of clouds, as ever", () => {
  const text = (world().adapter.trust?.(SUBJECT) ?? []).map((one) => one.text).join("\n");
  expect(text).toContain('"api://AzureADTokenExchange"');
  expect(text).not.toMatch(/az cloud set|environment|provider "/);
});

test("regions of two clouds are refused with which they are, and a region without the service with where it is", () => {
  const problemsOf = (regions: readonly string[]) => {
    try {
      parseAciConfig({ ...CONFIG, regions });
      return [];
    } catch (error) {
      if (error instanceof Fault) return error.problems;
      throw error;
    }
  };
  expect(problemsOf(["usgovvirginia", "usgovarizona"])).toEqual([]);
  expect(problemsOf(["westeurope", "usgovarizona", "chinaeast2", "usgovvirginia"])).toEqual([
    {
      pointer: "/regions",
      message:
        "A target lies in one cloud, and these are in 3: westeurope of Azure's commercial regions; usgovarizona, usgovvirginia of Azure Government; chinaeast2 of Azure operated by 21Vianet. Make a target of each.",
    },
  ]);
  expect(problemsOf(["usgovtexas"])[0]?.message).toBe(
    "No document says that Container Instances are in usgovtexas: in Azure Government they are in usgovvirginia and usgovarizona.",
  );
  expect(() =>
    aciAdapter(
      target("aci", { ...CONFIG, regions: ["usgovarizona"] }),
      testCloudPorts({ allowCustomEndpoints: false }),
    ),
  ).not.toThrow();
});
