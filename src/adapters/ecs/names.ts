import { base32 } from "../../domain/base32.ts";
import { sha256Hex } from "../../domain/canonical-json.ts";
import { secretReference } from "../../domain/template.ts";

/** Whose unit it is; what a name of ours can be made from even when the plan is gone. */
interface Belongs {
  readonly project: string;
  readonly environment: string;
  readonly workload: string;
}

/** Bytes of a hash in a name: 15 make 24 base32 characters, as in a unit's own name. */
const WORKLOAD_BYTES = 10;
const CONTENT_BYTES = 15;

/** What the families of one workload's task definitions begin with, so that they are found without its plan. */
export function familyPrefix({ project, environment, workload }: Belongs): string {
  return `berth-${short([project, environment, workload], WORKLOAD_BYTES)}-`;
}

/** The family of a task definition by what it says: equal definitions of a workload share one, and are registered once. */
export function familyOf(belongs: Belongs, content: string): string {
  return `${familyPrefix(belongs)}${short([content], CONTENT_BYTES)}`;
}

/** What the families of one job's unit begin with: its tries are found by them when its plan is gone. */
export function jobFamilyPrefix(belongs: Belongs & { readonly id: string }): string {
  return `${familyPrefix(belongs)}${short([belongs.id], CONTENT_BYTES)}-`;
}

/** The family of the task definition that every try of a job's unit runs by. */
export function jobFamilyOf(unit: Belongs & { readonly id: string }, content: string): string {
  return `${jobFamilyPrefix(unit)}${short([content], CONTENT_BYTES)}`;
}

/** Name at Secrets Manager of one version of a secret, for one unit: it goes with the unit, and no other unit uses it. */
export function secretName(unitName: string, reference: string): string {
  const { name, version } = secretReference(reference);
  return `${unitName}/${name}-v${version ?? "latest"}`;
}

/** Name at Secrets Manager of the login a unit pulls its images with. */
export function loginName(unitName: string, host: string): string {
  return `${unitName}/registry-${short([host], WORKLOAD_BYTES)}-v1`;
}

/** What every secret of a unit is called in the beginning, and no secret of another. */
export function secretPrefix(unitName: string): string {
  return `${unitName}/`;
}

/** Folder of a workload's log streams; ECS adds the container's name and the task's id. */
export function logPrefix({ project, environment, workload }: Belongs): string {
  return `${project}/${environment}/${workload}`;
}

function short(parts: readonly string[], bytes: number): string {
  const hex = sha256Hex(JSON.stringify(parts));
  return base32(
    Uint8Array.from({ length: bytes }, (_, index) =>
      Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16),
    ),
  );
}
