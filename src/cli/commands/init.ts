import { basename } from "node:path";
import type { Command } from "../command.ts";
import { Refusal, usage } from "../refusal.ts";

const DEFAULT_FILE = "berth.yaml";
const DEFAULT_IMAGE = "ghcr.io/OWNER/NAME:TAG";
const DEFAULT_PORT = "8080";

/** `berth init` */
export const init: Command = {
  name: "init",
  summary: "write a first spec with comments; nothing is overwritten",
  args: [],
  flags: [
    { name: "file", short: "f", value: "FILE", summary: `where to; default ${DEFAULT_FILE}` },
    { name: "image", value: "IMAGE", summary: "the container image, with its tag or digest" },
    { name: "port", value: "PORT", summary: `the port it listens on; default ${DEFAULT_PORT}` },
    { name: "name", value: "NAME", summary: "of the workload; default the directory's" },
  ],
  examples: [
    { line: "berth init --image ghcr.io/acme/web:1.4 --port 3000", does: "writes berth.yaml for that image" },
    { line: "berth init -f deploy/web.yaml --name web", does: "another file and another name" },
  ],
  run: async (given, ctx) => {
    const { starterSpec } = await import("../starter-spec.ts");
    const { workloadNameProblem } = await import("../../domain/name.ts");
    const file = given.flags["file"] ?? DEFAULT_FILE;
    const name = given.flags["name"] ?? nameFrom(basename(ctx.directory));
    const problem = workloadNameProblem(name);
    if (problem !== undefined)
      throw usage(`${JSON.stringify(name)}: ${problem}`, "Choose one:  berth init --name web");
    const image = given.flags["image"] ?? DEFAULT_IMAGE;
    try {
      await ctx.createFile(
        file,
        starterSpec({ name, image, port: portOf(given.flags["port"] ?? DEFAULT_PORT) }),
      );
    } catch (error) {
      throw cannotWrite(file, error);
    }
    ctx.stdout.write(`wrote ${file}\n`);
    const first = image === DEFAULT_IMAGE ? "put your image in, then see" : "see";
    ctx.stderr.write(`${first} where it could run:  berth compare -f ${file}\n`);
    return 0;
  },
};

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw usage(`--port takes a number from 1 to 65535, not ${JSON.stringify(text)}`);
}

// A directory's name made to fit the grammar of workloads; `web` when nothing of it does.
function nameFrom(directory: string): string {
  const name = directory
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  return name === "" ? "web" : name;
}

function cannotWrite(file: string, error: unknown): Refusal {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EEXIST")
    return usage(`${file} exists already and was left as it is`, "Another file:  berth init -f FILE");
  const why = error instanceof Error ? error.message : String(error);
  return new Refusal(2, `${file} could not be written: ${why}`, { cause: error });
}
