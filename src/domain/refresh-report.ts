import type { Cloud } from "./place.ts";

/** A price that was read and is not believed yet: the book's own stays until somebody accepts exactly this figure. */
export interface Quarantined {
  /** `<provider>/<region>/<product>/<meter>`. */
  readonly row: string;
  /** What the book goes on saying; absent for a row it does not have. */
  readonly bookUsd?: string | undefined;
  readonly readUsd: string;
  readonly why: string;
}

/** A price that is another since this reading. */
export interface ChangedPrice {
  readonly row: string;
  readonly fromUsd: string;
  readonly toUsd: string;
}

/** What one reading of one provider's prices came to. */
export interface RefreshReport {
  readonly provider: Cloud;
  readonly at: number;
  /** `kept`: nothing of the reading is believed, and the book is as it was. */
  readonly outcome: "taken" | "kept";
  /** Why it was kept, and what can be done. */
  readonly why?: string | undefined;
  /** Rows read that are of regions in the book. */
  readonly read: number;
  readonly changed: readonly ChangedPrice[];
  /** Rows the book did not have. */
  readonly added: readonly string[];
  readonly quarantined: readonly Quarantined[];
  /** Rows of the book that the reading does not have: they stay, with their old date. */
  readonly vanished: readonly string[];
  /** Lists of the provider's of which nothing is believed, beside that of its containers: what they speak of stays as it was. */
  readonly unread?: readonly { readonly list: string; readonly why: string }[] | undefined;
  /** The last reading that was taken: when it was, and which rows it could not confirm. */
  readonly checked?: { readonly at: number; readonly except: readonly string[] } | undefined;
}
