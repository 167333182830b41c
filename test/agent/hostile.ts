import { z } from "zod";

/** Ways to break out of a container that a peer's guard has let through, or that the engine's API offers. Each is laid over harmless payloads. */

const DRAFT = z.looseObject({
  verb: z.string(),
  name: z.string().optional(),
  payload: z.looseObject({
    HostConfig: z.record(z.string(), z.unknown()),
    Labels: z.record(z.string(), z.string()),
  }),
});
type Draft = z.infer<typeof DRAFT>;

/** A copy of a call to create a container, open to any change. */
export const draftOf = (request: unknown): Draft => DRAFT.parse(structuredClone(request));

interface Hostile {
  readonly name: string;
  readonly mutate: (draft: Draft) => Draft;
}

const host = (name: string, fields: Readonly<Record<string, unknown>>): Hostile => ({
  name,
  mutate: (draft) => {
    Object.assign(draft.payload.HostConfig, fields);
    return draft;
  },
});
const top = (name: string, fields: Readonly<Record<string, unknown>>): Hostile => ({
  name,
  mutate: (draft) => {
    Object.assign(draft.payload, fields);
    return draft;
  },
});
const mount = (name: string, mounts: unknown): Hostile => host(name, { Mounts: mounts });

export const HOSTILE: readonly Hostile[] = [
  // The seven restrictions of CVE-2026-44849, each of them on create.
  host("privileged", { Privileged: true }),
  host("privileged, in small letters", { privileged: true }),
  host("the host's processes", { PidMode: "host" }),
  host("another container's processes", { PidMode: "container:abc" }),
  host("devices", {
    Devices: [{ PathOnHost: "/dev/sda", PathInContainer: "/dev/sda", CgroupPermissions: "rwm" }],
  }),
  host("device requests", { DeviceRequests: [{ Driver: "nvidia", Count: -1 }] }),
  host("device cgroup rules", { DeviceCgroupRules: ["a *:* rwm"] }),
  host("an added capability", { CapAdd: ["SYS_ADMIN"] }),
  host("NET_RAW (CVE-2021-32575)", { CapAdd: ["NET_RAW"] }),
  host("all capabilities", { CapAdd: ["ALL"] }),
  host("capabilities not dropped", { CapDrop: [] }),
  host("some capabilities not dropped", { CapDrop: ["NET_RAW"] }),
  host("a new capability list of old engines", { Capabilities: ["CAP_SYS_ADMIN"] }),
  host("sysctls", { Sysctls: { "kernel.core_pattern": "|/bin/sh" } }),
  host("no seccomp", { SecurityOpt: ["no-new-privileges", "seccomp=unconfined"] }),
  host("no AppArmor", { SecurityOpt: ["apparmor=unconfined"] }),
  host("no SELinux", { SecurityOpt: ["label=disable"] }),
  host("unmasked system paths", { SecurityOpt: ["no-new-privileges", "systempaths=unconfined"] }),
  host("new privileges", { SecurityOpt: ["no-new-privileges:false"] }),
  host("no security options", { SecurityOpt: [] }),
  host("unmasked paths", { MaskedPaths: [] }),
  host("writable system paths", { ReadonlyPaths: [] }),
  host("a host directory", { Binds: ["/:/host"] }),
  host("the engine's socket", { Binds: ["/var/run/docker.sock:/var/run/docker.sock"] }),
  mount("a host directory as a mount", [{ Type: "bind", Source: "/", Target: "/host" }]),
  mount("the engine's socket as a mount", [
    { Type: "bind", Source: "/run/podman/podman.sock", Target: "/s", ReadOnly: true },
  ]),
  mount("a host directory by the volume driver (CVE-2026-44849)", [
    {
      Type: "volume",
      Source: "x",
      Target: "/host",
      VolumeOptions: { DriverConfig: { Name: "local", Options: { type: "none", o: "bind", device: "/" } } },
    },
  ]),
  mount("a stranger's volume", [{ Type: "volume", Source: "postgres-data", Target: "/data" }]),
  mount("another replica's volume", [
    { Type: "volume", Source: "bq3zr5k2m4n6p7s8t9v2w3x4y-1-data", Target: "/data" },
  ]),
  mount("a volume named like a path", [
    { Type: "volume", Source: "bq3zr5k2m4n6p7s8t9v2w3x4y-0-/../../etc", Target: "/data" },
  ]),
  mount("a volume over the root", [
    { Type: "volume", Source: "bq3zr5k2m4n6p7s8t9v2w3x4y-0-data", Target: "/" },
  ]),
  mount("a tmpfs of any size", [{ Type: "tmpfs", Target: "/t" }]),
  mount("a named pipe", [{ Type: "npipe", Source: "x", Target: "/t" }]),
  mount("mounts that are no list", { Type: "bind", Source: "/", Target: "/host" }),
  host("another's volumes", { VolumesFrom: ["other"] }),
  host("a volume driver", { VolumeDriver: "rclone" }),
  host("the host's network", { NetworkMode: "host" }),
  host("another container's network", { NetworkMode: "container:stranger" }),
  host("a stranger's network", { NetworkMode: "corporate" }),
  host("a network by its path", { NetworkMode: "ns:/proc/1/ns/net" }),
  host("no network named for a sidecar", { NetworkMode: "" }),
  host("the host's IPC", { IpcMode: "host" }),
  host("the host's UTS", { UTSMode: "host" }),
  host("the host's user namespace", { UsernsMode: "host" }),
  host("the host's cgroup namespace", { CgroupnsMode: "host" }),
  host("a cgroup of its own choice", { CgroupParent: "/" }),
  host("another runtime", { Runtime: "evil" }),
  host("links", { Links: ["db"] }),
  host("host names of its own", { ExtraHosts: ["metadata:169.254.169.254"] }),
  host("groups of the host", { GroupAdd: ["docker"] }),
  host("ports on all addresses", { PortBindings: { "8080/tcp": [{ HostIp: "0.0.0.0", HostPort: "0" }] } }),
  host("ports on no named address", { PortBindings: { "8080/tcp": [{ HostIp: "", HostPort: "0" }] } }),
  host("a port of its choice", { PortBindings: { "22/tcp": [{ HostIp: "127.0.0.1", HostPort: "22" }] } }),
  host("all ports", { PublishAllPorts: true }),
  host("no memory limit", { Memory: 0 }),
  host("swap without end", { MemorySwap: -1 }),
  host("no CPU limit", { NanoCpus: 0 }),
  host("no limit of processes", { PidsLimit: -1 }),
  host("more processes than allowed", { PidsLimit: 513 }),
  host("immunity to the out-of-memory killer", { OomKillDisable: true }),
  host("a better place before the out-of-memory killer", { OomScoreAdj: -1000 }),
  host("limits of its own", { Ulimits: [{ Name: "nofile", Soft: 1, Hard: 1 }] }),
  host("realtime", { CpuRealtimeRuntime: 950_000 }),
  host("restarts by the engine", { RestartPolicy: { Name: "always" } }),
  host("removal by the engine", { AutoRemove: true }),
  host("logs to a file of the host", { LogConfig: { Type: "k8s-file", Config: { path: "/etc/cron.d/x" } } }),
  host("logs over the network", {
    LogConfig: { Type: "syslog", Config: { "syslog-address": "udp://10.0.0.1" } },
  }),
  host("a file with the container's id anywhere", { ContainerIDFile: "/etc/passwd" }),
  host("storage options", { StorageOpt: { size: "1T" } }),
  host("annotations", { Annotations: { "run.oci.handler": "krun" } }),
  host("nothing of the host's configuration", { CapDrop: undefined }),
  top("a health check run by the engine", {
    Healthcheck: { Test: ["CMD-SHELL", "curl http://169.254.169.254"] },
  }),
  top("anonymous volumes", { Volumes: { "/data": {} } }),
  top("networks by endpoint", { NetworkingConfig: { EndpointsConfig: { host: {} } } }),
  top("a MAC address", { MacAddress: "02:42:ac:11:00:02" }),
  top("a terminal", { Tty: true }),
  top("a host configuration in small letters", { hostconfig: { privileged: true } }),
  top("labels of another program", { Labels: { "traefik.enable": "true" } }),
  top("no mark", { Labels: {} }),
  top("a user by path", { User: "../root" }),
  top("no list of environment variables", { Env: "A=b" }),
  top("an environment variable without a name", { Env: ["=x"] }),
  top("an entrypoint run by a shell", { Entrypoint: "sh -c id" }),
  top("a working directory upwards", { WorkingDir: "/app/../../etc" }),
  top("an image by option", { Image: "--privileged" }),
  top("no image", { Image: "" }),
  {
    name: "a name that is not its mark's",
    mutate: (draft) => ({ ...draft, name: "postgres" }),
  },
  {
    name: "a unit name with steps upwards (CVE-2026-7474)",
    mutate: (draft) => {
      draft.payload.Labels["berth.name"] = "../../etc";
      return { ...draft, name: "../../etc-0" };
    },
  },
  {
    name: "a container that was harmless and is now updated",
    mutate: (draft) => ({ ...draft, verb: "update" }),
  },
];
