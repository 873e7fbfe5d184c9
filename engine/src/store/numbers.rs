//! Numbers between the database, which stores signed ones, and the types of the field.

/// A stored count; one that does not fit is the largest that does.
pub(super) fn to_u32(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A stored count of more digits; a negative one, which nothing writes, is 0.
pub(super) fn to_u64(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// A stored count of items in memory.
pub(super) fn to_usize(number: i64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A number as the database takes it.
pub(super) fn to_i64(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
