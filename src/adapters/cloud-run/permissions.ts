import type { TrustDocument, TrustSubject } from "../../domain/trust.ts";
import type { CloudRunConfig } from "./config.ts";
import { SECRET_PERMISSIONS } from "./rights.ts";
import { terraform } from "./terraform.ts";
import { commands } from "./trust-commands.ts";
import { namesOf } from "./trust-names.ts";

/** What an owner of the project runs once, as commands or as Terraform. It pins the one subject that stands for this target. */
export function trustDocuments(config: CloudRunConfig, subject: TrustSubject): readonly TrustDocument[] {
  const names = namesOf(config, subject);
  return [
    {
      title: "The custom role: everything Berth may do in the project",
      format: "json",
      text: roleText(names.title, names.permissions),
    },
    {
      title: "The custom role for its own secrets, bound under a condition on their names",
      format: "json",
      text: roleText(`${names.title}: secrets`, SECRET_PERMISSIONS),
    },
    { title: "Commands for gcloud", format: "shell", text: commands(subject, names) },
    { title: "The same as Terraform", format: "terraform", text: terraform(subject, names) },
  ];
}

function roleText(title: string, includedPermissions: readonly string[]): string {
  return `${JSON.stringify({ title, stage: "GA", includedPermissions }, undefined, 2)}\n`;
}
