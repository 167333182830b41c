import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { endStrays } from "../../src/agent/drivers/strays.ts";

const ID = "56bd7f0a223a192e2536667c78bd1cbc66d1d3b6db4b87ef214933fff8c861d4";
const OTHER = ID.replace("56", "57");

describe("processes that an engine has forgotten", () => {
  let dir: string;
  const killed: number[] = [];
  const kill = (pid: number): void => void killed.push(pid);
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "berth-proc-"));
    killed.length = 0;
    const groups = {
      "11": `9:pids:/docker/${ID}\n`,
      "12": `0::/system.slice/docker-${ID}.scope\n`,
      "13": `4:cpu:/libpod_parent/libpod-${ID}\n`,
      "14": `9:pids:/docker/${OTHER}\n`,
      "15": "0::/user.slice\n",
      self: `9:pids:/docker/${ID}\n`,
    };
    for (const [name, text] of Object.entries(groups)) {
      await mkdir(join(dir, name));
      await writeFile(join(dir, name, "cgroup"), text);
    }
    await mkdir(join(dir, "16")); // it has ended meanwhile
  });
  afterEach(async () => await rm(dir, { recursive: true, force: true }));

  test("are killed when their control group names the container, under every manager of such groups", async () => {
    await endStrays([ID], { dir, kill });
    expect(killed.toSorted((a, b) => a - b)).toEqual([11, 12, 13]);
  });

  test("of no container are not even looked for, and without a process table there are none", async () => {
    await endStrays([], { dir, kill });
    await endStrays([ID], { dir: join(dir, "absent"), kill });
    expect(killed).toEqual([]);
  });

  test("that end by themselves are no failure; one that may not be killed is a sentence", async () => {
    const failing = (code: string) => () => {
      throw Object.assign(new Error(code), { code });
    };
    await endStrays([ID], { dir, kill: failing("ESRCH") });
    await expect(endStrays([ID], { dir, kill: failing("EPERM") })).rejects.toThrow("end it as root");
  });
});
