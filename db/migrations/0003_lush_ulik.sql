CREATE TABLE `blobs` (
	`hash` text PRIMARY KEY NOT NULL,
	`content` blob NOT NULL,
	`bytes` integer NOT NULL,
	`stored_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `receipt_blobs` (
	`blob` text NOT NULL,
	`project` text NOT NULL,
	`receipt` text NOT NULL,
	PRIMARY KEY(`blob`, `project`, `receipt`)
);
--> statement-breakpoint
CREATE INDEX `receipt_blobs_receipt` ON `receipt_blobs` (`project`,`receipt`);--> statement-breakpoint
CREATE TABLE `receipts` (
	`project` text NOT NULL,
	`hash` text NOT NULL,
	`manifest` text NOT NULL,
	`created_at` integer NOT NULL,
	`kept_until` integer NOT NULL,
	PRIMARY KEY(`project`, `hash`)
);
--> statement-breakpoint
CREATE INDEX `receipts_kept_until` ON `receipts` (`kept_until`);--> statement-breakpoint
ALTER TABLE `reservations` ADD `parent` text;