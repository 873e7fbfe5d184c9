//! Schedules: making, changing and deleting them, and what they mean in words.

use domain::ScheduleId;
use domain::report::Schedule;
#[cfg(feature = "ssr")]
use domain::report::SchedulePreview;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::asked::{Asked, problem, told};
use crate::error::AppError;
#[cfg(feature = "ssr")]
use domain::ProblemKind;

/// Makes a schedule, or changes the one with this id.
#[server(SaveSchedule, endpoint = "save_schedule")]
pub async fn save_schedule(
    tenant: String,
    #[server(default)] id: Option<ScheduleId>,
    name: String,
    cron: String,
    timezone: String,
    /// An unticked box is not sent at all.
    #[server(default)]
    enabled: bool,
    /// Whether days are lost on it knowingly.
    #[server(default)]
    accept_loss: bool,
) -> Result<Schedule, AppError> {
    let asked = Asked::about(&tenant).await?;
    let input = domain::report::ScheduleInput {
        name,
        cron,
        timezone,
        enabled,
        accept_loss,
    };
    told(match id {
        Some(id) => {
            (asked.engine)
                .update_schedule(&asked.viewer, asked.tenant, id, input)
                .await
        }
        None => {
            (asked.engine)
                .create_schedule(&asked.viewer, asked.tenant, input)
                .await
        }
    })
}

/// Deletes a schedule; its runs stay.
#[server(DeleteSchedule, endpoint = "delete_schedule")]
pub async fn delete_schedule(tenant: String, id: ScheduleId) -> Result<(), AppError> {
    let asked = Asked::about(&tenant).await?;
    told(
        asked
            .engine
            .delete_schedule(&asked.viewer, asked.tenant, id)
            .await,
    )
}

/// What a schedule means, before it is saved. Whoever types is told what is wrong in the answer,
/// which is no failure of the request.
#[cfg(feature = "ssr")]
pub async fn preview_schedule(
    tenant: &str,
    cron: &str,
    timezone: &str,
) -> Result<Result<SchedulePreview, String>, AppError> {
    let asked = Asked::about(tenant).await?;
    let preview = (asked.engine).preview_schedule(&asked.viewer, asked.tenant, cron, timezone);
    let preview = preview.map_err(engine::Error::into_problem);
    match preview {
        Err(refused) if refused.kind != ProblemKind::Invalid => Err(problem(refused)),
        told => Ok(told.map_err(|problem| problem.message)),
    }
}

/// The names of all time zones, to choose from.
#[cfg(feature = "ssr")]
pub async fn time_zones(tenant: &str) -> Result<Vec<String>, AppError> {
    let asked = Asked::about(tenant).await?;
    told(asked.engine.time_zones(&asked.viewer, asked.tenant))
}
