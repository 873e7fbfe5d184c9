//! Changing schedules; a change takes effect at once.
#![allow(unused_variables, clippy::todo)]

use domain::report::{Schedule, ScheduleInput, SchedulePreview};
use domain::{ScheduleId, TenantId, Viewer};

use crate::{Engine, Result};

impl Engine {
    pub async fn schedules(&self, viewer: &Viewer, tenant: TenantId) -> Result<Vec<Schedule>> { todo!() }
    pub async fn create_schedule(&self, viewer: &Viewer, tenant: TenantId, input: ScheduleInput) -> Result<Schedule> { todo!() }
    pub async fn update_schedule(&self, viewer: &Viewer, tenant: TenantId, id: ScheduleId, input: ScheduleInput) -> Result<Schedule> { todo!() }
    pub async fn delete_schedule(&self, viewer: &Viewer, tenant: TenantId, id: ScheduleId) -> Result<()> { todo!() }
    pub fn preview_schedule(&self, cron: &str, timezone: &str) -> Result<SchedulePreview> { todo!() }
}
