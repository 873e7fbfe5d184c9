//! Claims of periodic jobs: of several processes on one database, one runs a job.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Store, StoreError};

impl Store {
    /// Claims the current run of a job, which covers the time from `period` on. False if a process
    /// has claimed it already.
    ///
    /// A claim that is more than one interval ahead of `now` was made with a wrong clock and does
    /// not count.
    pub(crate) async fn unscoped_claim_job(
        &self,
        name: &str,
        now: DateTime<Utc>,
        period: DateTime<Utc>,
        interval: TimeDelta,
    ) -> Result<bool, StoreError> {
        const CLAIM: &str = "
            insert into job_claims (name, last_run_at) values ($1, $2)
            on conflict (name) do update set last_run_at = excluded.last_run_at
            where job_claims.last_run_at < $3 or job_claims.last_run_at > $4";
        let claimed = on!(&self.db, |pool| sqlx::query(CLAIM)
            .bind(name)
            .bind(now)
            .bind(period)
            .bind(now + interval)
            .execute(pool)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(claimed == 1)
    }
}
