//! Counts and values as floats, for the geometry of the charts.

/// A count of buckets or characters as a float.
#[must_use]
pub(super) fn float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

/// A value as a float.
#[expect(
    clippy::cast_precision_loss,
    reason = "a pixel does not show the sixteenth digit"
)]
pub(super) const fn amount(value: u64) -> f64 {
    value as f64
}
