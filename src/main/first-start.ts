import type { Installation, Project } from "../store/instance.ts";
import type { Store } from "../store/store.ts";
import { hashToken, makeToken } from "../identity/token.ts";
import { newId } from "../domain/id.ts";
import { ROLES } from "../identity/scope.ts";

export interface FirstStartPorts {
  readonly store: Store;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

export interface Started {
  readonly installation: Installation;
  readonly project: Project;
  /** The administrator's token, only when this start made it: it is printed once and stored hashed. */
  readonly newToken: string | undefined;
}

const ADMIN_NAME = "admin";

/** What must exist before the first call: the installation, project `default` with its `production`, and an administrator. */
export async function firstStart(ports: FirstStartPorts, adminToken: string | undefined): Promise<Started> {
  const { store } = ports;
  const now = ports.now();
  const installation = await store.installation(now);
  const project = await defaultProject(ports, now);
  if (adminToken !== undefined) {
    await keepToken(ports, adminToken, now);
    return { installation, project, newToken: undefined };
  }
  const admins = (await store.tokens(undefined)).filter((token) => token.revokedAt === undefined);
  if (admins.length > 0) return { installation, project, newToken: undefined };
  const newToken = makeToken("api", ports.random);
  await keepToken(ports, newToken, now);
  return { installation, project, newToken };
}

async function defaultProject(ports: FirstStartPorts, now: number): Promise<Project> {
  const { store } = ports;
  const found = await store.project("default");
  if (found !== undefined) return found;
  const project: Project = { id: newId("prj", ports.random), name: "default", labels: {}, createdAt: now };
  const made = await store.createProject(project);
  // Another process that started in the same moment was first: its project is the one.
  const kept = made ? project : await store.project("default");
  if (kept === undefined) throw new Error("project default was neither made nor found");
  await store.putEnvironment(kept.id, {
    name: "production",
    class: "production",
    protected: false,
    labels: {},
    createdAt: now,
  });
  return kept;
}

async function keepToken(ports: FirstStartPorts, token: string, now: number): Promise<void> {
  const hash = hashToken(token);
  if ((await ports.store.tokenByHash(hash)) !== undefined) return;
  await ports.store.insertToken({
    id: newId("tok", ports.random),
    hash,
    name: ADMIN_NAME,
    project: undefined,
    scopes: ROLES.admin,
    createdAt: now,
  });
}
