import { Fault, type Problem } from "../domain/fault.ts";
import { parseImage } from "../domain/image.ts";
import type { StoredLogin } from "../store/store.ts";
import { iso } from "./instants.ts";
import { loginContext } from "./registry-logins.ts";
import type { Caller, Ports } from "./ports.ts";

/** More would be somebody's mistake. */
const MAX_LOGINS = 100;
const MAX_USERNAME_CHARACTERS = 255;
/** A service account's key file is about 2.4 kB, an ECR token about 2.5 kB. */
const MAX_PASSWORD_BYTES = 16_384;

export interface LoginRequest {
  readonly username: string;
  readonly password: string;
}

/**
 * Keep the login for a registry, in place of one that is there. The password is sealed and never shown again. Throws `invalid-path` for what
 * is no registry's host, `invalid-body`, `conflict`, and `unavailable` where no sealing key is set.
 */
export async function putRegistry(ports: Ports, caller: Caller, name: string, request: LoginRequest) {
  const host = registryHost(name);
  const problems = problemsOf(request);
  if (problems.length > 0)
    throw new Fault("invalid-body", "The login cannot be one of a registry.", { problems });
  const project = caller.project.id;
  const before = await ports.store.registryLogin(project, host);
  if (before === undefined && (await ports.store.registryLogins(project)).length >= MAX_LOGINS)
    throw new Fault("conflict", `A project keeps at most ${MAX_LOGINS} logins; delete one first.`);
  const now = ports.now();
  const { username, password } = request;
  const row = { host, username, version: (before?.version ?? 0) + 1 };
  const login: StoredLogin = {
    ...row,
    sealed: await ports.sealer.seal(password, loginContext(project, row)),
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  };
  if (!(await ports.store.putRegistryLogin(project, login)))
    throw new Fault("conflict", `The login for ${host} was changed by somebody else meanwhile; try again.`);
  return { registry: loginView(login), created: before === undefined };
}

/** Hosts and user names of the project's logins. */
export async function listRegistries(ports: Pick<Ports, "store">, caller: Caller) {
  return (await ports.store.registryLogins(caller.project.id)).map(loginView);
}

/** One of them, or `not-found`. */
export async function readRegistry(ports: Pick<Ports, "store">, caller: Caller, name: string) {
  const host = registryHost(name);
  const login = await ports.store.registryLogin(caller.project.id, host);
  if (login === undefined) throw none(host, caller);
  return loginView(login);
}

/** Forget a login; `not-found` where there is none. What runs goes on; what is pulled anew is pulled without it. */
export async function deleteRegistry(ports: Pick<Ports, "store">, caller: Caller, name: string) {
  const host = registryHost(name);
  if (!(await ports.store.deleteRegistryLogin(caller.project.id, host))) throw none(host, caller);
}

function loginView({ host, username, createdAt, updatedAt }: StoredLogin) {
  return { host, username, createdAt: iso(createdAt), updatedAt: iso(updatedAt) };
}

function none(host: string, { project }: Caller): Fault {
  return new Fault("not-found", `Project ${project.name} keeps no login for ${host}.`);
}

/** Where Docker Hub is known by other names, too. */
const DOCKER_HUB: ReadonlySet<string> = new Set([
  "docker.io",
  "index.docker.io",
  "registry-1.docker.io",
  "hub.docker.com",
]);

/** The host as image references name it. */
function registryHost(name: string): string {
  const host = name.toLowerCase();
  if (DOCKER_HUB.has(host)) return "docker.io";
  const parsed = parseImage(`${host}/image`);
  if (typeof parsed !== "string" && parsed.registry === host && parsed.repository === "image") return host;
  throw new Fault(
    "invalid-path",
    `${JSON.stringify(name)} is no registry's host; say it as images do, such as ghcr.io.`,
  );
}

function problemsOf({ username, password }: LoginRequest): readonly Problem[] {
  const isName = /^[^:\p{Cc}]+$/u.test(username) && username.length <= MAX_USERNAME_CHARACTERS;
  const bytes = Buffer.byteLength(password, "utf8");
  const isPassword = bytes >= 1 && bytes <= MAX_PASSWORD_BYTES;
  return [
    ...(isName
      ? []
      : [
          {
            pointer: "/username",
            message: `must be 1 to ${MAX_USERNAME_CHARACTERS} characters, none of them a colon or a control`,
          },
        ]),
    ...(isPassword ? [] : [{ pointer: "/password", message: `must be 1 to ${MAX_PASSWORD_BYTES} bytes` }]),
  ];
}
