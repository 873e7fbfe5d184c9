//! Deletes stored responses after their retention period.

use chrono::TimeDelta;

use super::Collector;
use crate::StoreError;

impl Collector {
    /// Deletes the responses that are older than the settings allow.
    pub(crate) async fn delete_old_responses(&self) -> Result<(), StoreError> {
        let days = self.0.keep_responses_days;
        let before = self.0.clock.now() - TimeDelta::days(days.into());
        while self.0.store.unscoped_prune_responses(before).await? {
            // Between batches, others may write.
            tokio::task::yield_now().await;
        }
        Ok(())
    }
}
