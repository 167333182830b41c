import type { Spec } from "../../domain/spec.ts";
import type { WorkloadFacts } from "../question.ts";
import type { GivenDocument } from "./document.ts";

/** Where a workload lives: what administrators say of its environment and project. */
export interface Surroundings {
  readonly environment: {
    readonly name: string;
    readonly class: "production" | "staging" | "preview";
    readonly protected: boolean;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly project: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
}

/** The surroundings a test gives; production of a project called default where it says nothing. */
export function surroundingsOf({ environment = {}, project = {} }: GivenDocument): Surroundings {
  const said = typeof environment === "string" ? { name: environment } : environment;
  const name = said.name ?? "production";
  return {
    environment: {
      name,
      class: said.class ?? (name === "production" ? "production" : "staging"),
      protected: said.protected ?? false,
      labels: said.labels ?? {},
    },
    project: { name: project.name ?? "default", labels: project.labels ?? {} },
  };
}

/** A workload in its surroundings, as rules over offers see it. */
export function workloadFacts(spec: Spec, { environment, project }: Surroundings): WorkloadFacts {
  return {
    project: project.name,
    projectLabels: project.labels,
    environment: environment.name,
    environmentClass: environment.class,
    environmentLabels: environment.labels,
    protected: environment.protected,
    image: spec.image,
    digest: digestIn(spec.image),
    priority: spec.priority,
    singleton: spec.singleton,
  };
}

function digestIn(image: string): string | undefined {
  return /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
}
