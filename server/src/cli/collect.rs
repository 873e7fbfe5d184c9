//! `tidemark collect`: a run in the foreground, with its progress on a terminal.

use std::io::Write;

use clap::Args;
use domain::report::Run;
use domain::{RunId, RunStatus, TenantId, Trigger, Viewer};
use engine::Engine;
use futures::{StreamExt, pin_mut};
use indicatif::{ProgressBar, ProgressStyle};

use super::{find_tenant, print, with_engine};
use crate::cli_error::CliError;
use crate::config::EngineArgs;

/// What to collect.
#[derive(Args)]
pub(super) struct CollectArgs {
    /// Only this tenant
    #[arg(long = "tenant", value_name = "TENANT")]
    tenant: Option<String>,
    #[command(flatten)]
    engine: EngineArgs,
}

impl CollectArgs {
    pub(super) async fn run(self) -> Result<(), CliError> {
        with_engine(&self.engine, async |engine| self.collect(engine).await).await
    }

    async fn collect(&self, engine: &Engine) -> Result<(), CliError> {
        let tenants = if let Some(slug) = &self.tenant {
            vec![(find_tenant(engine, slug).await?, slug.clone())]
        } else {
            let tenants = engine.tenants(&Viewer::Operator).await?;
            tenants
                .into_iter()
                .filter(|tenant| tenant.suspended_at.is_none())
                .map(|tenant| (tenant.id, tenant.slug.into()))
                .collect()
        };
        let work = async {
            let outcome = collect_all(engine, tenants).await;
            engine.run_due_jobs().await;
            outcome
        };
        tokio::select! {
            outcome = work => outcome,
            _ = tokio::signal::ctrl_c() => {
                engine.shutdown().await;
                Err(CliError::failed("Interrupted; everything collected so far is kept."))
            }
        }
    }
}

async fn collect_all(engine: &Engine, tenants: Vec<(TenantId, String)>) -> Result<(), CliError> {
    let mut incomplete = Vec::new();
    for (tenant, slug) in tenants {
        let mut succeeded = true;
        let runs = match collect(engine, tenant, &slug).await {
            Ok(runs) => runs,
            // The other tenants are still collected.
            Err(failure) => {
                let _ = writeln!(std::io::stderr(), "{slug}: {failure}");
                incomplete.push(slug);
                continue;
            }
        };
        for run in runs {
            print(summary(&slug, &run))?;
            for failure in &run.failures {
                let (repository, endpoint) = (&failure.repository, failure.endpoint);
                let _ = writeln!(
                    std::io::stderr(),
                    "{repository}, {endpoint}: {}",
                    failure.reason
                );
            }
            succeeded &= run.status == RunStatus::Succeeded;
        }
        if !succeeded {
            incomplete.push(slug);
        }
    }
    if incomplete.is_empty() {
        return Ok(());
    }
    Err(CliError::failed(format!(
        "Not everything was collected for {}; see the reasons above and run the command again.",
        incomplete.join(", ")
    )))
}

/// Starts a run unless active ones collect the same repositories, and waits for all of them.
async fn collect(engine: &Engine, tenant: TenantId, slug: &str) -> Result<Vec<Run>, CliError> {
    let ids = engine
        .collect_all(&Viewer::Operator, tenant, Trigger::Manual)
        .await?;
    let mut runs = Vec::with_capacity(ids.len());
    for id in ids {
        let bar = progress_bar(slug);
        let run = tokio::select! {
            run = engine.wait_for_run(&Viewer::Operator, tenant, id) => run,
            error = follow(engine, tenant, id, &bar) => Err(error),
        };
        bar.finish_and_clear();
        runs.push(run?);
    }
    Ok(runs)
}

/// Moves the progress bar. Returns only if the run cannot be watched.
async fn follow(engine: &Engine, tenant: TenantId, id: RunId, bar: &ProgressBar) -> engine::Error {
    let watched = match engine.watch_runs(&Viewer::Operator, tenant) {
        Ok(watched) => watched,
        Err(error) => return error,
    };
    pin_mut!(watched);
    while let Some(runs) = watched.next().await {
        match runs {
            Ok(runs) => {
                if let Some(run) = runs.iter().find(|run| run.id == id) {
                    bar.set_length(run.repositories_total.into());
                    bar.set_position(run.repositories_done.into());
                    bar.set_message(format!("{}{}", failed(run), waiting(run)));
                }
            }
            Err(error) => return error,
        }
    }
    std::future::pending().await
}

/// A progress bar on standard error, hidden unless that is a terminal.
fn progress_bar(slug: &str) -> ProgressBar {
    let bar = ProgressBar::new(0).with_prefix(slug.to_owned());
    let style = ProgressStyle::with_template("{prefix} [{wide_bar}] {pos}/{len} repositories{msg}");
    bar.set_style(
        style
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("=> "),
    );
    bar
}

fn failed(run: &Run) -> String {
    match run.repositories_failed {
        0 => String::new(),
        failed => format!(", {failed} failed"),
    }
}

fn waiting(run: &Run) -> String {
    run.waiting_until.map_or_else(String::new, |until| {
        format!(", paused until {}", until.format("%H:%M UTC"))
    })
}

fn summary(slug: &str, run: &Run) -> String {
    let (done, total, requests) = (run.repositories_done, run.repositories_total, run.requests);
    format!(
        "{slug}: {done} of {total} repositories, {requests} requests{}; {}.",
        failed(run),
        run.status
    )
}
