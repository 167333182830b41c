/**
 * Labels that every cloud takes as they are. Google is the narrowest (Cloud Resource Manager, "Requirements for labels":
 * lower-case letters, digits, _ and -, a letter first in keys, 63 characters); AWS ("Tag naming limits and requirements")
 * and Azure ("Use tags to organize your Azure resources", Limitations) allow those and more, but reserve prefixes.
 */
const LABEL_KEY = /^[a-z][a-z0-9_-]{0,62}$/;
const LABEL_VALUE = /^[a-z0-9_-]{0,63}$/;
/** `aws` and Azure's three are reserved by those documents, `goog` by Google for labels it sets itself, `berth` by us. */
const RESERVED_PREFIXES = ["aws", "microsoft", "azure", "windows", "goog", "berth"];

/** What is wrong with a label's key, as a sentence; nothing when it is fine. */
export function labelKeyProblem(key: string): string | undefined {
  if (!LABEL_KEY.test(key)) {
    return "a label's key has 1 to 63 lower-case letters, digits, _ and -, and starts with a letter";
  }
  const prefix = RESERVED_PREFIXES.find((reserved) => key.startsWith(reserved));
  return prefix === undefined
    ? undefined
    : `label keys that start with ${prefix} are reserved; choose another`;
}

/** What is wrong with a label's value, as a sentence; nothing when it is fine. */
export function labelValueProblem(value: string): string | undefined {
  return LABEL_VALUE.test(value)
    ? undefined
    : "a label's value has up to 63 lower-case letters, digits, _ and -";
}
