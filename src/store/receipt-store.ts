/** A receipt as it is stored: its manifest, and until when it is kept, ms. */
export interface StoredReceipt {
  /** Hex SHA-256 of the manifest. */
  readonly hash: string;
  readonly manifest: string;
  readonly createdAt: number;
  readonly keptUntil: number;
}

/** A receipt to keep, with the blobs it needs. */
export interface NewReceipt extends StoredReceipt {
  /** Blob hash -> its text, asked for only where the store has none of that hash yet. */
  readonly blobs: ReadonlyMap<string, () => string>;
}

/** Receipts and the texts they name. A text is stored once however many receipts name it, and goes with the last of them. */
export interface ReceiptStore {
  /** One batch: the receipt with everything it names, or nothing. The same receipt again is kept until the later time. Throws `too-large-to-store`. */
  keepReceipt(project: string, receipt: NewReceipt): Promise<void>;
  receipt(project: string, hash: string): Promise<StoredReceipt | undefined>;
  /** Texts by hash; those that are gone are not in the answer. Throws when one is not what its hash says. */
  blobs(hashes: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Removes receipts that are past their time, at most `limit` of them, and the blobs that only they named. Returns how many. */
  pruneReceipts(now: number, limit: number): Promise<number>;
}
