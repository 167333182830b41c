import { didYouMean } from "../domain/did-you-mean.ts";
import type { Problem } from "../domain/fault.ts";
import { CLOUDS } from "../domain/place.ts";
import type { PolicyWorld } from "./declared.ts";
import type { PolicyRules } from "./policy-rules.ts";

/**
 * Names in a policy that nobody has: they may be had tomorrow, or be a pool's, so they are no error; a sentence each, with its
 * pointer. Nothing is said of targets before the first is connected.
 */
export function unknownNames(rules: PolicyRules, world: PolicyWorld): readonly Problem[] {
  const places = [
    { at: "", where: rules },
    ...(rules.tiers ?? []).map(({ where }, index) => ({ at: `/tiers/${index}/where`, where })),
  ];
  return places.flatMap(({ at, where }) => [
    ...listed(where.targets, `${at}/targets`, (name) => targetSentence(name, world)),
    ...listed(where.regions, `${at}/regions`, (name) => regionSentence(name, world)),
    ...listed(where.jurisdictions, `${at}/jurisdictions`, (name) => zoneSentence(name, world)),
  ]);
}

function listed(
  names: readonly string[] = [],
  at: string,
  sentence: (name: string) => string | undefined,
): readonly Problem[] {
  return names.flatMap((name, index) => {
    const message = sentence(name);
    return message === undefined ? [] : [{ pointer: `${at}/${index}`, message }];
  });
}

function targetSentence(name: string, { targets = [] }: PolicyWorld): string | undefined {
  const known = targets.map((one) => one.name);
  if (known.length === 0 || known.includes(name)) return undefined;
  return `no target ${name} is connected${meant(didYouMean(name, known))}`;
}

// Pools have names of their own, so only what looks like a slip is spoken of.
function regionSentence(name: string, { regions, targets = [] }: PolicyWorld): string | undefined {
  const known = regions.map(({ id }) => id);
  if (name.includes("/") || known.includes(name) || targets.some((one) => one.name === name))
    return undefined;
  const near = didYouMean(name, known);
  return near === undefined
    ? undefined
    : `no cloud has a region ${name}, so only a pool of that name is meant${meant(near)}`;
}

function zoneSentence(zone: string, { regions }: PolicyWorld): string | undefined {
  if (regions.length === 0 || regions.some(({ jurisdictions }) => jurisdictions.includes(zone)))
    return undefined;
  return `none of ${CLOUDS.join(", ")} has a region in ${zone}, so only pools whose targets name it are meant`;
}

const meant = (near: string | undefined): string => (near === undefined ? "" : `; did you mean ${near}?`);
