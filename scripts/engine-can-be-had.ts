import { access, constants, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";

const ENGINES = ["dockerd", "podman"] as const;
/** Where engines live on Debian although a plain PATH may not name it. */
const MORE_FOLDERS = ["/usr/sbin", "/usr/local/sbin"];

/**
 * Undefined when the engine tests can run here: this is root (they start engines and networks of their own), and an engine is
 * installed or may be with apt. Else the sentence why not.
 */
export async function whyNoEngine(
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return "only root can start engines and networks of its own";
  const folders = [...(env["PATH"] ?? "").split(delimiter), ...MORE_FOLDERS].filter(
    (folder) => folder !== "",
  );
  for (const folder of folders)
    for (const engine of ENGINES) if (await can(join(folder, engine), constants.X_OK)) return undefined;
  const none = `there is no ${ENGINES.join(" or ")} on the PATH`;
  if ((env["BERTH_NO_INSTALL"] ?? "") !== "") return `${none}, and BERTH_NO_INSTALL forbids to install one`;
  if (!(await isDebian())) return `${none}, and only Debian and Ubuntu get one with apt`;
  if (!(await can("/usr/bin/apt-get", constants.X_OK))) return `${none}, and there is no apt-get`;
  return undefined;
}

async function isDebian(): Promise<boolean> {
  if (!(await can("/etc/os-release", constants.R_OK))) return false;
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(await readFile("/etc/os-release", "utf8"));
}

async function can(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false;
  }
}
