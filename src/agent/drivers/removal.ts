import { MAIN } from "../mark.ts";
import { EngineError } from "./dial.ts";
import type { Engine } from "./engine.ts";
import type { SeenContainer } from "./seen.ts";
import { endStrays } from "./strays.ts";

/** Stop and remove the containers of one replica: main first, so that its proxies serve it to the end; sidecars go first, because they hang on its network. */
export async function removeReplica(
  engine: Engine,
  containers: readonly SeenContainer[],
  graceSeconds: number,
): Promise<void> {
  const main = containers.filter(({ mark }) => mark.container === MAIN);
  const sidecars = containers.filter(({ mark }) => mark.container !== MAIN);
  for (const group of [main, sidecars]) {
    await Promise.all(
      group.filter(({ state }) => state === "running").map(({ id }) => gone(engine.stop(id, graceSeconds))),
    );
  }
  await endStrays(containers.filter(({ state }) => state !== "running").map(({ id }) => id));
  for (const { id } of [...sidecars, ...main]) await gone(engine.remove(id));
}

/** Remove every volume that carries all these labels. */
export async function removeVolumes(engine: Engine, labels: readonly string[]): Promise<void> {
  for (const { Name: name } of await engine.listVolumes(labels)) await gone(engine.removeVolume(name));
}

/** What is not there any more has been removed. */
async function gone(call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof EngineError) || error.status !== 404) throw error;
  }
}
