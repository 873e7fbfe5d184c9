//! `tidemark demo`.
use crate::failure::Failure;
#[derive(clap::Args)]
pub(crate) struct DemoArgs {}
pub(crate) async fn serve(_args: DemoArgs) -> Result<(), Failure> {
    Ok(())
}
