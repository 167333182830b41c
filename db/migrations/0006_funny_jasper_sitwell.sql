CREATE TABLE `violations` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`workload` text NOT NULL,
	`policy` text NOT NULL,
	`version` integer NOT NULL,
	`plan` text NOT NULL,
	`place` text NOT NULL,
	`reasons` text NOT NULL,
	`since` integer NOT NULL,
	PRIMARY KEY(`project`, `environment`, `workload`)
);
--> statement-breakpoint
CREATE INDEX `violations_policy` ON `violations` (`project`,`policy`);