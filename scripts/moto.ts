/**
 * Moto, a server of AWS's API that others wrote: installed by pip into an environment of its own under node_modules/.cache, pinned by
 * test/peers/requirements.txt, and used by the vitest project `peers`.
 */
import { spawn } from "node:child_process";
import { access, constants, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const REQUIREMENTS = join(ROOT, "test/peers/requirements.txt");
/** pip loads some fifty packages. */
const INSTALL_MS = 300_000;
const ASK_MS = 20_000;
/** Lines of pip's complaint that are told on. */
const TOLD_CHARS = 300;

/** Path of moto's server, installed where it is not yet; or the sentence why it cannot be had. */
export async function installMoto(): Promise<{ readonly server: string } | { readonly why: string }> {
  const folder = join(ROOT, "node_modules/.cache/berth-peers", await pinned());
  const server = join(folder, "bin/moto_server");
  // Written last by pip: what is there is whole.
  if (await exists(join(folder, "installed"))) return { server };
  await rm(folder, { recursive: true, force: true });
  const steps = [
    { what: "there is no python3 with venv", argv: ["python3", "-m", "venv", folder], ms: ASK_MS },
    {
      what: "pip could not install moto",
      argv: [
        join(folder, "bin/python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
        REQUIREMENTS,
      ],
      ms: INSTALL_MS,
    },
    { what: "moto's server does not start", argv: [server, "--help"], ms: ASK_MS },
    {
      what: "the cache cannot be written",
      argv: [join(folder, "bin/python"), "-c", `open(${JSON.stringify(join(folder, "installed"))}, "w")`],
      ms: ASK_MS,
    },
  ];
  for (const { what, argv, ms } of steps) {
    const said = await run(argv, ms);
    if (said === undefined) continue;
    await rm(folder, { recursive: true, force: true });
    return { why: `${what}${said === "" ? "" : `: ${said}`}` };
  }
  return { server };
}

/** Undefined when the tests against peers can run here, else the sentence why not. */
export async function whyNoPeers(): Promise<string | undefined> {
  const found = await installMoto();
  return "why" in found ? found.why : undefined;
}

// A name for exactly these versions, so that other ones get a folder of their own.
async function pinned(): Promise<string> {
  const lines = (await readFile(REQUIREMENTS, "utf8")).trim().split("\n");
  return lines.join("-").replaceAll(/[^\w.-]+/g, "_");
}

/** What went wrong, in a line; undefined when it went well. */
async function run(argv: readonly string[], ms: number): Promise<string | undefined> {
  const [command = "", ...rest] = argv;
  const child = spawn(command, rest, { stdio: ["ignore", "ignore", "pipe"], timeout: ms });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = `${said}${chunk.toString("utf8")}`.slice(-TOLD_CHARS);
  });
  return await new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code) => resolve(code === 0 ? undefined : (said.trim().split("\n").at(-1) ?? "")));
  });
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
