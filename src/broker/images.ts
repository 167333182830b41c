import { Fault, type Problem } from "../domain/fault.ts";
import { isLocalImage, parseImage, registryOf } from "../domain/image.ts";
import type { Plan, Warning } from "../domain/plan.ts";
import type { ImageAnswer, ResolvedImage } from "../domain/resolved-image.ts";
import type { Spec } from "../domain/spec.ts";
import { imageOf } from "../domain/template.ts";
import type { Policy } from "../policy/policy.ts";
import type { Caller, Ports } from "./ports.ts";
import { providerOf } from "./target-provider.ts";

/** All images of a plan are asked for at once; what a registry has not answered by then keeps its tag. */
export const IMAGES_DEADLINE_MS = 3_000;

/**
 * Where a plan takes its digests from. `registries`: what the tags name now, which only what a person or a pipeline deploys may ask for.
 * `in-force`: what runs stays what it is. A list: another plan's or revision's, to the digest.
 */
export type ImagesFrom = "registries" | "in-force" | readonly ResolvedImage[];

/** The images of a plan: what was resolved, and what a reader must know of the others. */
export interface PlanImages {
  readonly resolved: readonly ResolvedImage[];
  readonly warnings: readonly Warning[];
}

/** Whose images are asked for, and what they were before. */
export interface ImagesRequest {
  readonly spec: Spec;
  readonly images: ImagesFrom;
  /** A redeploy: registries are asked even if they were a moment ago. */
  readonly fresh: boolean;
  readonly inForce: Plan | undefined;
  readonly policy: Policy;
}

/**
 * The digests a plan pins. Asks no registry where every place that the policy allows is a sandbox, nor one that the policy forbids. Throws
 * `invalid-spec` for an image that its registry does not have, and `registry-denied` where the registry wants a login, or another one.
 */
export async function imagesOf(
  ports: Pick<Ports, "store" | "images">,
  caller: Caller,
  request: ImagesRequest,
): Promise<PlanImages> {
  const { spec, images, inForce } = request;
  const references = [...new Set([spec, ...spec.sidecars].map(({ image }) => image))].filter(
    (reference) => !isLocalImage(reference),
  );
  if (images === "in-force") return kept(references, inForce?.images ?? []);
  if (images !== "registries") return kept(references, images);
  if (references.length === 0 || (await isAllSandbox(ports, caller, request.policy)))
    return kept(references, []);
  return asked(ports, caller, request, references);
}

function kept(references: readonly string[], known: readonly ResolvedImage[]): PlanImages {
  const resolved = references.flatMap((reference) => imageOf(known, reference) ?? []);
  const others = references.filter((reference) => imageOf(resolved, reference) === undefined);
  return { resolved, warnings: others.flatMap((reference) => tagStays(reference, NOT_ASKED)) };
}

const NOT_ASKED = "it was not resolved to a digest";

// A sandbox starts no container, so that nothing in it depends on what a tag names.
async function isAllSandbox(ports: Pick<Ports, "store">, caller: Caller, policy: Policy): Promise<boolean> {
  const targets = await ports.store.targets(caller.project.id);
  return targets
    .filter(({ name }) => policy.targets?.includes(name) !== false)
    .filter((target) => policy.providers?.includes(providerOf(target)) !== false)
    .every(({ kind }) => kind === "sandbox");
}

async function asked(
  { images }: Pick<Ports, "images">,
  caller: Caller,
  { spec, fresh, inForce, policy }: ImagesRequest,
  references: readonly string[],
): Promise<PlanImages> {
  const signal = AbortSignal.timeout(IMAGES_DEADLINE_MS);
  const project = caller.project.id;
  const answers = await Promise.all(
    references.map(async (reference): Promise<Answered> => {
      const registry = registryOf(reference);
      if (policy.registries?.includes(registry) === false)
        return { reference, said: "unreachable", message: `the policy forbids images from ${registry}` };
      return { reference, ...(await images({ project, reference, fresh }, { signal })) };
    }),
  );
  refuse(spec, answers);
  const settled = answers.map((answer) => settle(answer, imageOf(inForce?.images ?? [], answer.reference)));
  return {
    resolved: settled.flatMap(({ resolved }) => resolved),
    warnings: settled.flatMap(({ warnings }) => warnings),
  };
}

type Answered = ImageAnswer & { readonly reference: string };

function settle(answer: Answered, before: ResolvedImage | undefined): PlanImages {
  if (answer.said === "resolved") return { resolved: [answer.image], warnings: [] };
  const { reference, message } = answer;
  // A registry that does not answer must not turn what is pinned into a tag: that would be another revision.
  if (before !== undefined) {
    const words = `${reference} stays at ${before.digest}, as in the plan in force: ${message}.`;
    return { resolved: [before], warnings: [{ code: "image-kept", message: words }] };
  }
  const parts = parseImage(reference);
  const digest = typeof parts === "string" ? undefined : parts.digest;
  if (digest !== undefined) return { resolved: [{ reference, digest, platforms: [] }], warnings: [] };
  return { resolved: [], warnings: tagStays(reference, message) };
}

function tagStays(reference: string, because: string): readonly Warning[] {
  if (reference.includes("@")) return [];
  const message = `${reference} keeps its tag: ${because}, so two hosts may run different bytes.`;
  return [{ code: "image-unresolved", message }];
}

/** Every image that its registry will not give, each at its field. */
function refuse(spec: Spec, answers: readonly Answered[]): void {
  const problems = answers.flatMap((answer): readonly (Problem & { readonly said: string })[] => {
    if (answer.said === "resolved" || answer.said === "unreachable") return [];
    const { reference, said, message } = answer;
    return pointersOf(spec, reference).map((pointer) => ({ pointer, message, said }));
  });
  const [first] = problems;
  if (first === undefined) return;
  const code = problems.some(({ said }) => said === "absent") ? "invalid-spec" : "registry-denied";
  throw new Fault(code, `${first.message}.`, {
    problems: problems.map(({ pointer, message }) => ({ pointer, message })),
  });
}

function pointersOf(spec: Spec, reference: string): readonly string[] {
  return [
    ...(spec.image === reference ? ["/image"] : []),
    ...spec.sidecars.flatMap(({ image }, index) => (image === reference ? [`/sidecars/${index}/image`] : [])),
  ];
}
