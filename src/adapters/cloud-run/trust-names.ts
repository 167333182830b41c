import type { TrustSubject } from "../../domain/trust.ts";
import type { CloudRunConfig } from "./config.ts";
import { projectPermissions, type Repository, repositoriesOf } from "./rights.ts";

/** What the documents call the things they make. */
export interface Names {
  readonly project: string;
  /** E-mails and ids of the account Berth acts as and of the one containers run as. */
  readonly deployer: string;
  readonly deployerId: string;
  readonly runtime: string;
  readonly runtimeId: string;
  /** The two custom roles: one a target, so that what one target needs changes nothing of another. */
  readonly role: string;
  readonly secretsRole: string;
  readonly title: string;
  readonly pool: string;
  /** The provider's own id; one a target, so that each pins its own subject. */
  readonly provider: string;
  readonly repositories: readonly Repository[];
  /** What the first custom role is made of. */
  readonly permissions: readonly string[];
  /** Whether Berth's account has to be let call the services. */
  readonly invokes: boolean;
}

/** Only this issuer and this subject get a Google token at all: a condition on the provider, before any role is looked at. */
export const subjectCondition = ({ subject }: TrustSubject): string => `assertion.sub == '${subject}'`;

const POOL = "berth";

/** The names of one target's documents. */
export function namesOf(config: CloudRunConfig, { subject }: TrustSubject): Names {
  const { credentials, projectId, runtimeServiceAccount } = config;
  const keyless = credentials.by === "keyless" ? credentials : undefined;
  const deployer = keyless?.serviceAccount ?? `berth@${projectId}.iam.gserviceaccount.com`;
  const provider = keyless?.workloadIdentityProvider.split("/");
  const idOf = (email: string) => email.split("@", 1)[0] ?? email;
  // The target's own id is never used again; a role's may have letters, digits, _ and . (iam.projects.roles.create).
  const target = subject.slice(subject.lastIndexOf(":") + 1);
  const suffix = target.replace(/[^A-Za-z0-9_.]/g, "_").slice(0, MOST_SUFFIX_CHARS);
  return {
    project: projectId,
    deployer,
    deployerId: idOf(deployer),
    runtime: runtimeServiceAccount,
    runtimeId: idOf(runtimeServiceAccount),
    role: `berthCloudRun_${suffix}`,
    secretsRole: `berthSecrets_${suffix}`,
    title: `Berth on Cloud Run, ${target}`,
    pool: provider?.[5] ?? POOL,
    provider: provider?.at(-1) ?? POOL,
    repositories: repositoriesOf(config.remoteRepositories),
    permissions: projectPermissions(config),
    invokes: config.invoker === "private",
  };
}

/** A role's id has at most 64 characters. */
const MOST_SUFFIX_CHARS = 48;
