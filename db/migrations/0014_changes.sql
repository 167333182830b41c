CREATE TABLE `changes` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`id` text NOT NULL,
	`actor` text NOT NULL,
	`source` text,
	`state` text NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`project`, `id`)
);
--> statement-breakpoint
CREATE INDEX `changes_proposed` ON `changes` (`project`,`environment`,`created_at`) WHERE state = 'proposed';