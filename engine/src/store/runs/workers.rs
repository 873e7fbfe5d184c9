//! Workers: the live processes that collect.
//!
//! Only the database's clock decides whether a worker is alive, because the clocks of several
//! machines differ.

use chrono::{DateTime, Utc};

use crate::store::{Db, Store, StoreError};

/// A live worker. Ids are never reused, so claims of an expired worker never pass to its successor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WorkerId(i64);

impl WorkerId {
    pub(super) const fn get(self) -> i64 {
        self.0
    }
}

/// A statement with the database's current time.
macro_rules! with_database_clock {
    ($database:expr, $before:literal, $after:literal) => {
        match $database {
            Db::Sqlite(_) => concat!($before, "datetime('now', 'subsec')", $after),
            Db::Postgres(_) => concat!($before, "clock_timestamp()", $after),
        }
    };
}

impl Store {
    /// Registers a worker.
    pub(crate) async fn unscoped_register_worker(
        &self,
        name: &str,
        shares: bool,
    ) -> Result<WorkerId, StoreError> {
        let insert = with_database_clock!(
            &self.db,
            "insert into workers (name, shares, heartbeat_at) values ($1, $2, ",
            ") returning id"
        );
        let id: i64 = on!(&self.db, |pool| sqlx::query_scalar(insert)
            .bind(name)
            .bind(shares)
            .fetch_one(pool)
            .await)?;
        Ok(WorkerId(id))
    }

    /// Records a heartbeat; false when the worker has expired.
    pub(crate) async fn unscoped_record_heartbeat(
        &self,
        worker: WorkerId,
    ) -> Result<bool, StoreError> {
        let update = with_database_clock!(
            &self.db,
            "update workers set heartbeat_at = ",
            " where id = $1"
        );
        Ok(on!(&self.db, |pool| sqlx::query(update)
            .bind(worker.get())
            .execute(pool)
            .await
            .map(|done| done.rows_affected() == 1))?)
    }

    /// Deregisters a worker. Its claims are released.
    pub(crate) async fn unscoped_deregister_worker(
        &self,
        worker: WorkerId,
    ) -> Result<(), StoreError> {
        on!(&self.db, |pool| sqlx::query(
            "delete from workers where id = $1"
        )
        .bind(worker.get())
        .execute(pool)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Expires the predecessors of a worker, because live workers never share a name.
    pub(crate) async fn unscoped_expire_predecessors(&self, name: &str) -> Result<(), StoreError> {
        on!(&self.db, |pool| sqlx::query(
            "delete from workers where name = $1"
        )
        .bind(name)
        .execute(pool)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Expires the workers without a heartbeat for half a minute. Returns how many.
    pub(crate) async fn unscoped_expire_dead_workers(&self) -> Result<u64, StoreError> {
        let delete = match &self.db {
            Db::Sqlite(_) => {
                "delete from workers where heartbeat_at < datetime('now', 'subsec', '-30 seconds')"
            }
            Db::Postgres(_) => {
                "delete from workers where heartbeat_at < clock_timestamp() - interval '30 seconds'"
            }
        };
        Ok(on!(&self.db, |pool| sqlx::query(delete)
            .execute(pool)
            .await
            .map(|done| done.rows_affected()))?)
    }

    /// Interrupts the runs that no worker continues: their worker is gone, no repository is
    /// claimed, and no live server shares runs. Returns how many.
    pub(crate) async fn unscoped_interrupt_orphans(
        &self,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        const INTERRUPT: &str = "
            update runs set status = 'interrupted', finished_at = $1, waiting_until = null,
                waiting_for = null
            where status = 'running' and worker_id is null
                and not exists (select 1 from workers w where w.shares)
                and not exists (select 1 from run_items i
                    where i.run_id = runs.id and i.worker_id is not null)";
        Ok(on!(&self.db, |pool| sqlx::query(INTERRUPT)
            .bind(now)
            .execute(pool)
            .await
            .map(|done| done.rows_affected()))?)
    }
}
