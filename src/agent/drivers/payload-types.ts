/** Body of `POST /containers/create` (Engine API 1.41): only the fields this agent ever sends. */
export interface ContainerPayload {
  readonly Image: string;
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly Hostname?: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly ExposedPorts?: Readonly<Record<string, Record<string, never>>>;
  readonly StopTimeout: number;
  readonly Healthcheck: { readonly Test: readonly ["NONE"] };
  readonly HostConfig: HostConfig;
}

export interface HostConfig {
  readonly NetworkMode?: string;
  readonly PortBindings?: Readonly<
    Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[]>
  >;
  readonly Mounts?: readonly VolumeMount[];
  readonly NanoCpus: number;
  readonly Memory: number;
  readonly PidsLimit: number;
  readonly CapDrop: readonly ["ALL"];
  readonly CapAdd?: readonly string[];
  readonly SecurityOpt: readonly ["no-new-privileges"];
  readonly RestartPolicy: { readonly Name: "no" };
  readonly LogConfig?: { readonly Type: string; readonly Config: Readonly<Record<string, string>> };
}

export interface VolumeMount {
  readonly Type: "volume";
  readonly Source: string;
  readonly Target: string;
}

/** Body of `POST /volumes/create`. */
export interface VolumePayload {
  readonly Name: string;
  readonly Driver: "local";
  readonly Labels: Readonly<Record<string, string>>;
}
