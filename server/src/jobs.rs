//! The periodic jobs of the server, beside those of the engine (`engine/src/jobs.rs`).

use std::time::Duration;

use engine::{Job, JobScope};

use crate::state::AppState;
use crate::web::metrics;

/// The server's jobs.
pub(crate) static JOBS: &[Job<AppState>] = &[
    Job {
        name: "aggregate-metrics",
        interval: Duration::from_secs(10),
        scope: JobScope::EveryServer,
        run: |_| {
            Box::pin(async {
                metrics::aggregate();
                Ok(())
            })
        },
    },
    Job {
        name: "prune-rate-limits",
        interval: Duration::from_mins(1),
        scope: JobScope::EveryServer,
        run: |state| {
            Box::pin(async move {
                state.limits().prune();
                Ok(())
            })
        },
    },
];
