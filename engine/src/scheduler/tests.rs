//! When schedules run, on SQLite and on PostgreSQL alike.
