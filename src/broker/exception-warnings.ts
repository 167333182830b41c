import { didYouMean } from "../domain/did-you-mean.ts";

/**
 * What whoever asks for an exception should know: that no stored policy of the project or the instance has a rule or freeze of that
 * name. It is no error, for a spec may say one inline, and a policy may come.
 */
export function exceptionWarnings(
  rule: string,
  known: readonly { readonly name: string }[],
): readonly string[] {
  const names = known.map(({ name }) => name);
  if (names.includes(rule)) return [];
  const near = didYouMean(rule, names);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  return [
    `no stored policy has a rule or freeze ${rule}, so it lifts only what specs say inline under that name${hint}`,
  ];
}
