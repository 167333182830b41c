#!/usr/bin/env node
import { hostname } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { engineAddress } from "../agent/find-engine.ts";
import { hasJoined } from "../agent/identity.ts";
import { runAgent } from "../agent/run-agent.ts";
import type { AgentOptions } from "../agent/run-agent.ts";
import { createDirectSend } from "../gateway/node/send-direct.ts";

const HELP = `Runs one host of a pool: containers that the broker places here. It only calls out; nothing listens on this host for it.

  npm run agent -- --server URL --token JOIN --pool NAME [options]

  --server URL       the broker, such as https://berth.example
  --token JOIN       single-use token from "berth agent token"; also BERTH_JOIN_TOKEN. Only for the first start
  --pool NAME        the pool that the token is for
  --name NAME        name of this host (default: its host name)
  --socket PATH      socket of Docker or Podman (default: DOCKER_HOST, then the usual places)
  --data DIR         key, desired state and guard file of this agent (default: ./.berth-agent)
  --guard FILE       the host owner's limits (default: agent.yaml in the data folder)
  --address HOST     name or address at which the broker reaches this host directly; without it traffic takes the agent's own line
  --label KEY=VALUE  a label of this host, any number of times
  --help             this text
`;

const OPTIONS = {
  server: { type: "string" },
  token: { type: "string" },
  pool: { type: "string" },
  name: { type: "string" },
  socket: { type: "string" },
  data: { type: "string" },
  guard: { type: "string" },
  address: { type: "string" },
  label: { type: "string", multiple: true },
  help: { type: "boolean" },
} as const;

const ENGINE_RETRY_MS = 2_000;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const say = (sentence: string): void =>
  void process.stderr.write(`${new Date().toISOString()} ${sentence}\n`);

class UsageError extends Error {}

/** What the command line and the environment ask for. Throws `UsageError` with a sentence. */
async function readOptions(): Promise<Omit<AgentOptions, "send" | "log"> | "help"> {
  const values = parsed();
  if (values.help === true) return "help";
  const { server, pool, label = [] } = values;
  if (server === undefined || !/^https?:$/.test(URL.parse(server)?.protocol ?? "")) {
    throw new UsageError("give the broker's address: --server https://berth.example");
  }
  if (pool === undefined) throw new UsageError("give the pool to join: --pool NAME");
  const dataDir = values.data ?? ".berth-agent";
  const engine = await findOrAwaitEngine(values.socket, dataDir);
  if (engine === undefined) {
    const asked = values.socket ?? process.env["DOCKER_HOST"];
    throw new UsageError(
      asked === undefined
        ? "no Docker or Podman socket was found that this user may use: start one, or give --socket PATH"
        : `${asked} is no socket that this user may use`,
    );
  }
  return {
    server,
    joinToken: values.token ?? process.env["BERTH_JOIN_TOKEN"],
    pool,
    name: values.name ?? idFrom(hostname()),
    engine,
    dataDir,
    address: values.address,
    guardFile: values.guard,
    labels: Object.fromEntries(label.map(pair)),
  };
}

/** When a host starts, its engine may come up after its agent: one that has joined waits for it, a new one is told what is missing. */
async function findOrAwaitEngine(
  socket: string | undefined,
  dataDir: string,
): Promise<AgentOptions["engine"] | undefined> {
  const find = () => engineAddress({ env: process.env, socket });
  let engine = await find();
  if (engine !== undefined || !(await hasJoined(dataDir, say))) return engine;
  say("waiting for the engine: there is no socket of it yet that this user may use");
  while (engine === undefined) {
    await wait(ENGINE_RETRY_MS);
    engine = await find();
  }
  return engine;
}

function parsed() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** A host name as an id of Berth's. */
const idFrom = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 63) || "host";

function pair(text: string): readonly [string, string] {
  const parts = LABEL.safeParse(text.split("="));
  if (!parts.success) throw new UsageError(`a label is KEY=VALUE, not "${text}"`);
  return parts.data;
}
const LABEL = z.tuple([z.string().min(1), z.string()]);

try {
  const options = await readOptions();
  if (options === "help") {
    process.stdout.write(HELP);
  } else {
    const stop = new AbortController();
    for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stop.abort());
    const direct = createDirectSend();
    await runAgent({ ...options, send: direct.send, log: say }, stop.signal);
    direct.close();
  }
} catch (error) {
  const usage = error instanceof UsageError;
  process.stderr.write(
    `${error instanceof Error ? error.message : String(error)}\n${usage ? 'See "npm run agent -- --help".\n' : ""}`,
  );
  process.exitCode = usage ? EXIT_USAGE : EXIT_FAILED;
}
