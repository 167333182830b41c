CREATE TABLE `traffic` (
	`project` text NOT NULL,
	`environment` text NOT NULL,
	`workload` text NOT NULL,
	`day` integer NOT NULL,
	`requests` integer NOT NULL,
	`request_ms` integer NOT NULL,
	`egress_bytes` integer,
	PRIMARY KEY(`project`, `environment`, `workload`, `day`)
);
--> statement-breakpoint
CREATE INDEX `traffic_day` ON `traffic` (`day`);