import { access, constants, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { EngineAddress, EngineTls } from "./drivers/dial.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The socket of an engine on this host: the one asked for, `DOCKER_HOST`, Docker's, podman's, or the user's own podman. Undefined when there is none. */
export async function findEngine({
  env,
  socket,
}: {
  readonly env: Environment;
  readonly socket?: string | undefined;
}): Promise<{ readonly socketPath: string } | undefined> {
  const asked = socket ?? socketIn(env["DOCKER_HOST"]);
  if (asked !== undefined) return (await isUsable(asked)) ? { socketPath: asked } : undefined;
  const own =
    env["XDG_RUNTIME_DIR"] === undefined ? [] : [join(env["XDG_RUNTIME_DIR"], "podman/podman.sock")];
  for (const path of [...SOCKETS, ...own]) if (await isUsable(path)) return { socketPath: path };
  return undefined;
}

/** Where this host's engine answers: as `findEngine`, and over TCP where `DOCKER_HOST` says so, with its certificates. */
export async function engineAddress(options: {
  readonly env: Environment;
  readonly socket?: string | undefined;
}): Promise<EngineAddress | undefined> {
  const { env, socket } = options;
  const url = URL.parse(env["DOCKER_HOST"] ?? "");
  if (socket !== undefined || url?.protocol !== "tcp:") return await findEngine(options);
  const tls = await certificates(env);
  const port = url.port === "" ? (tls === undefined ? PLAIN_PORT : TLS_PORT) : Number(url.port);
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port, ...(tls === undefined ? {} : { tls }) };
}

const SOCKETS = ["/var/run/docker.sock", "/run/podman/podman.sock"];
const PLAIN_PORT = 2375;
const TLS_PORT = 2376;

const socketIn = (host: string | undefined): string | undefined =>
  host?.startsWith("unix://") === true ? host.slice("unix://".length) : undefined;

async function isUsable(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false; // absent, or another user's
  }
}

/** As Docker's own client reads them. */
async function certificates(env: Environment): Promise<EngineTls | undefined> {
  const folder = env["DOCKER_CERT_PATH"];
  if ((env["DOCKER_TLS_VERIFY"] ?? "") === "" || folder === undefined) return undefined;
  const [ca, cert, key] = await Promise.all(
    ["ca.pem", "cert.pem", "key.pem"].map((name) => readFile(join(folder, name), "utf8")),
  );
  return { ca: ca ?? "", cert: cert ?? "", key: key ?? "" };
}
