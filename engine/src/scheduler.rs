//! The scheduler.
#![allow(unused_variables, clippy::todo)]
use crate::{Result, SharedClock, collector::Collector, store::Store};
pub(crate) struct Scheduler;
impl Scheduler {
    pub(crate) fn new(store: Store, clock: SharedClock, collector: Collector) -> Self { Self }
    pub(crate) async fn start(&self) -> Result<()> { todo!() }
    pub(crate) async fn stop(&self) { todo!() }
}
