//! `tidemark follow`: a rule that tracks new repositories.

use clap::Args;
use domain::report::{FollowPreview, LeftOutCount};
use domain::{ConnectionId, FollowFilter, Patterns, TenantId, Viewer, grouped};
use engine::Engine;

use super::{TenantArgs, print, with_engine};
use crate::cli_error::CliError;
use crate::config::EngineArgs;

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct FollowArgs {
    #[command(flatten)]
    tenant: TenantArgs,
    /// Connection whose repositories to track [default: the only one]
    #[arg(long, value_name = "NAME")]
    connection: Option<String>,
    /// Patterns to track, such as 'acme/*', or to exclude, such as '!acme/*-archive'
    #[arg(required = true, value_name = "PATTERN")]
    patterns: Vec<String>,
    /// Include forks
    #[arg(long)]
    forks: bool,
    /// Include archived repositories
    #[arg(long)]
    archived: bool,
    /// Include private and internal repositories
    #[arg(long)]
    private: bool,
    /// Show what the rule would track without creating it
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    engine: EngineArgs,
}

impl FollowArgs {
    pub(super) async fn run(self) -> Result<(), CliError> {
        let patterns: Patterns = (self.patterns.join(" "))
            .parse()
            .map_err(|error| CliError::usage(format!("{error}")))?;
        let filter = FollowFilter {
            patterns,
            forks: self.forks,
            archived: self.archived,
            private: self.private,
        };
        with_engine(&self.engine, async |engine| {
            self.follow(engine, filter).await
        })
        .await
    }

    async fn follow(&self, engine: &Engine, filter: FollowFilter) -> Result<(), CliError> {
        let (viewer, tenant) = (&Viewer::Operator, self.tenant.find(engine).await?);
        let connection = self.connection(engine, tenant).await?;
        let preview = engine
            .preview_follow_rule(viewer, tenant, connection, &filter)
            .await?;
        if self.dry_run {
            for name in &preview.names {
                print(name)?;
            }
            print(format_args!("The rule would track {}.", summary(&preview)))?;
            return Ok(());
        }
        let created = engine
            .create_follow_rule(viewer, tenant, connection, filter, None)
            .await?;
        print(format_args!(
            "Rule {} now tracks new repositories matching {}. It currently tracks {}.",
            created.rule.id,
            created.rule.filter.patterns,
            summary(&FollowPreview {
                new: created.new,
                ..preview
            })
        ))
    }

    async fn connection(
        &self,
        engine: &Engine,
        tenant: TenantId,
    ) -> Result<Option<ConnectionId>, CliError> {
        let Some(name) = &self.connection else {
            return Ok(None);
        };
        let report = engine.follow_rules(&Viewer::Operator, tenant).await?;
        let mut all = report.connections.into_iter();
        match all.find(|(_, connection_name)| connection_name == name) {
            Some((id, _)) => Ok(Some(id)),
            None => Err(CliError::failed(format!(
                "The tenant has no connection “{name}”; see its Connections page for their names."
            ))),
        }
    }
}

/// `12 repositories (40 of 90 listed match, 25 already tracked; skipped: 3 forks)`
fn summary(preview: &FollowPreview) -> String {
    let noun = if preview.new == 1 {
        "repository"
    } else {
        "repositories"
    };
    let left_out: Vec<_> = (preview.left_out.iter())
        .map(|LeftOutCount { why, count }| why.count(*count))
        .collect();
    let left_out = if left_out.is_empty() {
        String::new()
    } else {
        format!("; skipped: {}", left_out.join(", "))
    };
    format!(
        "{} {noun} ({} of {} listed match, {} already tracked{left_out})",
        grouped(preview.new),
        grouped(preview.matching),
        grouped(preview.listed),
        grouped(preview.already_tracked),
    )
}
