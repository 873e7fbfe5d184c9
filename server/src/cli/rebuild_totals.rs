//! `tidemark rebuild-totals`: recalculates the stored totals, with its progress on a terminal.

use clap::Args;
use domain::Viewer;
use indicatif::ProgressBar;

use super::{print, with_engine};
use crate::cli_error::CliError;
use crate::config::EngineArgs;
use crate::startup::repositories_bar;

/// The database.
#[derive(Args)]
pub(super) struct RebuildTotalsArgs {
    #[command(flatten)]
    engine: EngineArgs,
}

impl RebuildTotalsArgs {
    pub(super) async fn run(self) -> Result<(), CliError> {
        with_engine(&self.engine, async |engine| {
            let bar: ProgressBar = repositories_bar("Recalculating");
            let progress = |done: usize, total: usize| {
                bar.set_length(total as u64);
                bar.set_position(done as u64);
            };
            let rebuilt = engine.rebuild_totals(&Viewer::Operator, &progress).await;
            bar.finish_and_clear();
            match rebuilt? {
                1 => print("Recalculated the totals of 1 repository."),
                rebuilt => print(format_args!(
                    "Recalculated the totals of {rebuilt} repositories."
                )),
            }
        })
        .await
    }
}
