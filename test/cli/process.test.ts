import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SPEC } from "./recorded.ts";
import { freePort } from "./free-port.ts";

const entry = fileURLToPath(new URL("../../src/main/berth.js", import.meta.url));
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "berth-cli-"));
  await writeFile(join(folder, "web.yaml"), SPEC);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

/** The real process in a folder of its own, with nothing of ours in its environment. */
function berth(
  argv: readonly string[],
  options: { readonly env?: object; readonly stdin?: string; readonly node?: readonly string[] } = {},
): Promise<Ended> {
  const env = { PATH: process.env["PATH"] ?? "", ...options.env };
  const child = spawn(process.execPath, [...(options.node ?? []), entry, ...argv], { cwd: folder, env });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.end(options.stdin ?? "");
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exit) => resolve({ exit, out, err }));
  });
}

test("node src/main/berth.js compare -f web.yaml ranks every cloud without a broker, an account or a token", async () => {
  const { exit, out, err } = await berth(["compare", "-f", "web.yaml"]);
  expect(err).toBe("");
  expect(exit).toBe(0);
  for (const service of ["Fargate", "Cloud Run", "ACI"]) expect(out).toContain(service);
  expect(out).toMatch(/prices of \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d/);
  expect(out).not.toContain("\u001B[");
});

test("a spec comes through standard input, and --json is JSON and nothing else", async () => {
  const { exit, out } = await berth(["compare", "-f", "-", "--json"], { stdin: SPEC });
  expect(exit).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ needs: { workload: "web" } });
});

test("a folder of specs is read file by file, folders in it are not", async () => {
  await mkdir(join(folder, "apps", "old.yaml"), { recursive: true });
  await writeFile(join(folder, "apps", "web.yaml"), `${SPEC}---\n${SPEC}`);
  expect(await berth(["plan", "-f", "apps"])).toMatchObject({
    exit: 2,
    err: expect.stringMatching(
      /^apps\/web\.yaml, document 2: 1 problem\n {2}line 5 {3}\/name {3}web is the name in /,
    ),
  });
});

test("the environment names the broker, and the exit status says that none was there", async () => {
  const server = `http://127.0.0.1:${await freePort()}`;
  const { exit, out, err } = await berth(["status"], {
    env: { BERTH_SERVER: server, BERTH_TOKEN: "not-to-be-seen" },
  });
  expect([exit, out]).toEqual([1, ""]);
  expect(err).toContain(`no broker at ${server}`);
  expect(err).not.toContain("not-to-be-seen");
});

test("a file is written once, in the folder the process runs in", async () => {
  expect((await berth(["init", "--name", "api"])).exit).toBe(0);
  expect(await readFile(join(folder, "berth.yaml"), "utf8")).toContain("name: api");
  expect((await berth(["init"])).exit).toBe(2);
});

// Each module that is loaded, a line on stderr.
const TELLS_LOADS = `
  import { registerHooks } from "node:module";
  const load = (url, context, next) => (process.stderr.write(url + "\\n"), next(url, context));
  registerHooks({ load });`;

test("the help is told by the commands alone: no dependency, no price and no policy is loaded for it", async () => {
  const node = ["--import", `data:text/javascript,${encodeURIComponent(TELLS_LOADS)}`];
  const { exit, out, err } = await berth(["--help"], { node });
  expect([exit, out.includes("berth COMMAND [flags]")]).toEqual([0, true]);
  const loaded = err.split("\n").filter((url) => url.startsWith("file:"));
  expect(loaded.filter((url) => url.includes("/src/cli/commands/")).length).toBeGreaterThan(30);
  expect(
    loaded.filter((url) =>
      /node_modules|\/src\/(policy|render\/(?!table|printable)|catalog\/(?!cloud-names))/.test(url),
    ),
  ).toEqual([]);
});
