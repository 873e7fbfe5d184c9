//! Periodic jobs: everything that runs regularly, how often, and where.
//!
//! A job is due once in each interval, counted from midnight UTC: an hourly job at every full hour,
//! a daily one at midnight, and both at the start of a process if nothing ran them in the current
//! interval. A job that fails is logged and runs again in the next interval. So it must do all that
//! is due by then, however long ago it last succeeded; a crash then loses nothing.
//!
//! Two timers are no jobs, since they need more than a claim:
//!
//! - the heartbeat of a worker, every 5 seconds (`collector/worker.rs`), which also resumes and ends
//!   runs;
//! - the timer of schedules, every 30 seconds (`scheduler.rs`), which starts the runs that are due.
//!
//! The server adds jobs of its own (`server/src/jobs.rs`).

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::{Engine, Result};

/// How often each job checks whether it is due.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// Work that is done regularly.
pub struct Job<C> {
    /// Its name in logs and in the database.
    pub name: &'static str,
    /// How often it runs.
    pub interval: Duration,
    /// Which processes run it.
    pub scope: JobScope,
    /// The work.
    pub run: fn(C) -> BoxFuture<'static, Result<()>>,
}

/// Which processes run a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobScope {
    /// Each server: the work is about the process itself.
    EveryServer,
    /// One server, in each interval.
    OneServer,
    /// One worker, in each interval: a server, or a command that collects.
    OneWorker,
}

/// The engine's jobs.
static JOBS: &[Job<Engine>] = &[
    Job {
        name: "check-follow-rules",
        interval: Duration::from_mins(1),
        scope: JobScope::OneServer,
        run: |engine| Box::pin(async move { engine.0.collector.check_follow_rules_daily().await }),
    },
    Job {
        name: "log-repeated-refusals",
        interval: Duration::from_mins(1),
        scope: JobScope::EveryServer,
        run: |engine| Box::pin(async move { engine.log_repeated_refusals().await }),
    },
    Job {
        name: "delete-expired-sessions",
        interval: Duration::from_hours(1),
        scope: JobScope::OneWorker,
        run: |engine| Box::pin(async move { engine.delete_expired_sessions().await }),
    },
    Job {
        name: "delete-expired-apps",
        interval: Duration::from_hours(1),
        scope: JobScope::OneWorker,
        run: |engine| Box::pin(async move { engine.delete_expired_apps().await }),
    },
    Job {
        name: "delete-old-log-lines",
        interval: Duration::from_hours(1),
        scope: JobScope::OneWorker,
        run: |engine| Box::pin(async move { engine.delete_old_log_lines().await.map(drop) }),
    },
    Job {
        name: "delete-old-responses",
        interval: Duration::from_hours(1),
        scope: JobScope::OneWorker,
        run: |engine| Box::pin(async move { engine.delete_old_responses().await }),
    },
];

/// The running jobs of a process.
#[derive(Default)]
pub(crate) struct Jobs {
    stopping: CancellationToken,
    tasks: TaskTracker,
}

impl Jobs {
    /// Cancels all jobs and waits for their tasks to end.
    pub(crate) async fn stop(&self) {
        self.stopping.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Engine {
    /// Starts the engine's own jobs. They do not keep the engine alive.
    pub(crate) fn start_own_jobs(&self) {
        let handles = std::sync::Arc::downgrade(&self.0);
        self.start_jobs(JOBS, move || handles.upgrade().map(Self));
    }

    /// Runs these jobs regularly, until the engine shuts down or there is no context for them.
    pub fn start_jobs<C: Send + 'static>(
        &self,
        jobs: &'static [Job<C>],
        context: impl Fn() -> Option<C> + Clone + Send + 'static,
    ) {
        for job in jobs {
            let context = context.clone();
            let handles = std::sync::Arc::downgrade(&self.0);
            let stopping = self.0.jobs.stopping.clone();
            let repeat = async move {
                // When it last ran, or another process did, as far as this one knows.
                let mut last_period = None;
                while let Some(engine) = handles.upgrade().map(Self)
                    && let Some(context) = context()
                {
                    let period = job.period(engine.0.clock.now());
                    if last_period != Some(period) {
                        engine.run_job(job, context).await;
                        last_period = Some(period);
                    }
                    drop(engine);
                    tokio::time::sleep(POLL_INTERVAL).await;
                }
            };
            let stoppable = async move { stopping.run_until_cancelled(repeat).await };
            self.0.jobs.tasks.spawn(stoppable);
        }
    }

    /// Runs the engine's jobs that are due and that any worker may run, for installations in which
    /// commands collect and no server runs.
    pub async fn run_due_jobs(&self) {
        for job in JOBS {
            if job.scope == JobScope::OneWorker {
                self.run_job(job, self.clone()).await;
            }
        }
    }

    /// Runs a job, unless one process is enough and another one has run it in this interval.
    async fn run_job<C>(&self, job: &Job<C>, context: C) {
        match self.claim_job(job).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => return log(job.name, &error),
        }
        tracing::debug!(job.name, "running a periodic job");
        match AssertUnwindSafe((job.run)(context)).catch_unwind().await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => log(job.name, &error),
            Err(_) => tracing::error!(job.name, "a periodic job panicked"),
        }
    }

    async fn claim_job<C>(&self, job: &Job<C>) -> Result<bool> {
        if job.scope == JobScope::EveryServer {
            return Ok(true);
        }
        let now = self.0.clock.now();
        let interval = TimeDelta::from_std(job.interval).unwrap_or(TimeDelta::MAX);
        let claimed = (self.0.store)
            .unscoped_claim_job(job.name, now, job.period(now), interval)
            .await;
        Ok(claimed?)
    }

    async fn delete_expired_sessions(&self) -> Result<()> {
        self.sessions().delete_expired(self.0.clock.now()).await?;
        Ok(())
    }

    async fn delete_old_responses(&self) -> Result<()> {
        Ok(self.0.collector.delete_old_responses().await?)
    }
}

impl<C> Job<C> {
    /// The start of the interval in which a moment is.
    fn period(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let seconds = i64::try_from(self.interval.as_secs())
            .unwrap_or(i64::MAX)
            .max(1);
        let start = now.timestamp().div_euclid(seconds) * seconds;
        DateTime::from_timestamp(start, 0).unwrap_or(now)
    }
}

fn log(job: &str, error: &crate::Error) {
    tracing::error!(
        job.name = job,
        error = error as &dyn std::error::Error,
        "a periodic job failed"
    );
}

#[cfg(test)]
mod tests;
