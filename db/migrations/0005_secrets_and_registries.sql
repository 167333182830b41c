CREATE TABLE `registry_logins` (
	`project` text NOT NULL,
	`host` text NOT NULL,
	`username` text NOT NULL,
	`sealed` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`project`, `host`)
);
--> statement-breakpoint
CREATE TABLE `secret_versions` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`name` text NOT NULL,
	`version` integer NOT NULL,
	`sealed` text NOT NULL,
	`key_id` text NOT NULL,
	`bytes` integer NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	PRIMARY KEY(`project`, `name`, `version`)
);
--> statement-breakpoint
CREATE INDEX `secret_versions_key` ON `secret_versions` (`key_id`);--> statement-breakpoint
CREATE TABLE `secrets` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`name` text NOT NULL,
	`version` integer NOT NULL,
	`live` integer NOT NULL,
	`shared` text,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text NOT NULL,
	PRIMARY KEY(`project`, `environment`, `name`)
);
--> statement-breakpoint
ALTER TABLE `revisions` ADD `images` text;