import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import type { Ports } from "../../src/broker/ports.ts";
import { listUnrecognised, removeUnrecognised } from "../../src/broker/unrecognised.ts";
import type { Plan } from "../../src/domain/plan.ts";
import { openBench, type Bench } from "./ports.ts";
import { sandboxTarget, webSpec } from "./specs.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(async () => {
  await bench.close();
});

const put = async (name: string, tag = "1") => {
  const spec = webSpec({ name, image: `localhost/${name}:${tag}` });
  return (await deploy(bench.main.ports, bench.caller, name, { spec })).plan;
};
const nameOf = ({ units }: Plan) => units[0]?.name ?? "none";
const list = async () => (await listUnrecognised(bench.main.ports, bench.caller, "cloud")).resources;
const remove = (name: string, confirm?: string, ports: Ports = bench.main.ports) =>
  removeUnrecognised(ports, bench.caller, "cloud", name, confirm);
const standing = async () => (await bench.made("cloud")).map(({ id }) => id).sort();
const destroyed = () => bench.calls.filter(({ verb }) => verb === "destroy");
const idsOf = (...plans: readonly Plan[]) => plans.flatMap(({ units }) => units.map(({ id }) => id)).sort();

/** A backup that knows `web` is put back after `api` was deployed. */
async function restored(simulates: "ecs" | "aci" | "cloud-run" = "ecs") {
  await bench.connect("cloud", sandboxTarget(simulates));
  const web = await put("web");
  await bench.run(15_000, 1_000);
  await bench.file.backUp();
  const api = await put("api");
  await bench.run(15_000, 1_000);
  await bench.file.restore();
  bench.restart();
  bench.calls.length = 0;
  return { web, api };
}

/** The ports with something that happens between a look and what follows it. */
function afterLooks(then: () => Promise<unknown>): Ports {
  const { open } = bench.main.ports;
  return {
    ...bench.main.ports,
    open: (target) => {
      const adapter = open(target);
      return {
        ...adapter,
        observe: async (known, call) => {
          const seen = await adapter.observe(known, call);
          await then();
          return seen;
        },
      };
    },
  };
}

describe("what is unrecognised", () => {
  test.each(["ecs", "aci", "cloud-run"] as const)(
    "at %s is listed with what it is, and goes on command, it alone, with an event",
    async (simulates) => {
      const { web, api } = await restored(simulates);
      expect(await list()).toMatchObject([{ name: nameOf(api), workload: "api", environment: "production" }]);
      let answer = await remove(nameOf(api), nameOf(api));
      for (let asked = 0; answer.state === "going" && asked < 20; asked += 1) {
        bench.clock.now += 5_000;
        // Once it is gone there is nothing to remove.
        answer = await remove(nameOf(api), nameOf(api)).catch(() => ({ ...answer, state: "gone" }));
      }
      expect(answer.state).toBe("gone");
      expect(await standing()).toEqual(idsOf(web));
      expect(new Set(destroyed().map(({ unit }) => unit))).toEqual(new Set(idsOf(api)));
      const scope = { project: bench.caller.project.id, environment: "production" };
      expect(await bench.file.store.events(scope, "api", 0, 9)).toMatchObject([
        {
          type: "unrecognised.removed",
          actor: bench.caller.actor,
          data: { name: nameOf(api), target: "cloud" },
        },
      ]);
      expect(await list()).toEqual([]);
    },
  );

  test("stays until its name is said once more, and the answer tells what would go", async () => {
    const { web, api } = await restored();
    for (const word of [undefined, "yes", nameOf(web)])
      await expect(remove(nameOf(api), word)).rejects.toMatchObject({
        code: "confirmation-required",
        extra: { resource: { name: nameOf(api), workload: "api" } },
      });
    expect(destroyed()).toEqual([]);
    expect(await standing()).toEqual(idsOf(web, api));
  });

  test("is never what this database knows, be it named exactly", async () => {
    const { web } = await restored();
    await expect(remove(nameOf(web), nameOf(web))).rejects.toMatchObject({ code: "not-found" });
    expect(destroyed()).toEqual([]);
  });

  test("is left alone once a plan wants it, though it was unknown when it was looked for", async () => {
    await bench.connect("cloud", sandboxTarget());
    await put("web");
    await bench.run(15_000, 1_000);
    await bench.file.backUp();
    const next = await put("web", "2");
    await bench.run(60_000, 5_000);
    await bench.file.restore();
    bench.restart();
    bench.calls.length = 0;
    expect((await list()).map(({ name }) => name)).toEqual([nameOf(next)]);
    const ports = afterLooks(() => put("web", "2"));
    await expect(remove(nameOf(next), nameOf(next), ports)).rejects.toMatchObject({
      code: "conflict",
      message: `${nameOf(next)} is a unit of web by now: it is left alone.`,
    });
    expect(destroyed()).toEqual([]);
    expect(await standing()).toEqual(idsOf(next));
  });

  test("of another project is neither listed nor removed", async () => {
    const { api } = await restored();
    await bench.file.store.putTarget({
      ...(await target()),
      id: "tgt_shared",
      project: undefined,
      name: "shared",
    });
    const project = { id: "prj_other", name: "other", labels: {}, createdAt: 0 };
    await bench.file.store.createProject(project);
    const stranger = { ...bench.caller, project };
    const ports = { ...bench.main.ports, open: () => bench.main.ports.open(cloud) };
    const cloud = await target();
    expect((await listUnrecognised(ports, stranger, "shared")).resources).toEqual([]);
    await expect(
      removeUnrecognised(ports, stranger, "shared", nameOf(api), nameOf(api)),
    ).rejects.toMatchObject({ code: "not-found" });
    expect(destroyed()).toEqual([]);
  });

  test("as a try of a job that is known is not removed by its unit's name, and says how it is", async () => {
    const { web } = await restored();
    const [unit = { id: "none" }] = web.units;
    const name = "btry";
    const mark = { unit: unit.id, name, project: bench.caller.project.id, workload: "web", detail: "a try" };
    const { open } = bench.main.ports;
    const ports: Ports = {
      ...bench.main.ports,
      open: (of) => ({
        ...open(of),
        observe: async () => ({ complete: true, observations: [], unrecognised: [mark] }),
      }),
    };
    await expect(remove(name, name, ports)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/^btry is a try of a job that is known here/),
    });
    expect((await listUnrecognised(ports, bench.caller, "cloud")).resources[0]?.because).toMatch(
      /where it runs/,
    );
    expect(destroyed()).toEqual([]);
  });

  test("on an agent's host is removed there: the answer says how", async () => {
    await bench.connect("home", { kind: "agents", pool: "home" });
    const mark = {
      unit: "u",
      name: "bx",
      project: bench.caller.project.id,
      workload: "web",
      detail: "a container",
      byHand: "On host attic:  podman rm -f bx-0",
    };
    const ports: Ports = {
      ...bench.main.ports,
      open: (of) => ({
        ...bench.main.ports.open(of),
        observe: async () => ({ complete: true, observations: [], unrecognised: [mark] }),
      }),
    };
    await expect(removeUnrecognised(ports, bench.caller, "home", "bx", "bx")).rejects.toThrow(mark.byHand);
    const [stray] = (await listUnrecognised(ports, bench.caller, "home")).resources;
    expect(stray).toMatchObject({ name: "bx", because: mark.byHand });
    expect(stray).not.toHaveProperty("byHand");
  });
});

async function target() {
  const found = await bench.file.store.target(bench.caller.project.id, "cloud");
  if (found === undefined) throw new Error("the target is not connected");
  return found;
}
