import ec2 from "./data/ecs/ec2.json" with { type: "json" };
import ecs from "./data/ecs/ecs.json" with { type: "json" };
import iam from "./data/ecs/iam.json" with { type: "json" };
import logs from "./data/ecs/logs.json" with { type: "json" };
import secretsmanager from "./data/ecs/secretsmanager.json" with { type: "json" };
import servicequotas from "./data/ecs/servicequotas.json" with { type: "json" };
import sts from "./data/ecs/sts.json" with { type: "json" };

/** One shape of AWS's own description of an API (botocore, service-2.json). */
export interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, Member>>;
  readonly required?: readonly string[];
  readonly member?: Member;
  readonly key?: Member;
  readonly value?: Member;
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly flattened?: boolean;
  /** Of an error: whether AWS itself is to blame, and what it is called on the wire. */
  readonly fault?: boolean;
  readonly error?: { readonly code?: string; readonly httpStatusCode?: number };
}
export interface Member {
  readonly shape: string;
  readonly locationName?: string;
  readonly queryName?: string;
}
/** The description of one API, as far as Berth uses it. */
export interface ServiceModel {
  readonly metadata: {
    readonly apiVersion: string;
    readonly protocol: string;
    readonly targetPrefix?: string;
  };
  readonly operations: Readonly<
    Record<
      string,
      {
        readonly input?: Member;
        readonly output?: Member & { readonly resultWrapper?: string };
        readonly errors?: readonly Member[];
      }
    >
  >;
  readonly shapes: Readonly<Record<string, Shape>>;
}

// Imported and not read, so that tests inside workerd have them, too.
const MODELS: Readonly<Record<string, ServiceModel>> = {
  ec2,
  ecs,
  iam,
  logs,
  secretsmanager,
  servicequotas,
  sts,
};

/** The description of an API: `ecs`, `ec2`, `sts`, `iam`, `logs`, `secretsmanager` or `servicequotas`. */
export function modelOf(service: string): ServiceModel {
  const model = MODELS[service];
  if (model === undefined) throw new Error(`there is no contract of ${service} here`);
  return model;
}
