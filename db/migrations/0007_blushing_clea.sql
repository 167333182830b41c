CREATE TABLE `fleet_reviews` (
	`project` text PRIMARY KEY NOT NULL,
	`mark` text NOT NULL,
	`after` text
);
--> statement-breakpoint
CREATE INDEX `fleet_reviews_open` ON `fleet_reviews` (`project`) WHERE after is not null;--> statement-breakpoint
ALTER TABLE `violations` ADD `try_at` integer;--> statement-breakpoint
ALTER TABLE `violations` ADD `tries` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `violations` ADD `tried` text;--> statement-breakpoint
CREATE INDEX `violations_try` ON `violations` (`try_at`) WHERE try_at is not null;