import { idBeginning } from "../../domain/unit-id.ts";
import { isRecord } from "../is-record.ts";
import { parseJson } from "../parse-json.ts";

/** How this project's charges are told from others, as the broker says it. */
export interface Marks {
  /** Tags that all of them carry, and their values. */
  readonly marks: Readonly<Record<string, string>>;
  /** The tag that names the unit. */
  readonly unitMark: string;
}

/** Whose a charge is: a unit's of this project, by its id or how that begins; somebody else's; or nothing says so. */
export type Whose =
  | { readonly unit: string }
  | { readonly not: "unmarked" | "other-installation" | "other-project" };

/** Reads it off the tags, and where there are none off the resource's name, which Berth made from the unit's id. */
export function whoseCharge(tagsText: string, resource: string, marks: Marks): Whose {
  // Most charges of an account carry other tags or none, and are not worth being parsed.
  if (tagsText.toLowerCase().includes("berth")) {
    const tags = tagsIn(tagsText);
    for (const [name, value] of Object.entries(marks.marks)) {
      const found = tagValue(tags, name);
      if (found !== undefined && found !== value)
        return { not: name.endsWith("project") ? "other-project" : "other-installation" };
    }
    const unit = tagValue(tags, marks.unitMark);
    if (unit !== undefined && /^[0-9a-f]{40}$/.test(unit)) return { unit };
  }
  const unit = unitInResource(resource);
  return unit === undefined ? { not: "unmarked" } : { unit };
}

/** A segment of an ARN, an Azure resource id or a Google name; container groups have the replica's number after it. */
const SEGMENT = /(?:^|[/:])(b[a-z2-7]{24})(?:-\d{1,4})?(?=$|[/:])/;

function unitInResource(resource: string): string | undefined {
  const name = SEGMENT.exec(resource)?.[1];
  return name === undefined ? undefined : idBeginning(name);
}

/**
 * Tags as JSON (FOCUS 1.0, Key-Value Format: an object). Azure's older exports leave out the braces; BigQuery writes labels as a list of
 * `{key, value}`. What is none of these says nothing.
 */
function tagsIn(text: string): ReadonlyMap<string, string> {
  const value = parseJson(text.startsWith('"') ? `{${text}}` : text);
  const entries: readonly (readonly [unknown, unknown])[] = Array.isArray(value)
    ? value.map((entry: unknown) => (isRecord(entry) ? [entry["key"], entry["value"]] : ["", ""]))
    : isRecord(value)
      ? Object.entries(value)
      : [];
  return new Map(
    entries.flatMap(([key, of]) =>
      typeof key === "string" && typeof of === "string" ? [[key.toLowerCase(), of.toLowerCase()]] : [],
    ),
  );
}

// A provider may put its own prefix before the key (FOCUS 1.0, Tags): `user:` or `resourceTags/user:`; AWS's reports also write `user_` and
// underscores throughout.
function tagValue(tags: ReadonlyMap<string, string>, name: string): string | undefined {
  const plain = tags.get(name) ?? tags.get(`user_${name.replaceAll("-", "_")}`);
  if (plain !== undefined) return plain;
  for (const [key, value] of tags) if (key.endsWith(`:${name}`) || key.endsWith(`/${name}`)) return value;
  return undefined;
}
