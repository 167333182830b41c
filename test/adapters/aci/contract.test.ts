import { aciAdapter } from "../../../src/adapters/aci/index.ts";
import { createThrottle } from "../../../src/adapters/throttle.ts";
import { withDeadlines, withKinds } from "../../../src/adapters/wrap.ts";
import { adapterContract } from "../contract.ts";
import { entraToken, judgedTokens } from "../../contracts/token-endpoints.ts";
import { target } from "../fixtures.ts";
import { benchOver } from "./bench.ts";
import { httpFake } from "./http-fake.ts";
import { subscription } from "./subscription.ts";
import { CONFIG, portsOver, world } from "./world.ts";

adapterContract("aci over the simulator", async () => {
  const { cloud, adapter } = world();
  return await Promise.resolve(benchOver(cloud, withDeadlines(adapter), async () => {}));
});

adapterContract("aci over the official SDK", async () => {
  const cloud = subscription();
  const fake = await httpFake(cloud);
  cloud.rules = { ...cloud.rules, origin: fake.url };
  // Entra in short: any proof gives a token. The exchange itself is tested in credentials.test.ts.
  const fetch = judgedTokens("entra", () => entraToken("entra-token"));
  const { now } = cloud;
  const throttle = createThrottle({ now, sleep: async () => {} });
  const config = { ...CONFIG, endpoints: { resourceManager: fake.url } };
  const adapter = aciAdapter(target("aci", config), portsOver(cloud, { fetch, throttle }));
  return benchOver(cloud, withDeadlines(withKinds(adapter)), async () => await fake.close());
});
