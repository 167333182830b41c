import { adapterContract } from "../contract.ts";
import { ecsBench } from "./bench.ts";
import { ecsWorld } from "./world.ts";

adapterContract("ECS over its simulator", async () => {
  const world = ecsWorld();
  return ecsBench(world, world.adapter, async () => {});
});
