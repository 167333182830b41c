import type { Store } from "../../src/store/store.ts";
import type { World } from "./world.ts";

/** Connects two simulated clouds, and the pool of hosts where there is one. Gives their names. */
export async function connectTargets(
  world: World,
  store: Store,
  withPool: boolean,
): Promise<readonly string[]> {
  const { dice, caller } = world;
  const put = (name: string, kind: "sandbox" | "agents", config: Readonly<Record<string, unknown>>) =>
    store.putTarget({
      id: `tgt_${name}`,
      project: caller.project.id,
      name,
      kind,
      config,
      createdAt: world.clock(),
    });
  const clouds = [
    { name: "one", simulates: "ecs", region: "eu-west-1" },
    {
      name: "two",
      ...dice.pick([
        { simulates: "aci", region: "westeurope" },
        { simulates: "cloud-run", region: "europe-west1" },
      ]),
    },
  ];
  for (const { name, simulates, region } of clouds) {
    const delaysMs = {
      create: dice.between(0, 5_000),
      ready: dice.between(0, 5_000),
      destroy: dice.between(0, 5_000),
      visible: dice.between(0, 60_000),
    };
    await put(name, "sandbox", { simulates, region, sandbox: { delaysMs } });
  }
  if (withPool) await put("home", "agents", { pool: "home" });
  return withPool ? ["one", "two", "home"] : ["one", "two"];
}
