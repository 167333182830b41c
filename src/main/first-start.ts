import { ensureDefaultProject } from "../broker/projects.ts";
import { ensureAdminToken, firstAdminToken } from "../broker/tokens.ts";
import type { Ports } from "../broker/ports.ts";
import type { Installation, Project } from "../store/instance.ts";

export interface Started {
  readonly installation: Installation;
  readonly project: Project;
  /** The administrator's token, only when this start made it: it is printed once and stored hashed. */
  readonly newToken: string | undefined;
}

/**
 * What must exist before the first call: the installation, project `default` with its `production`, and an administrator.
 * Safe to repeat at every start. Throws a sentence when the given token cannot be used.
 */
export async function firstStart(
  ports: Pick<Ports, "store" | "now" | "random">,
  adminToken: string | undefined,
): Promise<Started> {
  const installation = await ports.store.installation(ports.now());
  const project = await ensureDefaultProject(ports);
  if (adminToken === undefined) return { installation, project, newToken: await firstAdminToken(ports) };
  await ensureAdminToken(ports, adminToken);
  return { installation, project, newToken: undefined };
}
