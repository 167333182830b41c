import type { Engine } from "./engine.ts";
import type { EngineInfo } from "./driver.ts";
import type { VersionReply } from "./replies.ts";

/** What the engine says of itself and its host. Throws when it is not an engine we know, or an architecture nobody can ask for. */
export async function engineInfo(engine: Pick<Engine, "info" | "version">): Promise<EngineInfo> {
  const [said, version] = await Promise.all([engine.info(), engine.version()]);
  const { NCPU: cpus, MemTotal: memoryBytes, Architecture: machine } = said;
  const arch = ARCHITECTURES[machine];
  if (arch === undefined) throw new Error(`the engine's architecture ${machine} is neither amd64 nor arm64`);
  return {
    engine: kindOf(version),
    version: version.Version ?? "unknown",
    arch,
    capacity: { milliCpu: cpus * 1000, memoryMiB: Math.floor(memoryBytes / 1_048_576) },
  };
}

/** Which of the two answers. */
export async function engineKind(engine: Pick<Engine, "version">): Promise<EngineInfo["engine"]> {
  return kindOf(await engine.version());
}

const kindOf = (version: VersionReply): EngineInfo["engine"] =>
  version.Components?.some(({ Name: name }) => name === "Podman Engine") === true ? "podman" : "docker";

const ARCHITECTURES: Readonly<Record<string, EngineInfo["arch"]>> = {
  x86_64: "amd64",
  amd64: "amd64",
  aarch64: "arm64",
  arm64: "arm64",
};
